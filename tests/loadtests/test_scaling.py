"""The law is found again in measurements that were made by it, and says when it is not sure."""

import math

import pytest

from loadtests.scaling import Law, Point, TooFewSizes, fit, held_out

KNOWN = Law(one_per_s=100, contention=0.05, coherency=0.01, measured_to=8)
NOISE = (0.97, 1.0, 1.03)


def measured(law: Law = KNOWN, sizes=(1, 2, 4, 8), noise=NOISE) -> list[Point]:
    return [Point(workers=n, per_s=law.per_s(n) * part) for n in sizes for part in noise]


@pytest.mark.parametrize(("contention", "coherency"), [(0.0, 0.0), (0.05, 0.01), (0.3, 0.002)])
def test_known_parameters_are_recovered(contention, coherency):
    law = Law(one_per_s=130, contention=contention, coherency=coherency, measured_to=16)
    found = fit(measured(law, sizes=(1, 2, 4, 8, 16), noise=(1.0,)))
    assert found.law.one_per_s == pytest.approx(130, rel=1e-3)
    assert found.law.contention == pytest.approx(contention, abs=1e-3)
    assert found.law.coherency == pytest.approx(coherency, abs=1e-4)
    assert found.r_squared == pytest.approx(1)


def test_the_truth_lies_within_the_limits_and_noise_widens_them():
    quiet, noisy = fit(measured(noise=(0.99, 1.0, 1.01))), fit(measured(noise=(0.9, 1.0, 1.1)))
    for found in (quiet, noisy):
        for name, limits in found.parameters().items():
            assert limits.low <= getattr(KNOWN, name) <= limits.high
    near, far = quiet.per_s(8), noisy.per_s(8)
    assert far.high - far.low > 3 * (near.high - near.low) > 0


def test_one_seed_gives_one_answer():
    assert fit(measured(), seed=7).parameters() == fit(measured(), seed=7).parameters()


def test_throughput_falls_beyond_the_peak():
    peak = KNOWN.peak_workers
    assert peak == pytest.approx(math.sqrt(0.95 / 0.01))
    assert KNOWN.per_s(peak) > max(KNOWN.per_s(peak - 2), KNOWN.per_s(peak + 2))
    assert Law(one_per_s=1, contention=0.1, coherency=0, measured_to=4).peak_workers == math.inf


@pytest.mark.parametrize(("workers", "times"), [(4, 0.5), (8, 2.0)])
def test_a_size_that_was_not_seen_is_predicted(workers, times):
    found = held_out(measured(), workers)
    assert found.error < 0.01
    assert found.is_close
    assert found.times_measured == times


def test_a_prediction_that_is_not_close_is_told():
    """The sizes seen follow the law; the one held out did half of it."""
    points = [*measured(sizes=(1, 2, 4)), Point(workers=8, per_s=KNOWN.per_s(8) / 2)]
    found = held_out(points, 8)
    assert found.error == pytest.approx(1, abs=0.05)
    assert not found.is_close


def test_what_is_larger_than_measured_is_told_as_a_multiple():
    assert fit(measured()).law.times_measured(12) == 1.5


def test_two_sizes_are_too_few():
    with pytest.raises(TooFewSizes, match="3 parameters; 2 sizes"):
        fit(measured(sizes=(1, 4)))
    with pytest.raises(TooFewSizes, match="without 2 there are fewer"):
        held_out(measured(sizes=(1, 2, 4)), 2)


def test_a_size_that_was_not_measured_cannot_be_held_out():
    with pytest.raises(ValueError, match="3 was not measured"):
        held_out(measured(), 3)
