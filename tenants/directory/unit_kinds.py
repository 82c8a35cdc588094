"""Kinds of affiliated units (หน่วยงานในสังกัด): which have a budget of their own (งบเฉพาะการ)."""

import csv
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parents[1] / "data" / "affiliated_unit_types.csv"


@cache
def kinds_without_budget() -> frozenset[str]:
    """Return the kinds whose money stands in their parent's budget: schools, health units."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return frozenset(row["key"] for row in rows if row["has_own_budget"] == "0")
