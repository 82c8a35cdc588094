"""What a movement does to a line, and when it is refused. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounting import fiscal_year, money
from accounting.errors import Refusal

REGULATION = "ระเบียบ มท. ว่าด้วยวิธีการงบประมาณของ อปท. พ.ศ. 2563"

# kind of movement: the column of the line that it adds to (+1) or takes from (-1)
MOVES: dict[str, tuple[str, int]] = {
    "approve": ("approved", 1),
    "supplement": ("supplemented", 1),
    "transfer_in": ("transferred_in", 1),
    "transfer_out": ("transferred_out", 1),
    "carry_in": ("carried_in", 1),
    "carry_out": ("carried_out", 1),
    "lapse": ("lapsed", 1),
    "reserve": ("reserved", 1),
    "unreserve": ("reserved", -1),
    "obligate": ("obligated", 1),
    "unobligate": ("obligated", -1),
    "disburse": ("disbursed", 1),
    "restore": ("disbursed", -1),
}
# available = what was given, less what was taken away and what is spoken for.
GIVEN = ("approved", "supplemented", "transferred_in", "carried_in")
TAKEN = ("transferred_out", "carried_out", "lapsed", "reserved", "obligated", "disbursed")
COLUMNS = (
    *("approved", "supplemented", "transferred_in", "transferred_out", "carried_in"),
    *("carried_out", "lapsed", "reserved", "obligated", "disbursed"),
)
# kind of commitment: the movements that make it larger and smaller
COMMITMENTS = {
    "hold": ("reserve", "unreserve"),
    "obligation": ("obligate", "unobligate"),
    "disbursement": ("disburse", "restore"),
}
_INVESTMENT = "540000"  # งบลงทุน
_LEVELS = {
    "line": ("รายการงบประมาณ", "the budget line"),
    "hold": ("เงินที่จองไว้", "what is reserved"),
    "obligation": ("เงินที่ก่อหนี้ผูกพันไว้", "what is obligated"),
    "disbursement": ("เงินที่เบิกจ่ายแล้ว", "what was disbursed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the decision needs to know of a line.

    Attributes:
        year_state: of its fiscal year; None when the body has not opened it.
    """

    fiscal_year: int
    year_state: str | None
    name: str
    available: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of the classification, or a source of money, as it holds in a fiscal year."""

    name_th: str
    name_en: str
    level: str
    parent: str
    account: str


Codes = Mapping[tuple[str, str], Code]  # by scheme and code


def budget_of(codes: Codes, expenditure_type: str) -> str:
    """Return the budget (งบ) that a type of expenditure belongs to; empty when it is unknown."""
    code = codes.get(("expenditure", expenditure_type))
    category = codes.get(("expenditure", code.parent)) if code else None
    return category.parent if category else ""


def is_investment(codes: Codes, expenditure_type: str) -> bool:
    """Tell whether a type of expenditure is of the investment budget (งบลงทุน)."""
    return budget_of(codes, expenditure_type) == _INVESTMENT


def not_enough(*, level: str, name: str, left: Decimal, asked: Decimal, pointer: str) -> Refusal:
    """Return the refusal of an amount that is not there, with the arithmetic.

    Args:
        level: where it is missing: line, hold, obligation or disbursement.
        name: of the line.
        left: what is there.
        asked: what was asked in all, up to and with this one.
        pointer: to the amount.
    """
    short = asked - left
    level_th, level_en = _LEVELS[level]
    return Refusal(
        code="budget_not_enough",
        pointer=pointer,
        message_th=(
            f"งบประมาณไม่พอ ({level_th} {name}): คงเหลือ {left:,.2f} บาท"
            f" ขอใช้ {asked:,.2f} บาท ขาด {short:,.2f} บาท"
        ),
        message_en=(
            f"not enough in {level_en}: available {left:,.2f}, asked {asked:,.2f},"
            f" short {short:,.2f}"
        ),
        of_the_books=True,
        rule="BUD-AVAILABLE",
        regulation=REGULATION,
    )


def unknown_line(pointer: str) -> Refusal:
    """Return the refusal of a line that the body does not have."""
    return Refusal(
        code="unknown_budget_line",
        pointer=pointer,
        message_th="ไม่พบรายการงบประมาณนี้",
        message_en="there is no such budget line",
        rule="BUD-LINE",
    )


def drawn_elsewhere(name: str) -> Refusal:
    """Return the refusal to draw for one document and line from two places."""
    return Refusal(
        code="drawn_elsewhere",
        message_th=f"เอกสารนี้ใช้งบประมาณรายการ {name} จากแหล่งอื่นไปแล้ว",
        message_en="the document draws on this line from another place already",
        of_the_books=True,
        rule="BUD-SOURCE",
    )


def nothing_held(pointer: str) -> Refusal:
    """Return the refusal to draw on a commitment that a document does not have."""
    return Refusal(
        code="nothing_held",
        pointer=pointer,
        message_th="เอกสารต้นทางไม่ได้จองหรือผูกพันงบประมาณรายการนี้ไว้",
        message_en="the document it comes from holds nothing of this budget line",
        of_the_books=True,
        rule="BUD-SOURCE",
    )


def year_refusals(line: LineFacts, *, day_year: int, pointer: str) -> Iterator[Refusal]:
    """Refuse to spend, or promise, a line's money outside its open fiscal year."""
    if line.fiscal_year != day_year:
        first = fiscal_year.first_day(line.fiscal_year)
        yield Refusal(
            code="not_of_the_year",
            pointer=pointer,
            message_th=(
                f"รายการของปีงบประมาณ {line.fiscal_year} ใช้ได้ตั้งแต่ {first:%Y-%m-%d}"
                f" ถึงสิ้นปีงบประมาณเท่านั้น วันที่ของเอกสารอยู่ในปี {day_year}"
            ),
            message_en=(
                f"a line of fiscal year {line.fiscal_year} is spent in that year only;"
                f" the document's day is in {day_year}"
            ),
            of_the_books=True,
            rule="BUD-YEAR",
            regulation=REGULATION,
        )
    elif line.year_state != "open":
        yield Refusal(
            code="fiscal_year_closed",
            pointer=pointer,
            message_th=f"ปีงบประมาณ {line.fiscal_year} ปิดแล้วหรือยังไม่ได้เปิด",
            message_en=f"fiscal year {line.fiscal_year} is not open",
            of_the_books=True,
            rule="BUD-YEAR",
        )


def amount_refusal(amount: Decimal, pointer: str) -> Iterator[Refusal]:
    """Refuse what is no amount of baht and satang above zero."""
    if amount <= 0 or amount > money.MAXIMUM or amount != round(amount, 2):
        yield Refusal(
            code="not_money",
            pointer=pointer,
            message_th="จำนวนเงินต้องมากกว่าศูนย์ ทศนิยมไม่เกินสองตำแหน่ง",
            message_en="must be an amount above zero with at most two decimals",
            rule="BUD-AMOUNT",
        )
