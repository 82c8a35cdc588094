"""Classes of size, quartiles and ranks by hand; then a body among its peers as officers see it."""

from decimal import Decimal
from uuid import UUID

import pytest

from tenants.rollups.peers import (
    LEAST_PEERS,
    MOST_CLASSES,
    Measured,
    Quartiles,
    compared,
    quartiles,
    size_classes,
)

D = Decimal


def body(number, *, budget=None, kind="SAO", reported=False, **measures):
    return Measured(
        body_id=UUID(int=number),
        kind=kind,
        budget=D(number if budget is None else budget),
        has_reported=reported,
        measures={name: D(value) for name, value in measures.items()},
    )


@pytest.mark.parametrize(
    ("bodies", "classes"),
    [
        (0, []),
        (1, [1]),
        (39, [39]),
        (40, [20, 20]),
        (99, [24, 25, 25, 25]),
        (102, [20] * 3 + [21] * 2),
    ],
)
def test_classes_are_of_equal_number_and_none_too_small(bodies, classes):
    found = size_classes([body(number) for number in range(1, bodies + 1)])
    assert sorted(map(len, found)) == sorted(classes)
    assert len(found) <= MOST_CLASSES
    budgets = [one.budget for peers in found for one in peers]
    assert budgets == sorted(budgets)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["7"], ("7.00", "7.00", "7.00")),
        (["4", "2"], ("2.50", "3.00", "3.50")),
        (["1", "2", "3", "4", "5"], ("2.00", "3.00", "4.00")),
        (["0.01", "0.02"], ("0.01", "0.02", "0.02")),
        (["-5", "0", "5", "10"], ("-1.25", "2.50", "6.25")),
    ],
)
def test_quartiles_by_hand(values, expected):
    lower, median, upper = map(D, expected)
    found = quartiles(map(D, values))
    assert found == Quartiles(lower=lower, median=median, upper=upper, bodies=len(values))


def test_the_most_is_first_of_shares_and_the_least_of_months_late():
    peers = [body(n, spent_percent=n // 2, closing_lag=n // 3) for n in range(1, 13)]
    groups, standings = compared(peers)
    assert [(one.kind, one.size_class, one.size_classes, one.bodies) for one in groups] == [
        ("SAO", 1, 1, 12)
    ]
    ranks = {one.body_id.int: standings[one.body_id].ranks for one in peers}
    assert [ranks[n]["spent_percent"] for n in (12, 11, 10, 9, 8, 1)] == [1, 2, 2, 4, 4, 12]
    assert [ranks[n]["closing_lag"] for n in (1, 2, 3, 12)] == [1, 1, 3, 12]


def test_of_few_bodies_nothing_is_told():
    peers = [body(n, spent_percent=n) for n in range(1, LEAST_PEERS)]
    groups, standings = compared(peers)
    assert groups[0].quartiles == {}
    assert all(one.ranks == {} for one in standings.values())
    enough = [*peers, body(LEAST_PEERS, spent_percent=1)]
    groups, standings = compared(enough)
    assert set(groups[0].quartiles) == {"spent_percent"}
    assert all(one.ranks for one in standings.values())


def test_a_body_without_a_measure_or_a_budget_is_not_among_them():
    peers = [body(n, spent_percent=n, reported=n < 4) for n in range(1, 13)]
    without = [body(50, reported=True), body(51, budget=0, spent_percent=99)]
    groups, standings = compared([*peers, *without])
    assert (groups[0].bodies, groups[0].reported) == (13, 4)
    assert groups[0].quartiles["spent_percent"].bodies == 12
    assert standings[without[0].body_id].ranks == {}
    assert (standings[without[1].body_id].size_class, standings[without[1].body_id].ranks) == (
        0,
        {},
    )


def test_kinds_are_not_compared_with_each_other():
    peers = [body(n, spent_percent=n) for n in range(1, 13)]
    others = [body(100 + n, kind="PAO", spent_percent=90 + n) for n in range(1, 13)]
    groups, standings = compared([*others, *peers])
    assert [one.kind for one in groups] == ["PAO", "SAO"]
    assert standings[peers[-1].body_id].ranks == {"spent_percent": 1}
    assert groups[1].quartiles["spent_percent"].upper == D("9.25")
