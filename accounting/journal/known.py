"""What the books know of everything that some entries name, with the journal's head held."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import orjson

from accounting import books
from accounting.fiscal_year import first_day, fiscal_year_of
from accounting.journal import rules
from accounting.journal.drafts import EARLIEST_YEAR_CE, EntryDraft
from accounting.scripts import script_beside

# The books of original entry, each with numbers of its own.
GENERAL_VOUCHER = "JV"  # สมุดรายวันทั่วไป
CASH_RECEIPTS = "RV"  # สมุดเงินสดรับ
CASH_PAYMENTS = "PV"  # สมุดเงินสดจ่าย
OF_THE_YEAR = frozenset({"4", "5"})  # first digits of revenue and expense

_KNOWN = script_beside(__file__, "known.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An entry to be posted: what it says, in which book, and what it undoes.

    Attributes:
        document_id: the document that made it; None when it is posted at once.
        rule: the posting rule that it follows; None when an officer wrote its lines.
    """

    draft: EntryDraft
    kind: str = GENERAL_VOUCHER
    reverses: int | None = None
    document_id: UUID | None = None
    rule: str | None = None

    @property
    def version(self) -> int:
        """The version of the text that is hashed, see ``canonical``."""
        has_line = any(line.budget_line for line in self.draft.lines)
        return 2 if self.document_id or self.rule or has_line else 1


class Period(NamedTuple):
    """A month's state and its fiscal year's."""

    state: str
    fiscal_year: int
    fiscal_year_state: str


class Head(NamedTuple):
    """The last event, the hash that seals everything so far, and when the next may be recorded."""

    event_no: int
    hash: str
    recording_from: datetime


class Touched(NamedTuple):
    """A balance that entries change: an account at the end of a fiscal year.

    Revenue and expense count from the year's first day, everything else from the beginning.
    """

    account: str
    fiscal_year: int

    @property
    def counted_from(self) -> date:
        """The first day that counts."""
        return first_day(self.fiscal_year) if self.account[:1] in OF_THE_YEAR else date.min

    @property
    def ends_before(self) -> date:
        """The first day that does not count any more."""
        return first_day(self.fiscal_year + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the books and the chart say before the entries are posted.

    Attributes:
        periods: by first day and kind ('' for all kinds).
        accounts: by code; an unknown account is absent.
        last_numbers: by kind and fiscal year; absent before the first.
        balances: debit less credit.
        closed_days: those of the entries that are closed to cash.
        budget_lines: those named that the body has.
    """

    body_code: str
    head: Head
    periods: dict[tuple[date, str], Period]
    accounts: dict[str, rules.AccountFacts]
    last_numbers: dict[tuple[str, int], int]
    balances: dict[Touched, Decimal]
    closed_days: frozenset[date]
    budget_lines: frozenset[UUID]

    def facts_for(self, posting: Posting) -> rules.PostingFacts:
        """Return what the rules need to know of one posting."""
        day = posting.draft.entry_date
        month = day.replace(day=1) if day else date.min
        whole, own = self.periods.get((month, "")), self.periods.get((month, posting.kind))
        states = [period.state for period in (whole, own) if period]
        return rules.PostingFacts(
            fiscal_year=whole.fiscal_year if whole else None,
            fiscal_year_state=whole.fiscal_year_state if whole else None,
            period_state=None if whole is None else min(states),  # closed comes before open
            accounts=self.accounts,
            day_is_closed=day in self.closed_days,
            budget_lines=self.budget_lines,
        )


def ask(postings: Sequence[Posting]) -> Known:
    """Hold the periods and the journal's head to the end; return what the books know, at once."""
    drafts = [posting.draft for posting in postings]
    days = {draft.entry_date for draft in drafts if draft.entry_date}
    touched = touched_by(drafts)
    periods, _, ((event_no, sealed, recording_from, *told),) = books.rows_of_each(
        _KNOWN,
        {
            "months": sorted({day.replace(day=1) for day in days}),
            "kinds": ["", *sorted({posting.kind for posting in postings})],
            "years": sorted({fiscal_year_of(day) for day in days}),
            "days": sorted(days),
            "accounts": sorted({line.account for d in drafts for line in d.lines if line.account}),
            "touched": orjson.dumps([_window(one) for one in touched]).decode(),
            "budget_lines": sorted(
                {line.budget_line for d in drafts for line in d.lines if line.budget_line}
            ),
        },
    )
    numbers, accounts, closed_days, balances, lines = (orjson.loads(part or "[]") for part in told)
    return Known(
        body_code=books.body_code(),
        head=Head(event_no, sealed, recording_from),
        periods={(starts_on, kind): Period(*rest) for starts_on, kind, *rest in periods},
        accounts={
            code: rules.AccountFacts(
                name_th=name_th,
                postable=postable,
                from_fiscal_year=begins,
                retired_from_fiscal_year=retired,
            )
            for code, name_th, postable, begins, retired in accounts
        },
        last_numbers={(kind, year): last_no for kind, year, last_no in numbers},
        balances={Touched(account, year): Decimal(after) for account, year, after in balances},
        closed_days=frozenset(date.fromisoformat(day) for day in closed_days),
        budget_lines=frozenset(map(UUID, lines)),
    )


def touched_by(drafts: Sequence[EntryDraft]) -> list[Touched]:
    """Return the balances that the entries change, in order.

    A date before all books has no period; it is refused, and names no balance.
    """
    return sorted(
        {
            Touched(line.account, fiscal_year_of(draft.entry_date))
            for draft in drafts
            for line in draft.lines
            if line.account and draft.entry_date and draft.entry_date.year >= EARLIEST_YEAR_CE
        }
    )


def _window(touched: Touched) -> dict[str, object]:
    return {
        "account": touched.account,
        "fiscal_year": touched.fiscal_year,
        "counted_from": touched.counted_from,
        "ends_before": touched.ends_before,
    }
