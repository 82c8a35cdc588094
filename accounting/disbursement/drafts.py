"""Reading a ฎีกา as it was sent: whatever can be read, and a refusal for all that cannot. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from accounting import money
from accounting.errors import Refusal
from accounting.reading import Reader
from accounting.withholding_tax.rules import MOST_PERCENT

INSPECTION = "inspection"
SOURCES = (INSPECTION, "payroll", "subsidy", "utility", "deposit", "advance")
# What their sources are: another document, a deposit; the others are told by the voucher itself.
SOURCES_WITH_ID = frozenset({INSPECTION, "deposit", "advance"})
CHARGED_BY_ITSELF = frozenset({"payroll", "subsidy", "utility"})
DEDUCTIONS = ("wht", "fine", "retention", "advance", "guarantee")
PAYROLL_DEDUCTIONS = ("social_security", "pension_fund", "provident_fund", "cooperative")
_MOST_DEDUCTIONS, _MOST_PEOPLE = 10, 500
_UNIT = re.compile(r"[0-9]{2}")
_TAX_ID = re.compile(r"[0-9]{13}")
_RATE = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_YEARS = range(2400, 2801)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """What is kept back of the gross.

    Attributes:
        rate_percent: of a tax whose rate the law names by kind of income (ม.40).
        income_th: that kind of income, as the certificate says it.
    """

    kind: str
    amount: Decimal
    rate_percent: Decimal | None = None
    income_th: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One of the people on a payroll, as ภ.ง.ด.1 lists them."""

    tax_id: str
    title: str
    first_name: str
    last_name: str
    base: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherDraft:
    """A voucher as far as it could be read; ``refusals`` says what could not.

    Attributes:
        account: what it is charged to, when that is not what the budget line's type says.
    """

    fiscal_year: int | None
    unit: str | None
    budget_line: UUID | None
    payee: UUID | None
    description: str
    made_on: date | None
    gross: Decimal | None
    vat: Decimal
    deductions: tuple[Deduction, ...]
    source_kind: str | None
    source_id: UUID | None
    account: str | None
    people: tuple[Person, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def net(self) -> Decimal:
        """What is paid out."""
        deducted = sum((one.amount for one in self.deductions), money.ZERO)
        return (self.gross or money.ZERO) - deducted

    @property
    def withheld(self) -> Decimal:
        """The tax that is withheld."""
        taxes = (one.amount for one in self.deductions if one.kind == "wht")
        return sum(taxes, money.ZERO)

    @property
    def charged(self) -> Decimal:
        """What it takes of the budget: what was paid in advance was taken then."""
        advanced = (one.amount for one in self.deductions if one.kind == "advance")
        return (self.gross or money.ZERO) - sum(advanced, money.ZERO)


def read_voucher(raw: Mapping[str, Any]) -> VoucherDraft:
    """Return the voucher that a request holds, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only(
        *("fiscal_year", "unit", "budget_line", "payee", "description", "gross", "vat"),
        *("deductions", "source", "made_on", "people"),
    )
    kind, source_id, account = _read_source(reader)
    needs_line, needs_payee = kind != "deposit", kind != "payroll"
    return VoucherDraft(
        fiscal_year=_read_year(reader),
        unit=_read_unit(reader),
        budget_line=reader.id("budget_line", required=needs_line),
        payee=reader.id("payee", required=needs_payee),
        description=reader.text("description", longest=500, required=True) or "",
        made_on=reader.day("made_on", required=False),
        gross=reader.amount("gross"),
        vat=reader.amount("vat", required=False, may_be_zero=True) or money.ZERO,
        deductions=_read_deductions(reader, kind),
        source_kind=kind,
        source_id=source_id,
        account=account,
        people=_read_people(reader),
        refusals=tuple(reader.refusals),
    )


def _read_source(reader: Reader) -> tuple[str | None, UUID | None, str | None]:
    raw = reader.raw.get("source")
    if not isinstance(raw, dict):
        reader.refuse("source", "required", "ต้องระบุที่มาของการเบิกจ่าย", "a source is required")
        return None, None, None
    source = Reader(raw=raw, pointer="/source", refusals=reader.refusals)
    source.only("kind", "id", "account")
    kind = source.choice("kind", SOURCES)
    return (
        kind,
        source.id("id", required=kind in SOURCES_WITH_ID),
        source.account("account", required=False),
    )


def _read_year(reader: Reader) -> int | None:
    year = reader.raw.get("fiscal_year")
    if type(year) is not int or year not in _YEARS:
        reader.refuse("fiscal_year", "not_a_year", "ต้องเป็นปี พ.ศ. เช่น 2569", "a Buddhist year: 2569")
        return None
    return year


def _read_unit(reader: Reader) -> str | None:
    unit = reader.text("unit", longest=2, required=True)
    if unit is not None and not _UNIT.fullmatch(unit):
        reader.refuse("unit", "unknown_unit", "รหัสกอง/สำนักเป็นเลขสองหลัก", "has two digits")
        return None
    return unit


def _read_deductions(reader: Reader, kind: str | None) -> tuple[Deduction, ...]:
    if reader.raw.get("deductions") in (None, []):
        return ()
    kinds = DEDUCTIONS + (PAYROLL_DEDUCTIONS if kind == "payroll" else ())
    found = []
    for item in reader.items("deductions", most=_MOST_DEDUCTIONS):
        item.only("kind", "amount", "rate", "income")
        read, amount = item.choice("kind", kinds), item.amount("amount")
        rate, income = _read_rate(item), item.text("income", longest=100)
        if read and amount is not None:
            found.append(Deduction(kind=read, amount=amount, rate_percent=rate, income_th=income))
    repeated = {one.kind for one in found if [two.kind for two in found].count(one.kind) > 1}
    for name in sorted(repeated):
        reader.refuse(
            "deductions", "repeated", f"มีรายการหัก {name} ซ้ำ", f"{name} stands there twice"
        )
    return tuple(found)


def _read_rate(item: Reader) -> Decimal | None:
    value = item.raw.get("rate")
    if value is None:
        return None
    try:
        rate = Decimal(value) if isinstance(value, str) and _RATE.fullmatch(value) else None
    except InvalidOperation:
        rate = None
    if rate is None or rate > MOST_PERCENT:
        item.refuse("rate", "not_a_rate", "อัตราภาษีเป็นร้อยละ เช่น 3.00", "is a percentage: 3.00")
        return None
    return rate


def _read_people(reader: Reader) -> tuple[Person, ...]:
    if reader.raw.get("people") in (None, []):
        return ()
    found = []
    for item in reader.items("people", most=_MOST_PEOPLE):
        item.only("tax_id", "title", "first_name", "last_name", "base", "tax")
        tax_id = item.text("tax_id", longest=13, required=True)
        if tax_id and not _TAX_ID.fullmatch(tax_id):
            item.refuse("tax_id", "bad_tax_id", "ต้องเป็นเลข 13 หลัก", "has 13 digits")
        found.append(
            Person(
                tax_id=tax_id or "",
                title=item.text("title", longest=40) or "",
                first_name=item.text("first_name", longest=100, required=True) or "",
                last_name=item.text("last_name", longest=100, required=True) or "",
                base=item.amount("base") or money.ZERO,
                tax=item.amount("tax", may_be_zero=True) or money.ZERO,
            )
        )
    return tuple(found)
