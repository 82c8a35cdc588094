"""The date of a step in the books: the one asked for, or the database's day in Thailand."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from accounting import books

NOTHING: Mapping[str, Any] = MappingProxyType({})  # what a step asks when it asks for nothing
_TODAY = "SELECT (now() AT TIME ZONE 'Asia/Bangkok')::date"


def today() -> date:
    """Return the day in Thailand at which the transaction began."""
    found = books.row(_TODAY, {})
    assert found is not None  # it has one row
    day: date = found[0]
    return day


def day_of(asked: Mapping[str, Any]) -> date:
    """Return the day that a step names as ``on``, for papers keyed in later; else today."""
    named: date | None = asked.get("on")
    return named or today()
