"""Which figures there are: by what keys, of what amounts, and from where. Pure.

A body's figures are a mapping from the name of a figure to its rows, and each row from its key to
its amounts, in the order of the columns here. Differences have the same form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Key = tuple[str, ...]
Amounts = tuple[Decimal, ...]
Figures = dict[str, dict[Key, Amounts]]

_YEAR = {"fiscal_year": "smallint"}
_MONTH = {**_YEAR, "starts_on": "date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure's columns and their types in PostgreSQL.

    Attributes:
        is_folded: from the journal's events; else it is copied from the books' own sums.
    """

    name: str
    keys: Mapping[str, str]
    amounts: Mapping[str, str]
    is_folded: bool = False

    @property
    def columns(self) -> dict[str, str]:
        """Keys and amounts with their types."""
        return {**self.keys, **self.amounts}


def _money(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "numeric")


_ALL = (
    Figure(
        name="month",
        keys={**_MONTH, "account_group": "varchar"},
        amounts=_money("debit", "credit"),
        is_folded=True,
    ),
    Figure(
        name="entries",
        keys={**_MONTH, "book": "varchar"},
        amounts={"entries": "bigint"},
        is_folded=True,
    ),
    Figure(
        name="revenue",
        keys={**_MONTH, "category": "varchar"},
        amounts=_money("collected"),
        is_folded=True,
    ),
    Figure(name="estimate", keys={**_YEAR, "category": "varchar"}, amounts=_money("estimated")),
    Figure(
        name="budget",
        keys={
            **_YEAR,
            "fund_source": "varchar",
            "plan": "varchar",
            "expenditure_class": "varchar",
        },
        amounts=_money(
            *("approved", "supplemented", "transferred_in", "transferred_out", "carried_in"),
            *("carried_out", "lapsed", "reserved", "obligated", "disbursed"),
        ),
    ),
    Figure(
        name="documents",
        keys={**_MONTH, "kind": "varchar"},
        amounts={
            **dict.fromkeys(("documents", "unfinished", "cancelled"), "bigint"),
            "amount": "numeric",
        },
    ),
    Figure(name="closing", keys=_MONTH, amounts=dict.fromkeys(("opened", "closed"), "integer")),
)
FIGURES = {figure.name: figure for figure in _ALL}
FOLDED = tuple(name for name, figure in FIGURES.items() if figure.is_folded)
COPIED = tuple(name for name, figure in FIGURES.items() if not figure.is_folded)
# What areas alone are told: of no body is there a row, so it has no sum and no recompute.
ACTIVITY = {
    figure.name: figure
    for figure in (
        Figure(
            name="minute",
            keys={"minute": "timestamptz"},
            amounts=dict.fromkeys(("entries", "documents", "bodies"), "bigint"),
        ),
        Figure(name="day", keys={"day": "date"}, amounts={"bodies": "bigint"}),
    )
}
OF_AREAS = {**FIGURES, **ACTIVITY}


def added(all_of: Iterable[Figures]) -> Figures:
    """Return the sum of figures, without rows that come to nothing."""
    total: Figures = {}
    for figures in all_of:
        for name, rows in figures.items():
            kept = total.setdefault(name, {})
            for key, amounts in rows.items():
                before = kept.get(key)
                kept[key] = (
                    tuple(a + b for a, b in zip(before, amounts, strict=True))
                    if before
                    else amounts
                )
    return _without_nothing(total)


def negated(figures: Figures) -> Figures:
    """Return figures with every amount turned round."""
    return {
        name: {key: tuple(-amount for amount in amounts) for key, amounts in rows.items()}
        for name, rows in figures.items()
    }


def difference(now: Figures, before: Figures) -> Figures:
    """Return what has to be added to ``before`` so that it is ``now``."""
    return added([now, negated(before)])


def _without_nothing(figures: Figures) -> Figures:
    return {
        name: some
        for name, rows in figures.items()
        if (some := {key: amounts for key, amounts in rows.items() if any(amounts)})
    }
