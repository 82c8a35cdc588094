"""What each endpoint may ask of the databases: data/budgets.csv, beside what a run saw."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "budgets.csv"


@cache
def _all() -> dict[str, dict[str, int]]:
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {
            row["endpoint"]: {name: int(row[name]) for name in ("messages", "statements")}
            for row in rows
        }


def of_endpoints(names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return the most that one request may take, of those endpoints that have a budget.

    `messages` are round trips to the body's cell, COMMIT included; `statements` are questions to
    the control plane.
    """
    return {name: dict(_all()[name]) for name in names if name in _all()}
