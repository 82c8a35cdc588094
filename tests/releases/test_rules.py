"""When a wave halts, when a schema is tried again, how hard the migration pushes."""

from random import Random

from tenants.releases.rules import (
    ALL,
    ATTEMPTS_MAX,
    LONGEST_RETRY_SECONDS,
    ONE_CELL,
    ONE_PERCENT,
    TRAINING,
    Pace,
    is_too_much,
    is_worth_another_attempt,
    seconds_until_retry,
)


def test_any_failure_halts_the_first_waves_and_one_in_a_thousand_the_later():
    for wave in (TRAINING, ONE_PERCENT):
        assert not is_too_much(wave=wave, parked=0, places=1000)
        assert is_too_much(wave=wave, parked=1, places=1000)
    for wave in (ONE_CELL, ALL):
        assert not is_too_much(wave=wave, parked=1, places=1000)
        assert is_too_much(wave=wave, parked=2, places=1000)
        assert is_too_much(wave=wave, parked=1, places=999)
    assert not is_too_much(wave=TRAINING, parked=1, places=2, allowed=0.5)


def test_what_was_in_the_way_is_tried_again_and_what_is_wrong_is_not():
    for sqlstate in ("55P03", "40P01", None):
        assert is_worth_another_attempt(sqlstate=sqlstate, attempts=ATTEMPTS_MAX - 1)
        assert not is_worth_another_attempt(sqlstate=sqlstate, attempts=ATTEMPTS_MAX)
    for sqlstate in ("57014", "25P04"):
        assert is_worth_another_attempt(sqlstate=sqlstate, attempts=2)
        assert not is_worth_another_attempt(sqlstate=sqlstate, attempts=3)
    for sqlstate in ("42701", "42P07", "23505"):
        assert not is_worth_another_attempt(sqlstate=sqlstate, attempts=1)


def test_pauses_grow_and_never_fall_into_step():
    random = Random(1)
    pauses = [seconds_until_retry(attempts=2, random=random) for _ in range(20)]
    assert len(set(pauses)) == 20
    assert all(0.5 <= pause <= 1 for pause in pauses)
    assert seconds_until_retry(attempts=30, random=random) <= LONGEST_RETRY_SECONDS


def test_the_pace_gives_way_at_once_and_comes_back_slowly():
    pace = Pace(usual_ms=1.0)
    for _ in range(20):
        pace.hear(probe_ms=1.2, waiting=0)
    assert pace.rest == pace.least
    for _ in range(3):
        pace.hear(probe_ms=9.0, waiting=0)
    assert pace.rest >= 2 * pace.least
    before = pace.rest
    pace.hear(probe_ms=1.0, waiting=1)
    assert pace.rest == min(before * 2, pace.most)
    for _ in range(50):
        pace.hear(probe_ms=50.0, waiting=3)
    assert pace.rest == pace.most
    assert pace.seconds_after(0.1) == 0.1 * pace.most
