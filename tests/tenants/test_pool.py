"""The pool of a cell: bounded, sticky, counted, and never the client's problem."""

import os
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import OperationalError, close_old_connections, connections
from psycopg.conninfo import make_conninfo

from tenants.backend import pool as pools
from tenants.backend.connection import TenantConnection, TenantCursor
from tenants.backend.errors import PoolExhausted
from tenants.backend.pool import CellPool
from tenants.transactions import tenant_transaction

NAME = "openlaas pool test"
LONG = 900.0


@pytest.fixture
def pool_of(body) -> Iterator[Callable[..., CellPool]]:
    """Make pools of a body's cell, under a name by which the server can count connections."""
    conninfo = make_conninfo(
        os.environ["OPENLAAS_CELL_URL"], dbname=body.cell, application_name=NAME
    )
    made = []

    def make(*, slots: int, sticky: bool = True, max_age_seconds: float = LONG) -> CellPool:
        pool = CellPool(
            connect=lambda: TenantConnection.connect(
                conninfo, autocommit=True, cursor_factory=TenantCursor
            ),
            slots=slots,
            sticky=sticky,
            max_age_seconds=max_age_seconds,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture
def server(owner_url) -> Iterator[psycopg.Connection]:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        yield owner


def connections_on(server: psycopg.Connection) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
    return server.execute(query, [NAME]).fetchone()[0]


def pid_of(connection: TenantConnection) -> int:
    return connection.info.backend_pid


def in_threads(count: int, work: Callable[[int], None]) -> None:
    failures = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=guarded, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_it_opens_no_more_connections_than_it_has_slots(pool_of, server, monkeypatch):
    monkeypatch.setattr(pools, "GIVE_UP_SECONDS", 60.0)
    pool = pool_of(slots=2)

    def work(number: int) -> None:
        for turn in range(20):
            slot, connection = pool.lease(f"59014{number:02d}-{turn:02d}")
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            pool.release(slot)

    in_threads(12, work)
    assert connections_on(server) == 2
    counted = pool.statistics()
    assert counted["leases"] == 240
    assert counted["own_slot"] + counted["strayed"] == 240
    assert counted["opened"] == 2
    assert counted["exhausted"] == counted["recycled"] == 0


def test_a_body_keeps_its_connection(pool_of):
    pool = pool_of(slots=4)
    codes = [f"59{number:05d}" for number in range(40)]
    first: dict[str, int] = {}
    for code in codes * 3:
        slot, connection = pool.lease(code)
        assert first.setdefault(code, pid_of(connection)) == pid_of(connection)
        pool.release(slot)
    assert len(set(first.values())) == 4, "the bodies are spread over all slots"
    assert pool.statistics()["strayed"] == 0


def test_without_stickiness_slots_take_turns(pool_of):
    pool = pool_of(slots=3, sticky=False)
    seen = set()
    for _ in range(3):
        slot, connection = pool.lease("5901401")
        seen.add(pid_of(connection))
        pool.release(slot)
    assert len(seen) == 3


def test_a_body_whose_slot_stays_taken_is_given_another(pool_of):
    pool = pool_of(slots=2)
    first, _ = pool.lease("5901401")
    second, _ = pool.lease("5901401")
    assert first is not second
    counted = pool.statistics()
    assert (counted["own_slot"], counted["strayed"], counted["waited"]) == (1, 1, 1)
    assert counted["wait_seconds"] >= pools.PATIENCE_SECONDS
    pool.release(first)
    pool.release(second)


def test_when_every_slot_stays_taken_it_gives_up(pool_of, monkeypatch):
    monkeypatch.setattr(pools, "GIVE_UP_SECONDS", 0.05)
    pool = pool_of(slots=1)
    slot, _ = pool.lease("5901401")
    with pytest.raises(PoolExhausted):
        pool.lease("5901402")
    assert pool.statistics()["exhausted"] == 1
    pool.release(slot)
    slot, _ = pool.lease("5901402")
    pool.release(slot)


def test_an_exhausted_pool_is_a_503_that_says_when_to_come_back(
    body, officer_of, api, pools_with, monkeypatch
):
    monkeypatch.setattr(pools, "GIVE_UP_SECONDS", 0.05)
    token = officer_of(body).token
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with tenant_transaction(body):
            holding.set()
            assert done.wait(30)

    with pools_with(TENANT_POOL_SLOTS=1):
        holder = threading.Thread(target=hold)
        holder.start()
        assert holding.wait(30)
        answer = api.get(f"bodies/{body.code}/journal-entries", token=token)
        done.set()
        holder.join()
        assert answer.status_code == 503
        assert answer.json()["code"] == "busy"
        assert int(answer["Retry-After"]) > 0
        assert api.get(f"bodies/{body.code}/journal-entries", token=token).status_code == 200


def test_a_connection_is_replaced_when_it_is_old(pool_of, server):
    pool = pool_of(slots=1, max_age_seconds=0.0)
    pids = set()
    for _ in range(3):
        slot, connection = pool.lease("5901401")
        pids.add(pid_of(connection))
        pool.release(slot)
    assert len(pids) == 3
    assert pool.statistics()["recycled"] == 2


def test_the_age_is_a_setting(body, pools_with):
    pids = set()
    with pools_with(TENANT_POOL_SLOTS=1, TENANT_CONNECTION_MAX_AGE_SECONDS=0):
        for _ in range(2):
            with tenant_transaction(body), connections["tenant"].cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.add(cursor.fetchone()[0])
    assert len(pids) == 2


def test_a_connection_left_inside_a_transaction_is_thrown_away(pool_of):
    pool = pool_of(slots=1)
    slot, connection = pool.lease("5901401")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
    pool.release(slot)
    assert connection.closed
    slot, fresh = pool.lease("5901401")
    assert fresh is not connection
    pool.release(slot)


def terminate(server: psycopg.Connection, pid: int) -> None:
    """End a server process and wait until it is gone."""
    query = "SELECT pg_terminate_backend(%s, 10000)"
    assert server.execute(query, [pid]).fetchone() == (True,)


def test_a_connection_that_the_server_ended_is_replaced_unseen(body, only_connection, server):
    for _ in range(20):
        with tenant_transaction(body), connections["tenant"].cursor() as cursor:
            cursor.execute("SELECT body_code FROM body_identity")
            assert cursor.fetchone() == (body.code,)
        terminate(server, pid_of(only_connection(body)))


def test_a_posting_after_the_server_ended_the_connection_is_answered(
    body, officer_of, api, entry, only_connection, server
):
    token = officer_of(body).token
    for number in range(1, 6):
        answer = api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
        assert answer.status_code == 201, answer.content
        assert answer.json()["event_no"] == number
        terminate(server, pid_of(only_connection(body)))


def test_a_connection_ended_inside_a_transaction_costs_that_transaction_only(
    body, only_connection, server
):
    with (
        pytest.raises(OperationalError),
        tenant_transaction(body),
        connections["tenant"].cursor() as cursor,
    ):
        cursor.execute("INSERT INTO document_counter VALUES ('CUT', 2570, 1)")
        terminate(server, pid_of(only_connection(body)))
        cursor.execute("SELECT 1")
    with tenant_transaction(body), connections["tenant"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM document_counter")
        assert cursor.fetchone() == (0,)


def test_the_control_plane_recovers_from_an_ended_connection(body, officer_of, api, server):
    token = officer_of(body).token
    path = f"bodies/{body.code}"
    assert api.get(path, token=token).status_code == 200
    terminate(server, connections["default"].connection.info.backend_pid)
    assert api.get(path, token=token).status_code in {200, 503}
    close_old_connections()  # as Django does at the end of each request that is served
    assert api.get(path, token=token).status_code == 200
