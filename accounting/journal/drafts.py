"""Reading a journal entry as it was sent: whatever can be read, and a refusal for all that cannot.

Pure. Nothing is thrown away on the first error: the officer, and the program, get every reason at
once, each with a JSON pointer to its field.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import fiscal_year, money
from accounting.errors import Refusal

MAX_LINES = 500
MIN_LINES = 2
DESCRIPTION_MAX = 500
REFERENCE_MAX = 100
MEMO_MAX = 200
UNKNOWN_FIELDS_NAMED, UNKNOWN_NAME_MAX = 10, 100  # for each object: an answer is of bounded size
EARLIEST_YEAR_CE, _LATEST_YEAR_CE = 1900, 2400  # a later year is a Buddhist one
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ACCOUNT = re.compile(r"[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ENTRY_FIELDS = frozenset({"entry_date", "description", "reference", "lines"})
_LINE_FIELDS = frozenset({"account", "debit", "credit", "memo", "budget_line"})


NO_BUDGET_LINE = ("ไม่พบรายการงบประมาณนี้", "there is no such budget line")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One line; an amount or account that could not be read is None."""

    pointer: str
    account: str | None
    debit: Decimal | None
    credit: Decimal | None
    memo: str | None = None
    budget_line: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft:
    """An entry as far as it could be read; ``refusals`` says what could not."""

    entry_date: date | None
    description: str
    reference: str | None
    lines: tuple[DraftLine, ...]
    refusals: tuple[Refusal, ...] = ()


@dataclass(slots=True)
class _Reader:
    """Collects refusals while fields are read."""

    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, code: str, pointer: str, message_th: str, message_en: str) -> None:
        self.refusals.append(
            Refusal(code=code, pointer=pointer, message_th=message_th, message_en=message_en)
        )

    def unknown_fields(self, raw: Mapping[str, Any], known: frozenset[str], pointer: str) -> None:
        for name in sorted(set(raw) - known)[:UNKNOWN_FIELDS_NAMED]:
            safe = name[:UNKNOWN_NAME_MAX].replace("~", "~0").replace("/", "~1")
            self.refuse("unknown_field", f"{pointer}/{safe}", "ไม่รู้จักช่องข้อมูลนี้", "unknown field")

    def text(self, raw: Mapping[str, Any], name: str, pointer: str, *, longest: int) -> str | None:
        """Return a text of at most ``longest`` characters, None when it is absent or null."""
        value = raw.get(name)
        if value is None:
            return None
        where = f"{pointer}/{name}"
        if not isinstance(value, str):
            self.refuse("not_a_string", where, "ต้องเป็นข้อความ", "must be a string")
            return None
        if _CONTROL.search(value):
            self.refuse("control_character", where, "มีอักขระควบคุมที่ใช้ไม่ได้", "has control characters")
            return None
        if len(value) > longest:
            self.refuse(
                "too_long", where, f"ยาวเกิน {longest} ตัวอักษร", f"longer than {longest} characters"
            )
            return None
        return value.strip() or None

    def day(self, raw: Mapping[str, Any], name: str, pointer: str) -> date | None:
        """Return a date written YYYY-MM-DD in the Christian era."""
        value, where = raw.get(name), f"{pointer}/{name}"
        if value is None:
            self.refuse("required", where, "ต้องระบุวันที่", "a date is required")
            return None
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            self.refuse("not_a_date", where, "วันที่ต้องเป็นรูป ปปปป-ดด-วว", "must be YYYY-MM-DD")
            return None
        year = int(value[:4])
        if year >= _LATEST_YEAR_CE:
            meant = f"{year - fiscal_year.BUDDHIST_OFFSET:04d}{value[4:]}"
            self.refuse(
                "buddhist_year",
                where,
                f"ต้องเป็นปี ค.ศ. เช่น {meant}",
                f"the year must be of the Christian era: {meant}",
            )
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.refuse("not_a_date", where, "ไม่มีวันที่นี้ในปฏิทิน", "no such day")
            return None
        if year < EARLIEST_YEAR_CE:
            self.refuse("not_a_date", where, "ปีนี้เก่าเกินไป", "the year is too early")
            return None
        return day

    def amount(self, raw: Mapping[str, Any], name: str, pointer: str) -> Decimal | None:
        """Return a positive amount; None when it is absent, null or refused."""
        value, where = raw.get(name), f"{pointer}/{name}"
        if value is None:
            return None
        try:
            amount = money.read(value)
        except money.NotMoney as error:
            self.refuse(error.reason, where, *_MONEY_MESSAGES[error.reason])
            return None
        if amount < 0:
            self.refuse("negative_amount", where, "จำนวนเงินติดลบไม่ได้", "must not be negative")
            return None
        if amount == 0:
            self.refuse("zero_amount", where, "จำนวนเงินต้องมากกว่าศูนย์", "must be greater than zero")
            return None
        return amount


