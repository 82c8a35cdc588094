"""What each endpoint may ask of the databases and answer: data/budgets.csv.

Tests hold it (tests/budgets.py); the report of a run shows it beside what was seen.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "budgets.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The most that a request may take.

    Attributes:
        messages: round trips to the body's cell, COMMIT included.
        statements: questions to the control plane.
        kilobytes: of the answer.
    """

    messages: int
    statements: int
    kilobytes: int


@cache
def budgets() -> dict[str, Budget]:
    """Return the limits by endpoint."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return {
            row["endpoint"]: Budget(
                messages=int(row["messages"]),
                statements=int(row["statements"]),
                kilobytes=int(row["kilobytes"]),
            )
            for row in csv.DictReader(line for line in stream if not line.startswith("#"))
        }


def of_endpoints(names: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return the round trips and questions that a request may take, where there is a budget."""
    return {
        name: {"messages": found.messages, "statements": found.statements}
        for name in names
        if (found := budgets().get(name)) is not None
    }
