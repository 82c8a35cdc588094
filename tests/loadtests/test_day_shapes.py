"""The shape of a day in Locust's closed model: how many officers there are at each moment."""

import pytest

from loadtests.profiles import PROFILES, share_at

SHAPE = ((0.25, 1.0), (0.5, 1.0), (0.25, 0.2))


@pytest.mark.parametrize(
    ("part", "share"), [(0, 0), (0.125, 0.5), (0.25, 1), (0.5, 1), (0.875, 0.6), (1, 0.2)]
)
def test_officers_come_stay_and_go(part, share):
    assert share_at(SHAPE, part) == pytest.approx(share)


@pytest.mark.parametrize("day", PROFILES)
def test_the_shape_of_every_day_fills_it(day):
    shape = PROFILES[day].shape
    assert sum(length for length, _ in shape) == pytest.approx(1)
    assert max(share for _, share in shape) >= 1