_MONEY_MESSAGES = {
    "not_a_string": (
        'จำนวนเงินต้องเป็นข้อความ เช่น "1234.50"',
        'an amount is a string such as "1234.50"',
    ),
    "not_money": ("ไม่ใช่จำนวนเงิน", "is not an amount"),
    "too_many_decimals": ("มีทศนิยมเกินสองตำแหน่ง", "has more than two decimals"),
    "too_large": ("จำนวนเงินมากเกินไป", "is too large"),
}


def read_entry(raw: Mapping[str, Any]) -> EntryDraft:
    """Return the entry that a request holds, with a refusal for whatever cannot be read."""
    reader = _Reader()
    reader.unknown_fields(raw, _ENTRY_FIELDS, "")
    entry_date = reader.day(raw, "entry_date", "")
    before = len(reader.refusals)
    description = reader.text(raw, "description", "", longest=DESCRIPTION_MAX)
    if description is None and len(reader.refusals) == before:
        reader.refuse("required", "/description", "ต้องระบุคำอธิบายรายการ", "is required")
    reference = reader.text(raw, "reference", "", longest=REFERENCE_MAX)
    lines = _read_lines(reader, raw.get("lines"))
    return EntryDraft(
        entry_date=entry_date,
        description=description or "",
        reference=reference,
        lines=lines,
        refusals=tuple(reader.refusals),
    )


def _read_lines(reader: _Reader, raw: object) -> tuple[DraftLine, ...]:
    if not isinstance(raw, list):
        reader.refuse("required", "/lines", "ต้องมีรายการบัญชี", "a list of lines is required")
        return ()
    if not MIN_LINES <= len(raw) <= MAX_LINES:
        reader.refuse(
            "line_count",
            "/lines",
            f"ต้องมี {MIN_LINES} ถึง {MAX_LINES} บรรทัด ได้รับ {len(raw)} บรรทัด",
            f"must have {MIN_LINES} to {MAX_LINES} lines, not {len(raw)}",
        )
        if len(raw) > MAX_LINES:
            return ()
    return tuple(_read_line(reader, line, f"/lines/{index}") for index, line in enumerate(raw))


def _read_line(reader: _Reader, raw: object, pointer: str) -> DraftLine:
    if not isinstance(raw, dict):
        reader.refuse("not_an_object", pointer, "บรรทัดไม่ถูกรูปแบบ", "must be an object")
        return DraftLine(pointer=pointer, account=None, debit=None, credit=None)
    reader.unknown_fields(raw, _LINE_FIELDS, pointer)
    before = len(reader.refusals)
    debit = reader.amount(raw, "debit", pointer)
    credit = reader.amount(raw, "credit", pointer)
    if len(reader.refusals) == before and (debit is None) == (credit is None):
        code = "both_sides" if debit is not None else "no_side"
        reader.refuse(
            code,
            pointer,
            "ต้องมีเดบิตหรือเครดิตเพียงด้านเดียว",
            "must have either a debit or a credit",
        )
    return DraftLine(
        pointer=pointer,
        account=_read_account(reader, raw, pointer),
        debit=debit,
        credit=credit,
        memo=reader.text(raw, "memo", pointer, longest=MEMO_MAX),
        budget_line=_read_budget_line(reader, raw, pointer),
    )


def _read_budget_line(reader: _Reader, raw: Mapping[str, Any], pointer: str) -> UUID | None:
    value = raw.get("budget_line")
    if value is None:
        return None
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError):
        reader.refuse("unknown_budget_line", f"{pointer}/budget_line", *NO_BUDGET_LINE)
        return None


def _read_account(reader: _Reader, raw: Mapping[str, Any], pointer: str) -> str | None:
    value, where = raw.get("account"), f"{pointer}/account"
    refuse: Callable[[str, str, str, str], None] = reader.refuse
    if value is None:
        refuse("required", where, "ต้องระบุรหัสบัญชี", "an account is required")
        return None
    if not isinstance(value, str):
        refuse("not_a_string", where, "รหัสบัญชีต้องเป็นข้อความ", "must be a string")
        return None
    if not _ACCOUNT.fullmatch(value):
        refuse(
            "unknown_account",
            where,
            "ไม่มีรหัสบัญชีนี้ในผังบัญชี",
            "there is no such account in the chart",
        )
        return None
    return value
