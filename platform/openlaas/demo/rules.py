"""What the demo takes from the data of the books: postable accounts and rules, read once."""

from functools import cache

from accounting.data_files import rows_of


@cache
def postable_accounts() -> frozenset[str]:
    """Give the accounts that may be posted to in fiscal year 2569 and later."""
    return frozenset(
        row["code"]
        for row in rows_of("chart_of_accounts.csv")
        if row["postable"] == "1" and not row["retired_from_fiscal_year"]
    )


@cache
def rule_ids() -> frozenset[str]:
    """Give the keys of the posting rules."""
    return frozenset(row["rule_id"] for row in rows_of("posting_rules.csv"))


@cache
def budget_types() -> dict[str, tuple[str, str]]:
    """Give, by code of the type of expenditure, its Thai name and its account."""
    return {
        row["budget_type_code"]: (row["budget_type_th"], row["default_gl"])
        for row in rows_of("expense_to_gl.csv")
    }
