"""Three ways of sharing out the same work, compared within each round; bad figures are told."""

from dataclasses import replace

import pytest

from openlaas.load.spread import ALL, FEW, UNSTICKY, Seen, ratio, reasons_of, ways

DONE = {FEW: (400.0, 200.0, 420.0), ALL: (360.0, 180.0, 336.0), UNSTICKY: (180.0, 90.0, 200.0)}


def seen(way: str, number: int, done_per_s: float) -> Seen:
    return Seen(
        way=way,
        round=number,
        offered_per_s=1_000.0,
        done_per_s=done_per_s,
        ms_per_action=4.0,
        bodies_active=100,
        warm_share=1.0,
        failed=0,
        errors={},
        is_full=True,
        void=(),
    )


@pytest.fixture
def found():
    return [
        seen(way, number, per_s)
        for way, all_of in DONE.items()
        for number, per_s in enumerate(all_of)
    ]


def test_a_slow_round_of_the_machine_spoils_no_ratio(found):
    assert ratio(found, ALL, FEW) == 0.9
    assert ratio(found, UNSTICKY, ALL) == 0.5
    assert reasons_of(found) == []


def test_too_little_over_all_bodies_and_every_failure_is_told(found):
    slow = [replace(one, done_per_s=one.done_per_s / 2) if one.way == ALL else one for one in found]
    slow[0] = replace(slow[0], failed=3)
    reasons = reasons_of(slow)
    assert len(reasons) == 2
    assert "few, round 1: 3 requests failed" in reasons
    assert "0.45" in reasons[1]


def test_the_few_are_taken_from_all_over_the_list():
    codes = [str(number) for number in range(1_000)]
    few, everybody, unsticky = ways(codes)
    assert len(few.bodies) == 100
    assert few.bodies[-1] == "990"
    assert everybody.bodies == unsticky.bodies == ()
    assert (few.sticky, everybody.sticky, unsticky.sticky) == (True, True, False)
