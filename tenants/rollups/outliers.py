"""When a body's figures are out of line, with the reasons in both languages. Pure.

A reason is where to look, and accuses nobody: books that are kept late look like books in trouble.
Every threshold here is ours, chosen so that an ordinary body has no reason; no regulation sets one.
What could not be if the books were kept by this program comes first: the budget's lock lets nothing
be paid above it, and neither money in hand nor what is held for others can be less than nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

# Gravities add up, so that many slight reasons never outweigh a grave one.
IMPOSSIBLE, SERIOUS, SLIGHT = 10_000, 100, 1

MONTHS_LATE = 3  # a quarter that nobody closed
MONTHS_TO_LOOK_AT_MONEY = 3  # before, a single large receipt moves everything
HALF_YEAR_MONTHS = 6
SHARE_OF_MEDIAN = Decimal("0.5")
TIMES_LAST_YEAR = 2
WHOLE_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFacts:
    """All that a reason depends on: a body's year to now, in baht, percent and months.

    Attributes:
        months_ended: of the fiscal year, by today.
        months_closed: of the fiscal year.
        is_unit: it is under a local body, and may live of that one's budget.
        collected_median: in percent of what is estimated, of the peers; None: too few of them.
        spent_median: in percent of the budget, of the peers.
        collected_last_year: None: last year was not closed to its end, so nothing is compared.
        cash: in hand and in banks, by the journal of all years to this one.
        deposits: held for others, likewise.
    """

    months_ended: int
    months_closed: int
    is_unit: bool
    budget: Decimal
    disbursed: Decimal
    collected: Decimal
    collected_percent: Decimal | None
    collected_median: Decimal | None
    spent_percent: Decimal | None
    spent_median: Decimal | None
    collected_last_year: Decimal | None
    cash: Decimal
    deposits: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a body is out of line."""

    code: str
    gravity: int
    message_th: str
    message_en: str


def reasons(facts: YearFacts) -> list[Reason]:
    """Return every reason, the gravest first; none: nothing is out of line."""
    found = [
        *_what_cannot_be(facts),
        *_of_closing(facts),
        *_of_spending(facts),
        *_of_revenue(facts),
    ]
    return sorted(found, key=lambda one: -one.gravity)


def gravity_of(found: list[Reason]) -> int:
    """Return how grave all reasons are together."""
    return sum(one.gravity for one in found)


def closing_lag(*, months_ended: int, months_closed: int) -> int:
    """Return how many months have ended and are not closed."""
    return max(0, months_ended - months_closed)


def _what_cannot_be(facts: YearFacts) -> Iterator[Reason]:
    if facts.disbursed > facts.budget:
        yield Reason(
            code="spent_over_budget",
            gravity=IMPOSSIBLE,
            message_th=f"เบิกจ่าย {facts.disbursed:,.2f} บาท เกินงบประมาณ {facts.budget:,.2f} บาท",
            message_en=f"Spent {facts.disbursed:,.2f} baht of a budget of {facts.budget:,.2f}.",
        )
    if facts.cash < 0:
        yield Reason(
            code="cash_below_nothing",
            gravity=IMPOSSIBLE,
            message_th=f"เงินสดและเงินฝากธนาคารติดลบ {-facts.cash:,.2f} บาท",
            message_en=f"Cash and bank balances are {-facts.cash:,.2f} baht below nothing.",
        )
    if facts.deposits < 0:
        yield Reason(
            code="deposits_below_nothing",
            gravity=IMPOSSIBLE,
            message_th=f"จ่ายคืนเงินรับฝากเกินกว่าที่รับไว้ {-facts.deposits:,.2f} บาท",
            message_en=f"Deposits were paid back by {-facts.deposits:,.2f} baht more than held.",
        )


def _of_closing(facts: YearFacts) -> Iterator[Reason]:
    late = closing_lag(months_ended=facts.months_ended, months_closed=facts.months_closed)
    if late < MONTHS_LATE:
        return
    if facts.months_closed == 0:
        yield Reason(
            code="no_month_closed",
            gravity=SERIOUS,
            message_th=f"ยังไม่ปิดงวดใดเลย ทั้งที่สิ้นเดือนไปแล้ว {late} เดือน",
            message_en=f"No month is closed, and {late} have ended.",
        )
    else:
        yield Reason(
            code="closing_late",
            gravity=SLIGHT * late,
            message_th=f"ปิดงวดช้า {late} เดือน",
            message_en=f"Closing is {late} months late.",
        )


def _of_spending(facts: YearFacts) -> Iterator[Reason]:
    if facts.budget <= 0:
        if facts.months_ended >= MONTHS_TO_LOOK_AT_MONEY and not facts.is_unit:
            yield Reason(
                code="no_budget",
                gravity=SERIOUS,
                message_th="ยังไม่มีงบประมาณรายจ่ายในระบบ",
                message_en="There is no budget in the books.",
            )
        return
    if facts.months_ended < HALF_YEAR_MONTHS:
        return
    if facts.disbursed <= 0:
        yield Reason(
            code="nothing_spent",
            gravity=SERIOUS,
            message_th=f"ยังไม่มีการเบิกจ่าย ทั้งที่สิ้นเดือนไปแล้ว {facts.months_ended} เดือน",
            message_en=f"Nothing was spent, and {facts.months_ended} months have ended.",
        )
    elif _is_far_below(facts.spent_percent, facts.spent_median):
        yield Reason(
            code="spending_below_peers",
            gravity=SLIGHT,
            message_th=f"เบิกจ่ายร้อยละ {facts.spent_percent} ต่ำกว่าครึ่งหนึ่งของค่ากลาง"
            f"ของกลุ่มเทียบเคียง (ร้อยละ {facts.spent_median})",
            message_en=f"Spent {facts.spent_percent} %, less than half of what its peers did "
            f"(median {facts.spent_median} %).",
        )


def _of_revenue(facts: YearFacts) -> Iterator[Reason]:
    if facts.months_ended >= MONTHS_TO_LOOK_AT_MONEY and _is_far_below(
        facts.collected_percent, facts.collected_median
    ):
        yield Reason(
            code="revenue_below_peers",
            gravity=SERIOUS,
            message_th=f"รายรับร้อยละ {facts.collected_percent} ของประมาณการ ต่ำกว่าครึ่งหนึ่ง"
            f"ของค่ากลางของกลุ่มเทียบเคียง (ร้อยละ {facts.collected_median})",
            message_en=f"Collected {facts.collected_percent} % of what was expected, less than "
            f"half of what its peers did (median {facts.collected_median} %).",
        )
    last = facts.collected_last_year
    if last is not None and last > 0 and facts.collected >= last * TIMES_LAST_YEAR:
        yield Reason(
            code="revenue_jump",
            gravity=SERIOUS,
            message_th=f"รายรับ {facts.collected:,.2f} บาท ตั้งแต่ {TIMES_LAST_YEAR} เท่า"
            f"ของทั้งปีก่อน ({last:,.2f} บาท)",
            message_en=f"Collected {facts.collected:,.2f} baht, {TIMES_LAST_YEAR} times all of "
            f"last year ({last:,.2f}) or more.",
        )


def _is_far_below(value: Decimal | None, median: Decimal | None) -> bool:
    return value is not None and median is not None and value < median * SHARE_OF_MEDIAN
