"""The date of a step in the books, of steps whose day the edge has read already."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounting.asked import today


def day_of(asked: Mapping[str, Any]) -> date:
    """Return the day that a step names as ``on``, for papers keyed in later; else today."""
    named: date | None = asked.get("on")
    return named or today()
