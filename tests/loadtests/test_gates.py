"""The gates of a run of load, and whom it draws."""

from random import Random

import pytest

from loadtests.entries import balanced_entry
from loadtests.gates import Gates, failures
from loadtests.officers import NobodyToPost, read_officers

GATES = Gates(p95_ms=1_000, p99_ms=3_000, error_share=0.001)
GOOD = {"actions": 10_000, "p95_ms": 999, "p99_ms": 2_999, "errors": 9}


def test_run_within_all_limits_has_no_failure():
    assert list(failures(GOOD, GATES)) == []


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"p95_ms": 1_000}, "p95_ms is 1000"),
        ({"p99_ms": 3_000}, "p99_ms is 3000"),
        ({"errors": 10}, "10 of 10000 actions failed"),
        ({"actions": 0}, "nothing was done"),
    ],
)
def test_each_limit_that_is_reached_is_a_reason(changed, reason):
    (found,) = failures({**GOOD, **changed}, GATES)
    assert found.startswith(reason)


def test_all_reasons_are_given_at_once():
    assert len(list(failures({**GOOD, "p95_ms": 9_999, "p99_ms": 9_999, "errors": 99}, GATES))) == 3


def test_officers_of_the_centre_are_left_out_and_an_accountant_is_needed(tmp_path):
    path = tmp_path / "officers.json"
    path.write_text(
        '{"officers": [{"username": "a", "password": "b", "token": "c", "body_code": null,'
        ' "roles": ["ACCOUNTANT"]}], "centre": {}}'
    )
    with pytest.raises(NobodyToPost):
        read_officers(path)


def test_entries_balance_and_name_accounts_that_can_be_posted_to():
    import csv
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    import accounting

    chart = Path(accounting.__file__).parent / "data" / "chart_of_accounts.csv"
    with chart.open(encoding="utf-8", newline="") as lines:
        postable = {row["code"] for row in csv.DictReader(lines) if row["postable"] == "1"}
    random = Random(1)
    for _ in range(200):
        lines = balanced_entry(random, entry_date=date(2026, 11, 1))["lines"]
        assert {line["account"] for line in lines} <= postable
        sides = [Decimal(line.get("debit", 0)) - Decimal(line.get("credit", 0)) for line in lines]
        assert sum(sides) == 0
        assert all(sides)
