"""Whose requests a process sends away when it is overloaded, and how it comes back."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tenants.admission.door import Answer, Door
from tenants.admission.rules import (
    GROUPS,
    LOWEST_PRIORITY,
    Limits,
    Rank,
    Window,
    moved,
    priority_of,
)

LIMITS = Limits()
NOON = 1_790_000_000.0
BODIES = [f"{number:07d}" for number in range(2_000)]


def window(patience_used: float, came: dict[int, int], cursor: int) -> Window:
    made = Window(opened=0.0)
    for priority, count in came.items():
        made.came[priority] += count
        made.requests += count
        made.let_in += count if priority <= cursor else 0
    made.patience_used = patience_used * made.requests
    return made


@given(st.sampled_from(Rank), st.sampled_from(BODIES), st.floats(0, 4e9))
def test_a_rank_goes_before_the_next_whatever_the_body(rank, body, now):
    priority = priority_of(rank, body, now=now)
    assert rank * GROUPS <= priority < (rank + 1) * GROUPS


def test_no_body_is_always_the_last():
    """Over a day each body is among the first half for some hours and the last for others."""
    for body in BODIES[:200]:
        groups = [priority_of(Rank.WORK, body, now=NOON + hour * 3600) for hour in range(24)]
        assert min(groups) < GROUPS / 2 < max(groups)


def test_all_work_of_a_body_has_one_fate_within_the_hour():
    hour = NOON // 3600 * 3600
    assert len({priority_of(Rank.WORK, "1101001", now=hour + s) for s in range(0, 3600, 60)}) == 1


CAME = st.dictionaries(st.integers(0, LOWEST_PRIORITY), st.integers(1, 50), max_size=60)


@given(CAME, st.integers(0, LOWEST_PRIORITY), st.floats(1.001, 100))
def test_overloaded_it_lets_in_a_twentieth_less_and_somebody_always(came, cursor, patience_used):
    told = window(patience_used, came, cursor)
    if not told.requests:
        return
    after = moved(cursor, told, LIMITS)
    assert 0 <= after <= cursor
    assert after < cursor or cursor == 0
    still = sum(count for priority, count in came.items() if priority <= after)
    assert still <= told.let_in * 0.95 or after == 0


@given(CAME, st.integers(0, LOWEST_PRIORITY), st.floats(0, 1))
def test_calm_it_lets_in_more_but_not_all_at_once(came, cursor, patience_used):
    told = window(patience_used, came, cursor)
    after = moved(cursor, told, LIMITS)
    assert cursor <= after <= LOWEST_PRIORITY
    assert after > cursor or cursor == LOWEST_PRIORITY
    one_less = sum(count for priority, count in came.items() if priority < after)
    assert one_less <= told.let_in + told.requests * 0.01 or after == cursor + 1


def ask_all(door: Door, *, waited: float, second: float) -> dict[Rank, float]:
    """Let every body ask for one of each; return the share of each rank that was let in."""
    let_in = dict.fromkeys(Rank, 0)
    bodies = BODIES[:40]
    for body in bodies:
        for rank in Rank:
            answer = door.ask(rank, body, waited_seconds=waited, now=NOON + second)
            let_in[rank] += answer is Answer.LET_IN
    return {rank: count / len(bodies) for rank, count in let_in.items()}


def test_reports_go_first_then_imports_then_signing_in_and_work_last():
    door = Door()
    seen = [ask_all(door, waited=5.1, second=second) for second in range(200)]
    for shares in seen:
        told = [shares[rank] for rank in Rank]
        for higher, lower in pairwise(told):
            assert lower == 0.0 or higher == 1.0, "one rank wholly before the next"
    assert seen[0][Rank.REPORT] == 1.0, "nobody is sent away before the first window ends"
    assert seen[-1][Rank.REPORT] == seen[-1][Rank.IMPORT] == seen[-1][Rank.SIGN_IN] == 0.0
    assert seen[-1][Rank.WORK] > 0.0, "somebody is always served"


def test_it_comes_back_when_the_wait_is_short_again():
    door = Door()
    for second in range(200):
        ask_all(door, waited=5.1, second=second)
    assert door.state().cursor < GROUPS
    for second in range(200, 900):
        ask_all(door, waited=0.001, second=second)
    assert door.state().cursor == LOWEST_PRIORITY
    assert set(ask_all(door, waited=0.001, second=901).values()) == {1.0}


def test_a_report_may_wait_longer_than_a_reading_before_it_is_overload():
    for rank, is_overload in ((Rank.REPORT, False), (Rank.WORK, True)):
        door = Door()
        for second in range(10):
            door.ask(rank, "1", waited_seconds=3.0, now=NOON + second)
        assert (door.state().cursor < LOWEST_PRIORITY) is is_overload


def test_who_has_given_up_is_not_worked_for():
    door = Door()
    assert door.ask(Rank.WORK, "1", waited_seconds=8.1, now=NOON) is Answer.TOO_LATE
    assert door.ask(Rank.WORK, "1", waited_seconds=7.9, now=NOON) is Answer.LET_IN
    assert door.ask(Rank.REPORT, "1", waited_seconds=19.0, now=NOON) is Answer.LET_IN


def test_what_became_of_requests_is_counted():
    door = Door()
    ask_all(door, waited=0.0, second=0)
    assert door.state().answers == {(rank, Answer.LET_IN): 40 for rank in Rank}
