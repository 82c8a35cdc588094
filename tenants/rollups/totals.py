"""A body's year in one row: what of its figures is summed, so that bodies can be ranked. Pure.

Every amount is a sum of differences, so a total moves by the same difference as its figures do.
"""

from collections.abc import Iterator
from decimal import Decimal

from tenants.rollups.figures import FIGURES, Amounts, Figure, Figures, Key, added

CASH_GROUP = "1101"  # เงินสดและรายการเทียบเท่าเงินสด
DEPOSITS_GROUP = "2111"  # เงินรับฝาก
TOTAL = Figure(
    name="total",
    keys={"fiscal_year": "smallint"},
    amounts={
        **dict.fromkeys(("collected", "estimated", "budget", "disbursed"), "numeric"),
        **dict.fromkeys(("opened", "closed"), "integer"),
        **dict.fromkeys(("cash", "deposits"), "numeric"),
    },
)
_INTO_THE_BUDGET = ("approved", "supplemented", "transferred_in", "carried_in")
_OUT_OF_THE_BUDGET = ("transferred_out", "carried_out", "lapsed")


def totals_of(figures: Figures) -> dict[Key, Amounts]:
    """Return what figures of a body, or differences of them, come to by fiscal year."""
    found = added(
        {TOTAL.name: {(key[0],): _amounts(moved)}}
        for name, rows in figures.items()
        for key, amounts in rows.items()
        if (moved := dict(_parts(name, key, _named(name, amounts))))
    )
    return found.get(TOTAL.name, {})


def _named(name: str, amounts: Amounts) -> dict[str, Decimal]:
    return dict(zip(FIGURES[name].amounts, amounts, strict=True))


def _amounts(moved: dict[str, Decimal]) -> Amounts:
    return tuple(moved.get(column, Decimal(0)) for column in TOTAL.amounts)


def _parts(name: str, key: Key, of: dict[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    if name == "revenue":
        yield "collected", of["collected"]
    elif name == "estimate":
        yield "estimated", of["estimated"]
    elif name == "closing":
        yield from of.items()
    elif name == "budget":
        into = sum((of[column] for column in _INTO_THE_BUDGET), Decimal(0))
        yield "budget", into - sum((of[column] for column in _OUT_OF_THE_BUDGET), Decimal(0))
        yield "disbursed", of["disbursed"]
    elif name == "month" and key[-1] == CASH_GROUP:
        yield "cash", of["debit"] - of["credit"]
    elif name == "month" and key[-1] == DEPOSITS_GROUP:
        yield "deposits", of["credit"] - of["debit"]
