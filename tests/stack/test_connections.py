"""The connection budget: what the processes may hold is what the server has, or nothing starts."""

import psycopg
import pytest

from openlaas.stack import checks
from openlaas.stack.connections import TooManyConnections, budget_of, share_of_a_process
from openlaas.stack.errors import StackError
from tenants.fleet_health.budget import ConnectionBudget


def budget(**changed: int) -> ConnectionBudget:
    facts = {"max_connections": 200, "kept_by_server": 3, "nodes": 1, "workers": 2}
    return ConnectionBudget(**{**facts, "of_a_process": 48, **changed})


def test_every_process_and_every_thread_is_counted():
    two_nodes = budget(nodes=2, workers=3, of_a_process=10)
    assert two_nodes.processes == 8, "three web processes and a worker on each node"
    assert two_nodes.to_control_plane == 2 * (3 * 4 + 1)
    assert two_nodes.needed == 80 + 26
    assert two_nodes.usable == 200 - 3 - 20


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 8, 16])
def test_the_fair_share_is_the_most_that_is_kept(workers):
    share = budget(workers=workers).fair_share
    assert budget(workers=workers, of_a_process=share).needed <= budget(workers=workers).usable
    assert budget(workers=workers, of_a_process=share + 1).needed > budget(workers=workers).usable


def test_the_usual_deployment_keeps_it_and_a_larger_one_is_told_what_to_do():
    assert budget().is_kept
    large = budget(workers=8)
    assert not large.is_kept
    assert f"between 4 and {large.fair_share}" in large.advice()
    huge = budget(workers=64)
    assert "OPENLAAS_WORKERS" in huge.advice()
    most = int(huge.advice().rsplit(" ", 1)[1])
    assert budget(workers=64, max_connections=most, of_a_process=4).is_kept


def test_a_process_gets_the_usual_number_or_its_fair_share(owner_url):
    assert share_of_a_process(owner_url, {}, workers=2) == 48
    assert share_of_a_process(owner_url, {}, workers=8) == 16
    assert share_of_a_process(owner_url, {"OPENLAAS_POOL_CONNECTIONS": "7"}, workers=2) == 7


@pytest.mark.parametrize(
    "told",
    [
        {"OPENLAAS_POOL_CONNECTIONS": "60"},
        {"OPENLAAS_POOL_CONNECTIONS": "48", "OPENLAAS_NODES": "2"},
        {"OPENLAAS_POOL_CONNECTIONS": "3"},
        {"OPENLAAS_NODES": "40"},
    ],
)
def test_what_the_server_does_not_have_is_refused(owner_url, told):
    with pytest.raises(TooManyConnections, match="max_connections"):
        share_of_a_process(owner_url, told, workers=2)


def test_a_number_that_is_none_is_named(owner_url):
    with pytest.raises(StackError, match="OPENLAAS_NODES"):
        share_of_a_process(owner_url, {"OPENLAAS_NODES": "two"}, workers=2)


def test_doctor_tells_it(owner_url):
    def told(**environ: str) -> checks.Finding:
        with psycopg.connect(owner_url) as connection:
            return checks._connections(connection, environ)

    assert told().is_ok
    refused = told(OPENLAAS_WORKERS="4", OPENLAAS_POOL_CONNECTIONS="48")
    assert not refused.is_ok
    assert "OPENLAAS_POOL_CONNECTIONS" in refused.says


def test_the_budget_is_of_the_server_that_there_is(owner_url):
    with psycopg.connect(owner_url) as connection:
        found = budget_of(connection, {})
        (most,) = connection.execute("SHOW max_connections").fetchone()
    assert found.max_connections == int(most)
    assert found.kept_by_server == 3
