"""Reading cash and banks at the end of a day, and what of the day's work is not finished."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from accounting import books
from accounting.scripts import script, script_beside

_FIGURES = script_beside(__file__, "figures.sql")
_UNFINISHED = script(
    "unfinished_of_day",
    """
SELECT coalesce(json_agg(coalesce(number, description) ORDER BY id), '[]')::text FROM document
 WHERE document_date = %(day)s::date
   AND (kind, state) IN (('RECEIPT', 'issued'), ('REMIT', 'draft'), ('REMIT', 'received'),
                         ('REMSUM', 'draft'), ('BANKCR', 'draft'),
                         ('CHQRPT', 'draft'), ('CHQRPT', 'approved'))
""",
)
_OF_DAY = script(
    "daily_report_of_day",
    """
SELECT id::text FROM document
 WHERE kind = 'DAILY' AND document_date = %(day)s::date
 ORDER BY id DESC LIMIT 1
""",
)


def figures(*, day: date) -> dict[str, Any]:
    """Return what the books say of cash and banks at the end of a day."""
    found: dict[str, Any] = json.loads(books.answer(_FIGURES, {"day": day}) or "{}")
    return found


def cash_in_hand(*, day: date) -> Decimal:
    """Return the cash in hand at the end of a day, by the cash book."""
    return Decimal(figures(day=day)["cash"]["carried_forward"])


def unfinished(*, day: date) -> list[str]:
    """Return numbers, or words, for what of a day's money in and out is not finished."""
    found: list[str] = json.loads(books.answer(_UNFINISHED, {"day": day}) or "[]")
    return found


def report_of(*, day: date) -> str | None:
    """Return the id of the report of a day; None when nobody has begun it."""
    return books.answer(_OF_DAY, {"day": day})
