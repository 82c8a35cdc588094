"""The national chart and the posting rules that ship with the product agree with each other."""

import csv
import re
from collections import Counter
from importlib import resources

import pytest

CODE = re.compile(r"\d{10}\.\d{3}")
# What a rule names instead of an account, and why nothing firmer can stand there.
PATTERNS = {
    ("RV01", "44xxxxxxxx.xxx"),  # the account of each line of the receipt
    ("EX01", "(budget ledger)"),  # moves no account
    ("YE06", "xxxxxxxxxx.xxx"),  # the account in error
    ("YE07", "4xxxxxxxxx.xxx"),  # every revenue
    ("YE08", "5xxxxxxxxx.xxx"),  # every expense
    ("GF01", "(no account in published chart: รายได้จากงบประมาณ)"),
}


def rows(name: str) -> list[dict[str, str]]:
    text = (resources.files("accounting") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def chart() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in rows("chart_of_accounts.csv")}


def test_the_chart_is_whole() -> None:
    assert len(rows("chart_of_accounts.csv")) == 1_018
    assert len(chart()) == 1_018
    assert all(CODE.fullmatch(code) for code in chart())


def test_postable_accounts_by_type() -> None:
    types = Counter(row["type"] for row in chart().values() if row["postable"] == "1")
    assert types == {
        "asset": 185,
        "liability": 93,
        "equity": 14,
        "revenue": 295,
        "expense": 255,
    }
    assert types.total() == 842


def test_every_parent_exists_one_level_above_and_is_a_header() -> None:
    accounts = chart()
    for account in accounts.values():
        if not account["parent"]:
            assert account["level"] == "1"
            continue
        parent = accounts[account["parent"]]
        assert parent["postable"] == "0", account["code"]
        assert int(parent["level"]) == int(account["level"]) - 1, account["code"]
        assert parent["type"] == account["type"], account["code"]


def test_every_postable_account_has_a_side_and_a_statement_line() -> None:
    for account in chart().values():
        assert account["normal_side"] in {"debit", "credit"}
        assert bool(account["fs_line"]) == (account["postable"] == "1"), account["code"]


def test_only_the_reserve_of_the_accumulated_fund_is_retired() -> None:
    retired = {
        row["code"]: row["retired_from_fiscal_year"]
        for row in chart().values()
        if row["retired_from_fiscal_year"]
    }
    assert retired == {"3102010101.002": "2567"}


def test_every_account_of_a_posting_rule_is_postable_or_a_known_pattern() -> None:
    accounts = chart()
    patterns = set()
    for line in rows("posting_rules.csv"):
        if CODE.fullmatch(line["account"]):
            assert accounts[line["account"]]["postable"] == "1", line["rule_id"]
        else:
            patterns.add((line["rule_id"], line["account"]))
    assert patterns == PATTERNS


def test_every_rule_has_both_sides() -> None:
    sides: dict[str, set[str]] = {}
    for line in rows("posting_rules.csv"):
        sides.setdefault(line["rule_id"], set()).add(line["side"])
    assert len(sides) == 71
    assert len(rows("posting_rules.csv")) == 160
    both_ways = {"Dr/Cr", "Cr/Dr"}
    assert {rule: found for rule, found in sides.items() if found != {"Dr", "Cr"}} == {
        "EX01": {"memo"},
        "YE06": both_ways,
        "YE12": both_ways,
    }


@pytest.mark.parametrize("name", ["posting_rules.csv", "expense_to_gl.csv"])
def test_every_account_named_in_passing_is_postable(name: str) -> None:
    accounts = chart()
    for row in rows(name):
        for code in CODE.findall(" ".join(row.values())):
            assert accounts[code]["postable"] == "1", row


def test_the_other_files_are_whole() -> None:
    assert len({row["budget_type_code"] for row in rows("expense_to_gl.csv")}) == 100
    assert len({row["key"] for row in rows("fund_sources.csv")}) == 11


# --- the codes of budgets ------------------------------------------------------------------------


def codes(scheme: str) -> list[dict[str, str]]:
    return [row for row in rows("budget_codes.csv") if row["scheme"] == scheme]


def test_the_budget_has_its_levels() -> None:
    levels = Counter((row["scheme"], row["level"]) for row in rows("budget_codes.csv"))
    assert levels == {
        ("plan", "side"): 4,
        ("plan", "plan"): 12,
        ("plan", "task"): 37,
        ("expenditure", "budget"): 6,
        ("expenditure", "category"): 12,
        ("expenditure", "type"): 114,
        ("revenue", "group"): 4,
        ("revenue", "category"): 9,
        ("revenue", "type"): 104,
        ("fund_source", "in_budget"): 1,
        ("fund_source", "outside"): 10,
    }


def test_budget_codes_are_known_once_and_stand_below_one_another() -> None:
    for scheme in ("plan", "expenditure", "revenue", "fund_source"):
        known = [row["code"] for row in codes(scheme) if row["code"]]
        assert len(known) == len(set(known))
        assert all(row["parent"] in known for row in codes(scheme) if row["parent"])


def test_no_number_of_a_budget_code_is_made_up() -> None:
    for row in rows("budget_codes.csv"):
        assert "?" not in row["code"]
        if "number not known" in row["confidence"]:
            # A kind of revenue goes by its account; what has none either waits for its number.
            assert row["code"] == row["account"]


def test_accounts_of_budget_codes_are_postable() -> None:
    for row in rows("budget_codes.csv"):
        if row["account"]:
            assert chart()[row["account"]]["postable"] == "1", row["code"]
