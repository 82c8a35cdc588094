"""What the demo takes from the data of the books: postable accounts and rules, read once."""

import csv
from functools import cache
from importlib import resources


def _rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("accounting") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def postable_accounts() -> frozenset[str]:
    """Give the accounts that may be posted to in fiscal year 2569 and later."""
    return frozenset(
        row["code"]
        for row in _rows("chart_of_accounts.csv")
        if row["postable"] == "1" and not row["retired_from_fiscal_year"]
    )


@cache
def rule_ids() -> frozenset[str]:
    """Give the keys of the posting rules."""
    return frozenset(row["rule_id"] for row in _rows("posting_rules.csv"))


@cache
def budget_types() -> dict[str, tuple[str, str]]:
    """Give, by code of the type of expenditure, its Thai name and its account."""
    return {
        row["budget_type_code"]: (row["budget_type_th"], row["default_gl"])
        for row in _rows("expense_to_gl.csv")
    }
