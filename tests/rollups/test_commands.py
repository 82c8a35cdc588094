"""`openlaas rollups`: the process that follows, and what an operator is told."""

import json
import signal
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from django.test import Client

from tenants.models import Body
from tenants.rollups.kept import run

OCTOBER = ("2570", "2026-10-01")
PATIENCE_SECONDS = 60


@pytest.fixture(scope="session")
def rollups(owner_environment):
    """Run `openlaas rollups … --json`; give its exit code and what it told."""

    def told(*words):
        command = [sys.executable, "-m", "openlaas.cli", "rollups", *words, "--json"]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 1}, done.stderr
        return done.returncode, json.loads(done.stdout)

    return told


@pytest.fixture
def follower(owner_environment, body):
    """Start a process that follows the body's cell; whatever still runs at the end is ended."""
    started = []

    def start():
        command = [sys.executable, "-m", "openlaas.cli", "rollups", "consume"]
        started.append(subprocess.Popen([*command, "--cell", body.cell], env=owner_environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def until(is_so):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_process_killed_again_and_again_counts_everything_once(
    body, post, figures, follower, recompute
):
    def shown():
        return figures(body, "revenue").get((*OCTOBER, "411000"), (Decimal(0),))[0]

    for kills in range(3):
        process = follower()
        post(body, *["1.00"] * 10)
        until(lambda: shown() > Decimal(10 * kills))  # noqa: B023 - asked within the turn
        process.kill()
        process.wait()
    twins = [follower(), follower()]
    post(body, *["1.00"] * 10)
    until(lambda: shown() == Decimal(40))
    for process in twins:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(timeout=PATIENCE_SECONDS) for process in twins] == [0, 0]
    assert recompute(body).is_clean


@pytest.mark.usefixtures("no_old_notices")
def test_an_operator_is_told_of_each_cell(body, post, rollups):
    post(body, "100.00")
    status, told = rollups("consume", "--once")
    assert (status, told["failed"]) == (0, 0)
    assert told["notices"] >= 1
    status, told = rollups("status")
    assert status == 0
    cells = {one["cell"]: one for one in told["cells"]}
    assert cells[body.cell]["failure"] == ""
    assert cells[body.cell]["lag_seconds"] < PATIENCE_SECONDS
    assert told["pending"] == 0


def test_an_operator_is_told_of_drift_and_has_it_repaired(body, post, rollups):
    post(body, "100.00")
    rollups("consume", "--once")
    assert rollups("recompute", "--code", body.code)[0] == 0
    id_ = Body.objects.get(code=body.code).id
    run("UPDATE rollup_revenue SET collected = 1 WHERE body_id = %s", [id_])
    status, told = rollups("recompute", "--code", body.code)
    assert (status, told["is_clean"]) == (1, False)
    (drift,) = told["drifts"]
    assert drift["body"] == body.code
    assert drift["amounts"] == {"collected": "99.00"}
    assert rollups("recompute", "--code", body.code, "--repair")[0] == 1
    assert rollups("recompute", "--code", body.code)[0] == 0
    _, told = rollups("recompute", "--all")
    assert told["bodies"] > 10
    # Other tests tamper with books of their own.
    assert body.code not in {one["body"] for one in told["drifts"]}


def test_the_lag_of_each_cell_is_at_metrics(body, consume):
    consume(body)
    text = Client(SERVER_NAME="localhost").get("/metrics").content.decode()
    assert f'openlaas_rollups_lag_seconds{{cell="{body.cell}"}}' in text
    assert f'openlaas_rollups_waiting{{cell="{body.cell}"}}' in text


def test_bodies_are_compared_when_an_operator_asks(rollups):
    from tenants.models import BodyCompared, Comparison, PeerGroup

    code, told = rollups("compare", "--fiscal-year", "2573")
    assert (code, told["fiscal_year"]) == (0, 2573)
    try:
        assert Comparison.objects.get(fiscal_year=2573).bodies == told["bodies"]
        assert BodyCompared.objects.filter(fiscal_year=2573).count() == told["bodies"]
    finally:
        for table in (Comparison, PeerGroup, BodyCompared):
            table.objects.filter(fiscal_year=2573).delete()
