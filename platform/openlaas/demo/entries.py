"""A believable year of journal entries for a demo body: seeded, fixed, by the posting rules."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Protocol

from openlaas.demo.amounts import scale_of
from openlaas.demo.ledger import OPENING, TRANSFER, Books, DemoEntry, DemoLine
from openlaas.demo.local_body import LocalBody
from openlaas.demo.unit_books import AffiliatedUnit
from openlaas.demo.units import DemoUnit, units_under
from openlaas.demo.working_days import FIRST_DAY, YEAR_ENDS, fiscal_year, working_days

__all__ = [
    "GENERAL_VOUCHERS",
    "LOCAL_BODY_RULES",
    "UNIT_RULES",
    "DemoEntry",
    "DemoLine",
    "year_of_entries",
]

# Entries that no posting rule covers; see `ledger`.
GENERAL_VOUCHERS = frozenset({OPENING, TRANSFER})
# The rules that the books of local bodies (with a unit or two) and of units draw upon, in all.
LOCAL_BODY_RULES = frozenset(
    [
        "RV01",
        "RV02",
        "RV03",
        "RV04",
        "RV05",
        "RV06",
        "RV08",
        "RV09",
        "RV10",
        "RV11",
        "RV12",
        "RV13",
        "RV14",
        "RV15",
        "RV16",
        "RV17",
        "DP01",
        "DP02",
        "DP03",
        "DP04",
        "DP05",
        "BK02",
        "BK03",
        "EX02",
        "EX03",
        "EX04",
        "EX05",
        "EX06",
        "EX07",
        "EX08",
        "EX09",
        "EX10",
        "EX11",
        "EX12",
        "EX13",
        "EX14",
        "EX15",
        "EX16",
        "EX17",
        "EX18",
        "EX19",
        "EX20",
        "AS01",
        "AS02",
        "AS03",
        "AS05",
        "AS06",
        "AS07",
        "YE01",
        "YE02",
        "YE03",
        "YE04",
        "YE05",
    ]
)
UNIT_RULES = frozenset(
    [
        "RV01",
        "RV02",
        "RV03",
        "RV05",
        "RV13",
        "RV14",
        "EX02",
        "EX07",
        "EX08",
        "EX09",
        "EX10",
        "EX11",
        "EX17",
        "EX19",
        "EX20",
        "AS01",
        "PW01",
        "PW02",
        "PW03",
    ]
)
_PATIENCE = 3  # attempts per document wanted on a day


class _Story(Protocol):
    """What tells local bodies from units: their documents."""

    adjustments: int

    def open(self, books: Books, day: date) -> None: ...

    def plan_month(self, books: Books, day: date) -> None: ...

    def start_document(self, books: Books, day: date) -> None: ...


def year_of_entries(
    *,
    body_code: str,
    kind: str,
    seed: int,
    count: int,
    today: date,
    units: Sequence[DemoUnit] = (),
) -> Iterator[DemoEntry]:
    """Tell the books of a body in fiscal year 2569, and in 2570 up to today, in order of date.

    The same arguments give the same entries, and a later `today` only adds to them. Every entry
    balances, names postable accounts only, is dated on a working day, and leaves cash and bank at
    zero or above. The adjusting entries of 30 September are among them; closing entries are not,
    because both years are open.

    Args:
        body_code: Seven digits, or those of the parent, a hyphen and two or three for a unit.
        kind: PAO, CITY, TOWN, TMUN, SAO or SPEC; for a unit, a key of the affiliated unit types.
        seed: Chooses the story; the same for a body and its units, so that support agrees in both.
        count: Entries wanted in a fiscal year: 200 to 12,800 for a local body, from 24 for a unit.
            The documents that the calendar demands are made even when they exceed it.
        today: The last day told; nothing is told after fiscal year 2570.
        units: The demo's units; those of this body are paid support (EX19) and pay surplus (EX20).

    Yields:
        One entry after the other; the first opens the books on 1 October 2025.

    Raises:
        KeyError: the kind is not known.
    """
    rng = Random(f"{seed}:{body_code}")  # noqa: S311 - a demo, not a secret
    books = Books(kind=kind, scale=scale_of(kind=kind, count=count, rng=rng), rng=rng)
    story = _story_of(body_code, kind, seed, units)
    begin = FIRST_DAY
    for year_end in YEAR_ENDS:
        yield from _tell_year(story, books, begin, year_end, today)
        begin = year_end + timedelta(days=1)


def _story_of(body_code: str, kind: str, seed: int, units: Sequence[DemoUnit]) -> _Story:
    parent_code, hyphen, _ = body_code.partition("-")
    if hyphen:
        return AffiliatedUnit(unit=DemoUnit(body_code, parent_code, kind, name_th=""), seed=seed)
    return LocalBody(units=units_under(body_code, units), seed=seed)


def _tell_year(
    story: _Story, books: Books, begin: date, year_end: date, today: date
) -> Iterator[DemoEntry]:
    days = list(working_days(begin, year_end))
    regular = max(books.scale.count - story.adjustments, 0)
    month_told = 0
    for number, day in enumerate(days, start=1):
        if day > today:
            return
        if day == FIRST_DAY:
            story.open(books, day)
        if day.month != month_told:
            month_told = day.month
            story.plan_month(books, day)
        books.run_due(day)
        target = books.scale.count if day == days[-1] else regular * number // len(days)
        _fill_day(story, books, day, target)
        yield from books.take()


def _fill_day(story: _Story, books: Books, day: date, target: int) -> None:
    year = fiscal_year(day)
    for _ in range(_PATIENCE * max(target - books.entries_of_year[year], 0)):
        if books.entries_of_year[year] >= target:
            return
        story.start_document(books, day)
