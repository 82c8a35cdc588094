"""How often an average office begins what: accounting/data/office_mix.csv."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from accounting.data_files import rows_of

DOCUMENTS_OF_A_YEAR = 12_800


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is begun on an ordinary day, and how often.

    Attributes:
        per_workday: the base of the load model, in an average local body.
        documents: how many each leads to in the end, its own included.
    """

    key: str
    per_workday: Decimal
    documents: int


@cache
def mix() -> tuple[Begun, ...]:
    """Return the rows of the data file."""
    return tuple(
        Begun(
            key=row["key"],
            per_workday=Decimal(row["per_workday"]),
            documents=int(row["documents"]),
        )
        for row in rows_of("office_mix.csv")
    )


def per_workday(key: str) -> Decimal:
    """Return how often something is begun on a working day."""
    return next(one.per_workday for one in mix() if one.key == key)
