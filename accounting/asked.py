"""What a step asks besides a note: a day of the books, or what was counted."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from accounting import books
from accounting.errors import Refusal
from accounting.reading import Reader

_TODAY = "SELECT (now() AT TIME ZONE 'Asia/Bangkok')::date"


class Day(NamedTuple):
    """A day, and why it could not be read."""

    day: date
    refusals: list[Refusal]


class Count(NamedTuple):
    """An amount that was counted, and why it could not be read."""

    counted: Decimal
    refusals: list[Refusal]


def today() -> date:
    """Return the day it is in Thailand, by the clock that numbers and seals are dated with."""
    found = books.row(_TODAY, {})
    assert found is not None  # a SELECT without FROM has one row
    day: date = found[0]
    return day


def day_of(asked: Mapping[str, Any]) -> Day:
    """Return the day that a step is to be dated ``on``; the day it is, when it names none."""
    reader = Reader(raw=asked)
    found = reader.day("on", required=False)
    return Day(found or today(), reader.refusals)


def count_of(asked: Mapping[str, Any]) -> Count:
    """Return what was ``counted``."""
    reader = Reader(raw=asked)
    found = reader.amount("counted", may_be_zero=True)
    return Count(found or Decimal(0), reader.refusals)
