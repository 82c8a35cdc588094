"""Orders by which an officer acts for another, as the books record them. Pure."""

import re
from datetime import date

from thai import buddhist

_ORDER = re.compile(r"(.+) \(([0-9]{4}-[0-9]{2}-[0-9]{2})\)")
_NAMED = "คำสั่ง"


def number_and_day(order: str) -> tuple[str, date | None]:
    """Return the number of an order such as ``12/2569 (2026-10-01)``, and its first day."""
    found = _ORDER.fullmatch(order)
    return (found[1], date.fromisoformat(found[2])) if found else (order, None)


def in_words(order: str) -> str:
    """Return ``ตามคำสั่ง 12/2569 ตั้งแต่วันที่ 1 ตุลาคม 2569``."""
    number, day = number_and_day(order)
    named = number if number.startswith(_NAMED) else f"{_NAMED} {number}"
    return f"ตาม{named}" + (f" ตั้งแต่วันที่ {buddhist.in_words(day)}" if day else "")
