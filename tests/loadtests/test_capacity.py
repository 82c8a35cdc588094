"""Measurements made by a known law give that law back, with its page; bad ones are left out."""

import json
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from loadtests.scaling import Law
from loadtests.sizing import Kind
from openlaas.bench.report import Report
from openlaas.cli import load as load_command
from openlaas.load.capacity import (
    ACTION,
    BODIES,
    CONNECTION_SIZES,
    CONNECTIONS,
    IDLE,
    PROCESS_SIZES,
    PROCESSES,
    Measurement,
    body_sizes,
)
from openlaas.load.capacity_model import NotEnough, many_over_few, model_of
from openlaas.load.capacity_page import page, told
from openlaas.load.capacity_report import measurements_of, read_report, report_of

LAW = Law(one_per_s=80, contention=0.04, coherency=0.005, measured_to=4)
MS = {"app": 2.5, "database": 1.5, "redis": 0.1}


@pytest.fixture
def load():
    """Give the command `openlaas load`, asked with words."""
    app = typer.Typer()
    load_command.register(app)
    return lambda *words: CliRunner().invoke(app, words)


def one(series: str, size: int, per_s: float, **changed) -> Measurement:
    cores = {tier: ms * per_s / 1000 for tier, ms in MS.items()}
    made = Measurement(
        series=series,
        size=size,
        round=0,
        offered_per_s=1.4 * per_s,
        done_per_s=per_s,
        cores={**cores, "generator": 0.3},
        busy={"app": 0.97, "database": 0.3},
        is_full=True,
        bodies_active=100,
        p95_ms=900,
        failed=0,
    )
    return replace(made, **changed)


def all_measured() -> list[Measurement]:
    rounds = enumerate((0.98, 1.0, 1.02))
    found = []
    for number, part in rounds:
        for series, sizes in ((PROCESSES, PROCESS_SIZES), (CONNECTIONS, CONNECTION_SIZES)):
            found += [one(series, n, LAW.per_s(n) * part, round=number) for n in sizes]
        found += [one(BODIES, n, 80 * part, round=number) for n in (1, 10, 100)]
        found += [one(BODIES, 1000, 72 * part, round=number)]
    idle = one(ACTION, 1, 0, what=IDLE, cores={"app": 0.01, "database": 0.02, "redis": 0})
    search = one(ACTION, 1, 40, what="search", is_full=False)
    return [*found, idle, search]


@pytest.fixture(scope="module")
def model():
    return model_of(all_measured())


def raw(measurements: list[Measurement]) -> Report:
    dataset = {"bodies": 1000, "measurements": [each.told() for each in measurements]}
    return Report(name="capacity", dataset=dataset, figures={}, commit="c0ffee", machine={})


def test_the_law_that_made_the_measurements_is_found_again(model):
    law = model.laws[PROCESSES].law
    assert law.one_per_s == pytest.approx(80, rel=0.01)
    assert law.contention == pytest.approx(0.04, abs=0.005)
    assert law.coherency == pytest.approx(0.005, abs=0.001)
    assert [each.workers for each in model.held_out[PROCESSES]] == [3, 4]
    assert [each.times_measured for each in model.held_out[PROCESSES]] == [0.75, 4 / 3]
    assert model.reasons() == []
    assert model.left_out == []


def test_a_prediction_that_is_too_far_off_fails_the_model():
    """The four processes were stopped by something that the three had not met."""
    bad = [
        replace(each, done_per_s=each.done_per_s * 0.6)
        if (each.series, each.size) == (PROCESSES, 4)
        else each
        for each in all_measured()
    ]
    reasons = model_of(bad).reasons()
    assert any(
        reason.startswith("processes: ") and "predicted at 4," in reason for reason in reasons
    )


def test_demand_is_cores_over_throughput_and_idling_is_taken_off_single_actions(model):
    assert model.demand_ms["app"].base == pytest.approx(2.5)
    assert model.demand_ms["app"].kind is Kind.MEASURED
    assert "generator" not in model.demand_ms
    assert set(model.actions_ms) == {"search"}
    assert model.actions_ms["search"]["app"].base == pytest.approx(2.5 - 0.01 * 1000 / 40)
    assert model.actions_ms["search"]["database"].base == pytest.approx(1.5 - 0.02 * 1000 / 40)


def test_many_bodies_are_set_beside_a_hundred(model):
    assert many_over_few(model.by_bodies) == pytest.approx(0.9)


def test_the_sizing_takes_all_bodies_to_be_active(model):
    """By a tenth less is done, and an action costs a ninth more, than with few."""
    year_end = next(row for row in model.rows if row.day == "year-end")
    rate = year_end.rate_per_s.base
    assert year_end.cores["app"].base == pytest.approx(rate * 0.0025 / 0.9 / 0.5)
    saturation = model.laws[PROCESSES].law.per_s(4) * 0.9
    assert year_end.times_measured.base == pytest.approx(rate / saturation)


def test_where_all_bodies_do_more_nothing_is_made_of_it():
    more = [
        replace(each, done_per_s=99) if (each.series, each.size) == (BODIES, 1000) else each
        for each in all_measured()
    ]
    cores = model_of(more).rows[0].cores["app"]
    assert cores.base == pytest.approx(model_of(more).rows[0].rate_per_s.base * 0.0025 / 0.5)


