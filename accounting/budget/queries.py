"""Reading the budget ledger: one statement, whose answer is its JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from accounting import books

_KNOWN = """
SELECT id, fiscal_year, fund_source, plan, task, expenditure_type, project, name, available
  FROM budget_line WHERE id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """What a line is for, and what is left of it at this moment; nothing is locked."""

    id: UUID
    fiscal_year: int
    fund_source: str
    plan: str
    task: str
    expenditure_type: str
    project: str
    name: str
    available: Decimal


def lines_known(ids: Sequence[UUID]) -> dict[UUID, KnownLine]:
    """Return the lines that the body has, by id."""
    names = tuple(KnownLine.__dataclass_fields__)
    rows = books.rows(_KNOWN, {"ids": list(ids)}) if ids else []
    return {row[0]: KnownLine(**dict(zip(names, row, strict=True))) for row in rows}
