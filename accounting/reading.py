"""Reading a request's object: whatever can be read, and a refusal for all that cannot. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from accounting import fiscal_year, money
from accounting.errors import Refusal

EARLIEST_YEAR_CE, _LATEST_YEAR_CE = 1900, 2400  # a later year is a Buddhist one
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ACCOUNT = re.compile(r"[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_UNKNOWN_NAMED, _UNKNOWN_NAME_MAX = 10, 100  # an answer is of bounded size
_MONEY_MESSAGES = {
    "not_a_string": (
        'จำนวนเงินต้องเป็นข้อความ เช่น "1234.50"',
        'an amount is a string such as "1234.50"',
    ),
    "not_money": ("ไม่ใช่จำนวนเงิน", "is not an amount"),
    "too_many_decimals": ("มีทศนิยมเกินสองตำแหน่ง", "has more than two decimals"),
    "too_large": ("จำนวนเงินมากเกินไป", "is too large"),
}
_REQUIRED = ("required", "ต้องระบุ", "is required")
T = TypeVar("T")


class _Unreadable(Exception):
    """A value cannot be read: a code, and why in Thai and in English."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An object of a request; what is refused is collected, each with its JSON pointer.

    A field that is required and absent, or unreadable, reads as None and leaves a refusal.
    """

    raw: Mapping[str, Any]
    pointer: str = ""
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, name: str, code: str, message_th: str, message_en: str) -> None:
        """Refuse a field; an empty name is the whole object."""
        where = f"{self.pointer}/{_escaped(name)}" if name else self.pointer
        self.refusals.append(
            Refusal(code=code, pointer=where, message_th=message_th, message_en=message_en)
        )

    def only(self, *names: str) -> None:
        """Refuse every field but these."""
        for name in sorted(set(self.raw) - set(names))[:_UNKNOWN_NAMED]:
            short = name[:_UNKNOWN_NAME_MAX]
            self.refuse(short, "unknown_field", "ไม่รู้จักช่องข้อมูลนี้", "unknown field")

    def text(self, name: str, *, longest: int, required: bool = False) -> str | None:
        """Return a text of one line."""
        found = self._read(name, lambda value: _text(value, longest), required=required)
        if required and found == "":
            self.refuse(name, *_REQUIRED)
        return found or None

    def day(self, name: str, *, required: bool = True) -> date | None:
        """Return a date written YYYY-MM-DD in the Christian era."""
        return self._read(name, _day, required=required)

    def amount(
        self, name: str, *, required: bool = True, may_be_zero: bool = False
    ) -> Decimal | None:
        """Return an amount in baht, greater than zero unless it may be zero."""
        return self._read(
            name, lambda value: _amount(value, may_be_zero=may_be_zero), required=required
        )

    def account(self, name: str, *, required: bool = True) -> str | None:
        """Return the code of an account; whether the chart has it is asked when it is posted."""
        return self._read(name, _account, required=required)

    def id(self, name: str, *, required: bool = True) -> UUID | None:
        """Return an id."""
        return self._read(name, _id, required=required)

    def choice(self, name: str, choices: Sequence[str], *, required: bool = True) -> str | None:
        """Return one of some words."""
        return self._read(name, lambda value: _choice(value, choices), required=required)

    def items(self, name: str, *, most: int) -> list["Reader"]:
        """Return the objects of a list that has at least one."""
        value = self.raw.get(name)
        if not isinstance(value, list) or not value:
            self.refuse(name, "required", "ต้องมีอย่างน้อยหนึ่งรายการ", "a list with items is required")
            return []
        if len(value) > most:
            self.refuse(name, "too_many", f"เกิน {most} รายการ", f"more than {most} items")
            return []
        return [
            reader for place, item in enumerate(value) if (reader := self._item(name, place, item))
        ]

    def _item(self, name: str, place: int, item: object) -> "Reader | None":
        where = f"{self.pointer}/{name}/{place}"
        if isinstance(item, dict):
            return Reader(raw=item, pointer=where, refusals=self.refusals)
        self.refusals.append(
            Refusal(
                code="not_an_object",
                pointer=where,
                message_th="บรรทัดไม่ถูกรูปแบบ",
                message_en="must be an object",
            )
        )
        return None

    def _read(self, name: str, reader: Callable[[object], T], *, required: bool) -> T | None:
        value = self.raw.get(name)
        if value is None:
            if required:
                self.refuse(name, *_REQUIRED)
            return None
        try:
            return reader(value)
        except _Unreadable as error:
            code, message_th, message_en = error.args
            self.refuse(name, code, message_th, message_en)
            return None


def with_unreadable(unreadable: Sequence[Refusal], reasons: Iterable[Refusal]) -> list[Refusal]:
    """Return what could not be read and the rules' reasons; of an unread field only the former."""
    unread = {one.pointer for one in unreadable}
    return [*unreadable, *(one for one in reasons if one.pointer not in unread)]


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise _Unreadable("not_a_string", "ต้องเป็นข้อความ", "must be a string")
    if _CONTROL.search(value):
        raise _Unreadable("control_character", "มีอักขระควบคุมที่ใช้ไม่ได้", "has control characters")
    if len(value) > longest:
        raise _Unreadable(
            "too_long", f"ยาวเกิน {longest} ตัวอักษร", f"longer than {longest} characters"
        )
    return value.strip()


def _day(value: object) -> date:
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise _Unreadable("not_a_date", "วันที่ต้องเป็นรูป ปปปป-ดด-วว", "must be YYYY-MM-DD")
    year = int(value[:4])
    if year >= _LATEST_YEAR_CE:
        meant = f"{year - fiscal_year.BUDDHIST_OFFSET:04d}{value[4:]}"
        raise _Unreadable(
            "buddhist_year",
            f"ต้องเป็นปี ค.ศ. เช่น {meant}",
            f"the year must be of the Christian era: {meant}",
        )
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise _Unreadable("not_a_date", "ไม่มีวันที่นี้ในปฏิทิน", "no such day") from error
    if year < EARLIEST_YEAR_CE:
        raise _Unreadable("not_a_date", "ปีนี้เก่าเกินไป", "the year is too early")
    return found


def _amount(value: object, *, may_be_zero: bool) -> Decimal:
    try:
        found = money.read(value)
    except money.NotMoney as error:
        raise _Unreadable(error.reason, *_MONEY_MESSAGES[error.reason]) from error
    if found < 0:
        raise _Unreadable("negative_amount", "จำนวนเงินติดลบไม่ได้", "must not be negative")
    if found == 0 and not may_be_zero:
        raise _Unreadable("zero_amount", "จำนวนเงินต้องมากกว่าศูนย์", "must be greater than zero")
    return found


def _account(value: object) -> str:
    if not isinstance(value, str) or not _ACCOUNT.fullmatch(value):
        raise _Unreadable(
            "unknown_account", "ไม่มีรหัสบัญชีนี้ในผังบัญชี", "there is no such account in the chart"
        )
    return value


def _id(value: object) -> UUID:
    if not isinstance(value, str) or not _UUID.fullmatch(value):
        raise _Unreadable("not_an_id", "ไม่ใช่รหัสอ้างอิง", "is not an id")
    return UUID(value)


def _choice(value: object, choices: Sequence[str]) -> str:
    if value not in choices:
        listed = ", ".join(choices)
        raise _Unreadable("unknown_choice", f"ต้องเป็น {listed}", f"must be one of {listed}")
    return str(value)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
