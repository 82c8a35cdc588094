"""The gates of a run of load, and whom it draws."""

from random import Random

import pytest

from loadtests import mix
from loadtests.entries import balanced_entry
from loadtests.gates import Gates, failures
from loadtests.officers import Deck, NobodyToPost, Officer, read_officers

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


def officer(body: int, role: str) -> Officer:
    return Officer(
        username=f"{body}-{role}",
        password="",
        token="",
        body_code=str(body),
        roles=frozenset({role}),
    )


def test_each_body_comes_once_before_any_comes_again():
    roles = ("ACCOUNTANT", "EXECUTIVE", "TREASURER")
    deck = Deck([officer(body, role) for body in range(50) for role in roles], Random(1))
    drawn = [deck.draw() for _ in range(100)]
    for may_post in (True, False):
        bodies = [one.body_code for one in drawn if one.may_post is may_post]
        assert sorted(bodies, key=int) == [str(body) for body in range(50)]


def test_deck_of_accountants_alone_deals_accountants():
    deck = Deck([officer(body, "ACCOUNTANT") for body in range(3)], Random(1))
    assert all(deck.draw().may_post for _ in range(10))


def test_officers_of_the_centre_are_left_out_and_an_accountant_is_needed(tmp_path):
    path = tmp_path / "officers.json"
    path.write_text(
        '{"officers": [{"username": "a", "password": "b", "token": "c", "body_code": null,'
        ' "roles": ["ACCOUNTANT"]}], "centre": {}}'
    )
    with pytest.raises(NobodyToPost):
        read_officers(path)


def test_one_action_of_seventeen_saves_a_document():
    def share(weights: dict[str, int]) -> float:
        return weights.get(mix.POST_ENTRY, 0) / sum(weights.values())

    saved = mix.ACCOUNTANTS_SHARE * share(mix.ACCOUNTANT)
    saved += (1 - mix.ACCOUNTANTS_SHARE) * share(mix.OTHERS)
    assert saved == pytest.approx(1 / mix.ACTIONS_PER_DOCUMENT)


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
