"""How app servers are compared: ratios within a round, and when another than ours is chosen."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from openlaas.bench import app_servers
from openlaas.bench.app_servers import OURS, WAYS, with_threads
from openlaas.bench.servers import Sample, Wishes, chosen, in_turns, ratios, report, table
from openlaas.load.ground import OwnSystem
from openlaas.load.running import Driving

ONE = Sample(per_s=200, app_ms=2, calm_app_ms=2, p50_ms=5, p99_ms=20, process_mb=100)
OTHER = WAYS[-1].key


def taken(*, ours=(ONE, ONE, ONE), **changes) -> dict[str, list[Sample]]:
    return {OURS.key: list(ours), OTHER: [replace(one, **changes) for one in ours]}


def test_ways_take_turns_in_the_same_order_each_round():
    order: list[str] = []
    works = {key: lambda key=key: order.append(key) or ONE for key in "abc"}
    found = in_turns(works, rounds=2, announce=lambda _line: None)
    assert "".join(order) == "abcabc"
    assert {key: len(samples) for key, samples in found.items()} == {"a": 2, "b": 2, "c": 2}


def test_ratio_is_taken_within_each_round_so_that_a_slow_minute_spoils_neither():
    slow = replace(ONE, app_ms=8)
    found = {OURS.key: [ONE, slow], OTHER: [replace(ONE, app_ms=1), replace(ONE, app_ms=4)]}
    assert ratios(found, OTHER, "app_ms") == [0.5, 0.5]


def test_rounds_that_one_way_lacks_are_refused():
    with pytest.raises(ValueError, match="zip"):
        ratios({OURS.key: [ONE, ONE], OTHER: [ONE]}, OTHER, "app_ms")


def test_what_is_clearly_cheaper_is_chosen_and_of_several_the_cheapest():
    assert chosen(taken(app_ms=1.8)) == OTHER
    both = {**taken(app_ms=1.8), "granian_8": [replace(ONE, app_ms=1.5)] * 3}
    assert chosen(both) == "granian_8"


@pytest.mark.parametrize(
    "worse",
    [
        {"app_ms": 1.95},
        {"app_ms": 1.8, "per_s": 180},
        {"app_ms": 1.8, "p99_ms": 26},
        {"app_ms": 1.8, "failed": 1},
    ],
)
def test_ours_stays_unless_another_is_clearly_cheaper_at_no_other_price(worse):
    assert chosen(taken(**worse)) == OURS.key


def test_ours_stays_when_another_was_dearer_in_one_round():
    found = taken(app_ms=1.5)
    found[OTHER][1] = replace(ONE, app_ms=2.1)
    assert chosen(found) == OURS.key


def test_report_has_medians_and_a_ratio_of_each_other_way_and_is_told_by_a_table():
    wishes = Wishes(own=OwnSystem(var=Path("var"), bodies=20), driving=Driving())
    samples = {way.key: [replace(ONE, app_ms=ms) for ms in (1, 2, 9)] for way in WAYS}
    found = report(wishes, samples)
    assert found.figures[f"{OTHER}_app_ms"] == 2
    assert found.ratios[f"{OTHER}_app_ms_per_ours"] == 1
    assert not any(name.startswith(OURS.key) for name in found.ratios)
    assert found.dataset["chosen"] == OURS.key
    assert table(found).row_count == len(WAYS)


def test_each_way_is_one_process_on_its_port_and_only_threads_differ_of_granian():
    commands = {way.key: way.program(Path("var"), 8123, {}).command for way in WAYS}
    assert all(any("8123" in word for word in command) for command in commands.values())
    for threads in (2, 8):
        expected = with_threads(commands[OURS.key], threads)
        assert commands[f"granian_{threads}"] == expected != commands[OURS.key]
        assert expected[expected.index("--blocking-threads") + 1] == str(threads)


def test_command_that_says_nothing_of_threads_is_refused():
    with pytest.raises(ValueError, match="not in tuple"):
        with_threads(("python", "-m", "granian"), 8)


def test_memory_is_that_of_a_process_and_none_of_one_that_ended():
    assert app_servers.megabytes(os.getpid()) > 1
    assert app_servers.megabytes(2**22 + 1) == 0  # above the highest process id there can be
