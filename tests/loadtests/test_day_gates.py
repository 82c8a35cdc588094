"""What each day asks of its answers: each limit that does not hold is a reason by itself."""

from collections import Counter

import pytest

from loadtests import mix
from loadtests.gates import ACCEPTANCE
from loadtests.profiles import OVERLOADS, PROFILES, Day, Wish, length_of
from loadtests.scheduled.histogram import Histogram
from loadtests.scheduled.outcome import Told

KINDS = {action.key: action.kind for action in mix.actions().values()}


def latencies(ms: float, count: int) -> Histogram:
    made = Histogram()
    for _ in range(count):
        made.add(ms)
    return made


def told(ms: float, *, count: int = 200, refused: tuple[float, int] = (1, 0), failed: int = 0):
    return Told(
        done=latencies(ms, count),
        refused=latencies(*refused),
        failed=Counter({"500 instead of 201": failed}),
    )


def work(ms: float, **others) -> dict[str, Told]:
    return {mix.LIST_ENTRIES: told(ms), mix.POST_ENTRY: told(ms, **others)}


def reasons(day: Day, outcome) -> list[str]:
    return PROFILES[day].judged(outcome, KINDS, ACCEPTANCE)


def beside(name: str, other: dict[str, Told], *, after_ms: float = 100) -> dict[str, dict]:
    return {"work before": work(100), "work beside": work(after_ms), name: other}


BESIDE = {
    Day.LOGIN_STORM: ("sign-ins", {mix.SIGN_IN: told(2_000, refused=(40, 500))}),
    Day.BACK_FILL: ("back-fill", {mix.BACK_FILL: told(900)}),
    Day.NOISY_NEIGHBOUR: ("neighbour", work(500, refused=(1, 500))),
    Day.REPORTS: ("papers", {mix.PRINT_ENTRY: told(2_000, refused=(1, 500))}),
}


@pytest.mark.parametrize("day", BESIDE)
def test_what_comes_beside_work_may_be_shed_and_slow_but_work_may_not(day):
    assert reasons(day, beside(*BESIDE[day], after_ms=124)) == []
    (slower,) = reasons(day, beside(*BESIDE[day], after_ms=130))
    assert "the limit is 1.25 times" in slower


@pytest.mark.parametrize("day", BESIDE)
def test_what_comes_beside_work_is_sent_away_quickly_and_with_a_time_to_come_again(day):
    name, others = BESIDE[day]
    ((key, one),) = list(others.items())[:1]
    rude = told(100, refused=(60, 500))
    rude.refused_silently = 2
    said = reasons(day, beside(name, {key: rude}))
    assert any("p99 is 6" in reason and "the limit is 50" in reason for reason in said)
    assert any("2 refusals did not say when" in reason for reason in said)
    few = told(100, refused=(60, 99))
    assert reasons(day, beside(name, {key: few})) == [], "ninety-nine have no hundredth"
    assert one.done.total


def test_papers_of_the_work_are_not_judged_beside_papers():
    outcome = beside(*BESIDE[Day.REPORTS])
    outcome["work beside"][mix.PRINT] = told(9_000, refused=(1, 500))
    assert reasons(Day.REPORTS, outcome) == []


def overload(**steps: dict[str, Told]) -> dict[str, dict[str, Told]]:
    usual = {f"{times}x": work(200, refused=(1, 1_000)) for times in OVERLOADS}
    return {**usual, "recovered": work(20), **steps}


def test_as_much_is_done_under_overload_as_at_the_peak():
    assert reasons(Day.OVERLOAD, overload()) == []
    little = {key: told(200, count=170) for key in (mix.LIST_ENTRIES, mix.POST_ENTRY)}
    (less,) = reasons(Day.OVERLOAD, overload(**{"10x": little}))
    assert less.startswith("10x: 340 actions were done in time, 85%")
    much = {key: told(200, count=400) for key in (mix.LIST_ENTRIES, mix.POST_ENTRY)}
    assert reasons(Day.OVERLOAD, overload(**{"10x": much})) == [], "no fault of those before"
    at_five = {f"{times}x": much for times in (5, 10)}
    (less,) = reasons(Day.OVERLOAD, overload(**{"2x": little, **at_five}))
    assert less.startswith("2x: 340 actions were done in time, 85%")


def test_what_is_let_in_under_overload_is_done_in_time_and_then_all_is_as_before():
    slow = {mix.LIST_ENTRIES: told(200, count=300), mix.POST_ENTRY: told(2_100, count=100)}
    (late,) = reasons(Day.OVERLOAD, overload(**{"5x": slow}))
    assert late.startswith("5x: postings that were let in: p99 is 21")
    (shed,) = reasons(Day.OVERLOAD, overload(recovered=work(20, refused=(1, 10))))
    assert shed.startswith("recovered: 10 of 410 requests were shed")


def test_no_step_of_an_overload_is_cut_short_by_warming_up():
    streams = PROFILES[Day.OVERLOAD].streams(Wish(seconds=20, rate=100))
    first, peak, *others = streams
    assert (first["name"], first["stages"]) == ("warming up", [[10.0, 100, 100]])
    assert peak["stages"] == [[10.0, 0.0, 0.0], [20, 100, 100]]
    assert [one["stages"][-1][1] for one in others[:3]] == [200, 500, 1000]
    assert length_of(streams) == 10 + 4 * 20 + 60 + 20
