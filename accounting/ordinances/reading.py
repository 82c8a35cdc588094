"""Reading a request field by field: what can be read, and a refusal for all that cannot. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from accounting import money
from accounting.errors import Refusal
from accounting.fiscal_year import BUDDHIST_OFFSET

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(2500, 2700)  # B.E.
_UNKNOWN_NAMED, _NAME_MAX = 10, 100
_MONEY = {
    "not_a_string": ('จำนวนเงินต้องเป็นข้อความ เช่น "1234.50"', 'is a string such as "1234.50"'),
    "not_money": ("ไม่ใช่จำนวนเงิน", "is not an amount"),
    "too_many_decimals": ("มีทศนิยมเกินสองตำแหน่ง", "has more than two decimals"),
    "too_large": ("จำนวนเงินมากเกินไป", "is too large"),
}
T = TypeVar("T")


@dataclass(slots=True)
class Reader:
    """An object of a request, where it stands, and what was wrong with it and those below it."""

    raw: Mapping[str, Any]
    pointer: str = ""
    refusals: list[Refusal] = field(default_factory=list)
    named: set[str] = field(default_factory=set)

    def refuse(self, name: str, code: str, message_th: str, message_en: str) -> None:
        """Refuse a field."""
        self.refusals.append(
            Refusal(
                code=code,
                pointer=f"{self.pointer}/{name}",
                message_th=message_th,
                message_en=message_en,
            )
        )

    def value(self, name: str, *, required: bool) -> Any:
        """Return what stands in a field; refuse that it is missing."""
        self.named.add(name)
        found = self.raw.get(name)
        if required and (found is None or found == ""):
            self.refuse(name, "required", "ต้องระบุ", "is required")
            return None
        return found

    def text(self, name: str, *, longest: int, required: bool = True) -> str:
        """Return a text of one line, empty when it is absent or refused."""
        value = self.value(name, required=required)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.refuse(name, "not_a_string", "ต้องเป็นข้อความ", "must be a string")
        elif _CONTROL.search(value):
            self.refuse(name, "control_character", "มีอักขระที่ใช้ไม่ได้", "has control characters")
        elif len(value) > longest:
            words = (f"ยาวเกิน {longest} ตัวอักษร", f"is longer than {longest} characters")
            self.refuse(name, "too_long", *words)
        else:
            return value.strip()
        return ""

    def amount(self, name: str, *, required: bool = True) -> Decimal:
        """Return an amount above zero; zero when it is absent or refused."""
        value = self.value(name, required=required)
        if value is None:
            return money.ZERO
        try:
            amount = money.read(value)
        except money.NotMoney as error:
            self.refuse(name, error.reason, *_MONEY[error.reason])
            return money.ZERO
        if amount <= 0:
            self.refuse(name, "zero_amount", "ต้องมากกว่าศูนย์", "must be greater than zero")
            return money.ZERO
        return amount

    def day(self, name: str, *, required: bool = True) -> date | None:
        """Return a date written YYYY-MM-DD in the Christian era."""
        value = self.value(name, required=required)
        if value is None:
            return None
        try:
            day = date.fromisoformat(value if _DAY.fullmatch(value) else "")
        except (ValueError, TypeError):
            self.refuse(name, "not_a_date", "ต้องเป็นวันที่ ปปปป-ดด-วว", "must be a date YYYY-MM-DD")
            return None
        if day.year + BUDDHIST_OFFSET not in _YEARS:
            self.refuse(name, "not_a_date", "ต้องเป็นปี ค.ศ.", "must be of the Christian era")
            return None
        return day

    def fiscal_year(self, name: str = "fiscal_year") -> int:
        """Return a fiscal year (B.E.), zero when it is absent or refused."""
        value = self.value(name, required=True)
        if value is None:
            return 0
        if type(value) is not int or value not in _YEARS:
            words = ("ต้องเป็นปี พ.ศ. เช่น 2570", "must be a Buddhist year such as 2570")
            self.refuse(name, "not_a_fiscal_year", *words)
            return 0
        return value

    def choice(self, name: str, choices: Sequence[str], *, required: bool = True) -> str:
        """Return one of some words, empty when it is absent or refused."""
        value = self.value(name, required=required)
        if value is None:
            return ""
        if value not in choices:
            listed = ", ".join(choices)
            self.refuse(name, "unknown_choice", f"ต้องเป็น {listed}", f"must be one of {listed}")
            return ""
        return str(value)

    def flag(self, name: str) -> bool:
        """Return true or false; absent is false."""
        value = self.value(name, required=False)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, "not_a_flag", "ต้องเป็น true หรือ false", "must be true or false")
        return value is True

    def id(self, name: str, *, required: bool = True) -> UUID | None:
        """Return an id."""
        value = self.value(name, required=required)
        if value is None:
            return None
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError):
            self.refuse(name, "not_an_id", "รหัสไม่ถูกรูปแบบ", "is not an id")
            return None

    def each(
        self, name: str, read: Callable[["Reader"], T], *, most: int, least: int = 1
    ) -> tuple[T, ...]:
        """Return the objects of a list, each as ``read`` reads it."""
        value = self.value(name, required=least > 0)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(name, "not_a_list", "ต้องเป็นรายการ", "must be a list")
            return ()
        if not least <= len(value) <= most:
            words = (f"ต้องมี {least} ถึง {most} รายการ", f"must have {least} to {most} items")
            self.refuse(name, "line_count", *words)
            return ()
        found = []
        for place, one in enumerate(value):
            below = Reader(
                raw=one if isinstance(one, dict) else {},
                pointer=f"{self.pointer}/{name}/{place}",
                refusals=self.refusals,
            )
            if not isinstance(one, dict):
                self.refuse(f"{name}/{place}", "not_an_object", "ไม่ถูกรูปแบบ", "must be an object")
                continue
            found.append(read(below))
            below.refuse_unknown()
        return tuple(found)

    def refuse_unknown(self) -> None:
        """Refuse whatever was not asked for."""
        for name in sorted(set(self.raw) - self.named)[:_UNKNOWN_NAMED]:
            safe = name[:_NAME_MAX].replace("~", "~0").replace("/", "~1")
            self.refuse(safe, "unknown_field", "ไม่รู้จักช่องข้อมูลนี้", "unknown field")
