"""How much of what it was given each tier used, when others work on the machine too."""

import time

import pytest

from openlaas.bench.processor_time import machine_seconds
from openlaas.load.tiers import Sample, Tiers, busy


def test_what_is_no_tiers_was_taken_by_others():
    tiers = Tiers(
        samples=[
            Sample(at=10, seconds={"app": 1.0, "database": 2.0}, machine=100.0),
            Sample(at=14, seconds={"app": 3.0, "database": 3.0}, machine=105.0),
        ]
    )
    assert tiers.used(10, 14) == {"app": 0.5, "database": 0.25}
    assert tiers.others(10, 14) == 0.5
    assert tiers.others(11, 14) == 0.0, "one sample tells nothing"


@pytest.mark.parametrize(
    ("cores", "quotas", "share"),
    [
        (2.0, {}, 1.0 / 1.5),
        (1.5, {}, 1.0),  # others took half a core
        (2.0, {"app": 1.25}, 0.8),
    ],
)
def test_a_tier_was_given_its_quota_or_what_all_others_left(cores, quotas, share):
    used = {"app": 1.0, "database": 0.5}
    assert busy(used, cores=cores, quotas=quotas)["app"] == pytest.approx(share)


def test_this_process_work_is_the_machines_too():
    before, own = machine_seconds(), time.process_time()
    while time.process_time() - own < 0.2:
        pass
    assert machine_seconds() - before >= 0.15, "it counts in hundredths, rounded down"


def test_cores_over_time_are_counted_from_the_runs_own_start():
    tiers = Tiers(
        samples=[
            Sample(at=10, seconds={"app": 1.0}),
            Sample(at=12, seconds={"app": 2.0, "generator": 0.5}),
            Sample(at=14, seconds={"app": 2.5, "generator": 1.5}),
        ]
    )
    assert tiers.series(since=11) == [
        {"at": 1, "app": 0.5, "generator": 0.25},
        {"at": 3, "app": 0.25, "generator": 0.5},
    ]