def test_what_says_nothing_is_left_out_and_told():
    void = one(PROCESSES, 1, 5, void=["the driver used 95% of its core"])
    idle = one(CONNECTIONS, 2, 5, is_full=False)
    unread = one(BODIES, 10, 900, cores={})
    model = model_of([*all_measured(), void, idle, unread])
    assert model.laws[PROCESSES].law.one_per_s == pytest.approx(80, rel=0.01)
    assert model.left_out == [
        "processes 1, round 1: the driver used 95% of its core",
        "connections 2, round 1: not full at 7 a second offered",
        "bodies 10, round 1: no processor time was read",
    ]


def test_too_few_processes_make_no_model():
    few = [each for each in all_measured() if (each.series, each.size) != (PROCESSES, 3)]
    with pytest.raises(NotEnough, match=r"processes: no law .*: 3 was not measured"):
        model_of(few)


def test_connections_on_a_machine_where_others_worked_have_no_law_and_that_fails_the_model():
    shared = [
        replace(each, others_cores=0.6) if each.series == CONNECTIONS else each
        for each in all_measured()
    ]
    model = model_of(shared)
    assert set(model.laws) == {PROCESSES}
    (reason,) = model.reasons()
    assert reason.startswith("connections: no law can be fitted and checked")
    assert "connections 1, round 1: others' work took 0.60 cores of the machine" in model.left_out
    text = page(model, commit="c0ffee", machine={}, bodies=1000)
    assert f"**Not to be relied on:**\n\n- {reason}\n" in text
    assert "| processes |" in text


def test_a_page_marks_every_number_of_its_sizing_and_says_what_a_cell_is(model):
    text = page(model, commit="c0ffee", machine={"cores": 2}, bodies=1000)
    sizing = text.split("## What a day takes")[1]
    rows = [line for line in sizing.splitlines() if line.startswith("| ")][2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [
        "normal day",
        "month-end",
        "year-end",
        "year-end, high case",
    ]
    for row in rows:
        for cell in row.strip("| ").split(" | ")[1:]:
            assert cell.split()[-1] in set(Kind), cell
    assert "sum of cells" in sizing
    assert "beyond the 4 measured" in text


def test_what_was_measured_can_be_fitted_again(model, tmp_path):
    raw_report = raw(all_measured())
    whole = report_of(raw_report, model)
    read = read_report(whole.write(tmp_path))
    assert measurements_of(read) == all_measured()
    assert read.commit == "c0ffee", "of the measuring, not of the fitting"
    assert read.ratios == {"all_bodies_per_few": 0.9}


@pytest.mark.parametrize(
    ("changed", "code", "line"),
    [
        ({}, 0, "# Capacity"),
        ({"measurements": []}, 3, "void: no model can be made"),
    ],
)
def test_the_command_fits_a_file_again(load, tmp_path, monkeypatch, changed, code, line):
    monkeypatch.setenv("OPENLAAS_BUILD", str(tmp_path / "build"))
    given = raw(all_measured())
    path = replace(given, dataset=given.dataset | changed).write(tmp_path)
    done = load("capacity", "--from", str(path))
    assert (done.exit_code, line in done.output) == (code, True), done.output
    written = json.loads((tmp_path / "build" / "bench" / "capacity.json").read_text())
    assert ("sizing" in written["dataset"]) is (code == 0)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        ("no JSON", "is no report of capacity"),
        ('{"name": "load", "dataset": {}, "figures": {}}', "a report of load, not of capacity"),
        ('{"name": "capacity", "dataset": {}, "figures": {}}', "is no report of capacity"),
    ],
)
def test_a_file_without_measurements_is_refused_with_its_reason(load, tmp_path, content, why):
    path = tmp_path / "capacity.json"
    if content is not None:
        path.write_text(content)
    done = load("capacity", "--from", str(path))
    assert done.exit_code == 2
    assert why in " ".join(done.output.split())


@pytest.mark.parametrize("profile", ["twenty", "capacity"])
def test_a_deployment_elsewhere_is_refused(load, profile):
    done = load(profile, "--target", "http://127.0.0.1:9", "--seconds", "4")
    assert done.exit_code == 2
    told = " ".join(done.output.split())
    assert "it makes its own system" in told
    assert "is not read in less than 5" in told, "every reason at once"


def test_the_20_percent_test_takes_no_measurements(load):
    done = load("twenty", "--from", "capacity.json")
    assert done.exit_code == 2
    assert "--from is an earlier capacity.json" in " ".join(done.output.split())


@pytest.mark.parametrize(
    ("bodies", "sizes"), [(1, [1]), (200, [1, 10, 100, 200]), (1000, [1, 10, 100, 1000])]
)
def test_bodies_are_measured_by_tens_up_to_all(bodies, sizes):
    assert body_sizes(bodies) == sizes


def test_figures_keep_three_digits_and_their_limits(model):
    assert told(model.demand_ms["app"]) == "2.5 measured"
    assert told(model.laws[PROCESSES].per_s(4), kind="modelled").endswith(") modelled")


def test_a_series_is_measured_anew_only_beside_the_others_of_a_report(load):
    done = load("capacity", "--anew", "everything")
    words = " ".join(done.output.split())
    assert done.exit_code == 2
    assert "say which by --from" in words
    assert "the series are processes, connections, bodies, action" in words
