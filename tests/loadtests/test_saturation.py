"""When throughput has stopped growing, who was busy then, and what was waited for if nobody."""

from itertools import pairwise

import pytest

from loadtests.saturation import Step, following_rate, is_saturated, verdict, without_growth


def step(offered: float, done: float, *, app: float = 0.95, **told) -> Step:
    busy = {"app": app, "database": 0.4}
    return Step(offered_per_s=offered, done_per_s=done, busy=busy, **told)


FULL = [step(80, 80), step(100, 100), step(125, 118), step(156, 119), step(195, 117)]


def test_rates_rise_by_a_quarter_until_throughput_has_stopped_growing_twice():
    steps: list[Step] = []
    while (rate := following_rate(steps, first_per_s=80)) is not None:
        steps.append(step(rate, min(rate, 118)))
    offered = [one.offered_per_s for one in steps]
    assert offered[0] == 80
    assert [after / before for before, after in pairwise(offered)] == pytest.approx([1.25] * 4)
    assert [one.done_per_s for one in without_growth(steps)] == [118, 118]


def test_one_step_without_growth_may_be_a_noisy_moment():
    steps = [step(80, 80), step(100, 82), step(125, 120)]
    assert without_growth(steps) == []
    assert following_rate(steps, first_per_s=80) == pytest.approx(156.25)


def test_the_rate_does_not_rise_for_ever():
    steps = [step(80 * 1.25**n, 80 * 1.25**n) for n in range(24)]
    assert following_rate(steps, first_per_s=80) is None


def test_a_busy_tier_passes_and_is_told():
    found = verdict(FULL)
    assert (found.reasons, found.void) == ([], [])
    assert found.judged == FULL[3], "the best of those without growth"
    assert found.judged.busiest() == ("app", 0.95)


@pytest.mark.parametrize(("app", "passes"), [(0.8, True), (0.79, False)])
def test_four_fifths_are_enough_and_less_is_not(app, passes):
    steps = [step(one.offered_per_s, one.done_per_s, app=app) for one in FULL]
    assert bool(verdict(steps).reasons) is not passes


HELD = {"a tenant connection": 70.0, "answers of the cells: locks": 20.0, "its own work": 10.0}


def idle(**told) -> list[Step]:
    return [step(one.offered_per_s, one.done_per_s, app=0.2, **told) for one in FULL]


def test_an_idle_system_fails_with_the_name_of_the_wait():
    (reason,) = verdict(idle(held_ms=HELD, queued_ms=40)).reasons
    assert "119 a second while the busiest tier, database, uses 40%" in reason
    assert "the wait is a tenant connection, 50% of a request" in reason


def test_behind_a_queue_stands_what_holds_those_before():
    (reason,) = verdict(idle(held_ms=HELD, queued_ms=900)).reasons
    assert "the wait is the queue before the app, 90% of a request" in reason
    assert "held by a tenant connection, 70% of their time" in reason


def test_a_deployment_whose_processors_cannot_be_read_does_not_pass():
    steps = [
        Step(offered_per_s=one.offered_per_s, done_per_s=one.done_per_s, busy={}) for one in FULL
    ]
    (reason,) = verdict(steps).reasons
    assert "the busiest tier, none, uses 0%" in reason
    assert "cannot be read from here" in reason


def test_what_still_grows_is_not_judged():
    found = verdict(FULL[:3])
    assert found.judged is None
    assert "still grew at 125 a second" in found.reasons[0]


@pytest.mark.parametrize("steps", [[], [step(80, 0), step(100, 0), step(125, 0)]])
def test_nothing_done_fails(steps):
    assert verdict(steps).reasons == ["nothing was done"]


def test_a_driver_that_was_the_bottleneck_makes_the_test_void():
    void = step(156, 119, void=["the driver used 95% of its core"])
    assert verdict([*FULL[:3], void, FULL[4]]).void == ["the driver used 95% of its core"]


@pytest.mark.parametrize(("done", "is_full"), [(89, True), (91, False), (100, False)])
def test_a_system_is_full_that_does_clearly_less_than_it_is_asked(done, is_full):
    assert is_saturated(offered_per_s=100, done_per_s=done) is is_full
