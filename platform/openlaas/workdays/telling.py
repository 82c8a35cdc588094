"""The days of an office in their order: what is due, what is begun, and the evening's closing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from openlaas.demo.working_days import FIRST_DAY, YEAR_ENDS, fiscal_year, working_days
from openlaas.workdays import (
    budget_side,
    buying_side,
    cash_side,
    monthly_side,
    opening,
    payments,
)
from openlaas.workdays.mix import mix
from openlaas.workdays.office import Office, Task

_BEGINS: dict[str, Task] = {
    "receipt": cash_side.issue_receipt,
    "purchase": buying_side.buy,
    "receivable": cash_side.set_up_receivable,
    "guarantee": cash_side.receive_guarantee,
    "bank_credit": cash_side.enter_credit,
    "transfer": budget_side.transfer,
    "general_voucher": monthly_side.correct,
}
_BUSY = 20  # documents of a day on which a small office begins any
_LIVELY_DAYS = 14  # before today, on each of which something of each side is begun
_LIVELY = ("receipt", "receipt", "receipt", "purchase")
_LEFT_ON_DESKS: tuple[Task, ...] = (
    monthly_side.leave_claims,
    cash_side.receive_guarantee,
    cash_side.enter_credit,
    budget_side.propose_supplementary,
    budget_side.transfer,
    cash_side.set_up_receivable,
    monthly_side.correct,
)
_SEPTEMBER = 9  # nothing is bought in its weeks: it could not be paid before the year ends
_PATIENCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that are told.

    Attributes:
        last: inclusive.
        documents: of a fiscal year.
        is_going_on: the last day is left as officers leave it at noon: papers on every desk.
    """

    last: date
    documents: int
    first: date = FIRST_DAY
    is_going_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """A working day.

    Attributes:
        target: how many documents its fiscal year shall have by its evening; None on a day on
            which a small office begins nothing.
        is_lively: something of each side is begun, whatever the target.
    """

    day: date
    target: int | None
    is_lively: bool = False


def tell(office: Office, span: Span, *, after_each: Callable[[date], None]) -> None:
    """Do the work of the days of a span; the books are empty before the first of them.

    The same hands, seed and span give the same documents.
    """
    is_open = False
    for today in _days(span):
        office.is_last_day = span.is_going_on and today.day == span.last
        with office.hands.day():
            if not is_open:
                opening.open_office(office, today.day)
                is_open = True
            _work(office, today)
        after_each(today.day)


def _days(span: Span) -> Iterator[Today]:
    begin = FIRST_DAY
    for year_end in YEAR_ENDS:
        days = list(working_days(begin, year_end))
        every = max(1, _BUSY * len(days) // span.documents)
        told = [day for day in days if span.first <= day <= span.last]
        is_now = span.is_going_on and begin <= span.last <= year_end
        lively = set(told[-_LIVELY_DAYS:]) if is_now else set()
        for place, day in enumerate(days):
            if span.first <= day <= span.last:
                begins = place % every == 0 or day in lively or day == days[-1]
                target = span.documents * (place + 1) // len(days) if begins else None
                yield Today(day=day, target=target, is_lively=every > 1 or day in lively)
        begin = year_end + timedelta(days=1)


def _work(office: Office, today: Today) -> None:
    day = today.day
    if fiscal_year(day) not in office.lines:
        budget_side.put_in_force(office, day)
    if office.month_told != (day.year, day.month):
        office.month_told = (day.year, day.month)
        monthly_side.plan_month(office, day)
    if today.target is not None:
        cash_side.bank_cash(office, day)
    office.do_what_is_due(day)
    if today.target is not None:
        _begin(office, today, today.target)
    if not office.is_last_day:
        office.do_what_is_due(day)
    if day in YEAR_ENDS:
        monthly_side.depreciate(office, day)
    payments.pay(office, day)
    is_cash_touched = bool(office.collected) or today.target is not None
    cash_side.hand_over(office, day)
    if is_cash_touched:
        cash_side.close_day(office, day)


def _begin(office: Office, today: Today, target: int) -> None:
    day, year = today.day, fiscal_year(today.day)
    rows = [one for one in mix() if one.key != "purchase" or day.month != _SEPTEMBER]
    known = {one.key for one in rows}
    for key in _LIVELY if today.is_lively else ():
        if key in known:
            _BEGINS[key](office, day)
    for task in _LEFT_ON_DESKS if office.is_last_day else ():
        task(office, day)
    weights = [float(one.per_workday) for one in rows]
    for _ in range(_PATIENCE * max(target - office.of_year[year], 0)):
        if office.of_year[year] >= target:
            return
        _BEGINS[office.rng.choices(rows, weights)[0].key](office, day)
