"""What an event of the journal adds to a body's figures. Pure.

Any event that was ever told can be folded: number, day, fiscal year and lines are all it needs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from accounting.data_files import rows_of
from tenants.rollups.figures import Amounts, Figures, Key, added

_REVENUE = "4"
_GROUP_DIGITS = 4
_PREFIX_DIGITS = 6
# หมวดรายรับ of revenue accounts that no kind of revenue names, by the chart's headings: taxes and
# duties; fees, fines and licences; rent, interest and dividends; enterprises; sales and others;
# shared taxes; grants; and the enterprises that are bodies of their own.
_CATEGORY_OF_HEADING = {
    **dict.fromkeys(("440101", "440102"), "411000"),
    **dict.fromkeys(("440103", "440104", "440105"), "412000"),
    **dict.fromkeys(("440106", "440107"), "413000"),
    "440108": "414000",
    **dict.fromkeys(("440109", "440110"), "415000"),
    "440201": "421000",
    "440301": "431000",
    **dict.fromkeys(("440401", "440402", "440403", "440404", "440405", "440406"), "414000"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of a body's journal, as its outbox tells it."""

    event_no: int
    recorded_at: datetime
    payload: Mapping[str, Any]


@cache
def _category_of_account() -> dict[str, str]:
    return {
        code["account"]: code["parent"]
        for code in rows_of("budget_codes.csv")
        if code["scheme"] == "revenue" and code["level"] == "type" and code["account"]
    }


def category_of(account: str) -> str:
    """Return the category (หมวดรายรับ) of a revenue account; empty when none is known."""
    named = _category_of_account().get(account)
    return named or _CATEGORY_OF_HEADING.get(account[:_PREFIX_DIGITS], "")


def in_order(events: Sequence[Event], *, after: int) -> list[Event]:
    """Return the events that follow a number without a gap; what comes behind a gap waits."""
    following: list[Event] = []
    for event in events:
        if event.event_no != after + len(following) + 1:
            break
        following.append(event)
    return following


def of_events(events: Iterable[Event]) -> Figures:
    """Return what events add to the figures of their body."""
    return added(map(_of_event, events))


def of_movement(
    *, fiscal_year: int, starts_on: str, account: str, debit: Decimal, credit: Decimal
) -> Figures:
    """Return what a movement on an account in a month adds to the figures of its body."""
    month = (str(fiscal_year), starts_on)
    figures: Figures = {"month": {(*month, account[:_GROUP_DIGITS]): (debit, credit)}}
    if account.startswith(_REVENUE):
        figures["revenue"] = {(*month, category_of(account)): (credit - debit,)}
    return figures


def of_entries(*, fiscal_year: int, starts_on: str, book: str, entries: int) -> Figures:
    """Return what entries of a book in a month add to the figures of their body."""
    key: Key = (str(fiscal_year), starts_on, book)
    amounts: Amounts = (Decimal(entries),)
    return {"entries": {key: amounts}}


def _of_event(event: Event) -> Figures:
    told = event.payload
    year, starts_on = int(told["fiscal_year"]), f"{str(told['entry_date'])[:7]}-01"
    book, _, _ = str(told["number"]).partition("-")
    return added(
        [
            of_entries(fiscal_year=year, starts_on=starts_on, book=book, entries=1),
            *(
                of_movement(
                    fiscal_year=year,
                    starts_on=starts_on,
                    account=account,
                    debit=Decimal(debit),
                    credit=Decimal(credit),
                )
                for account, debit, credit in told["lines"]
            ),
        ]
    )
