"""What bounds a process over all cells: how many connections, and how much each remembers."""

import os
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import make_conninfo

from tenants.backend import allowance as allowances
from tenants.backend.allowance import Allowance
from tenants.backend.connection import TenantConnection, TenantCursor
from tenants.backend.errors import PoolExhausted, ServerAway
from tenants.backend.pool import CellPool
from tenants.directory.queries import bodies_with_books
from tenants.transactions import tenant_transaction

NAME = "openlaas allowance test"


@pytest.fixture
def pool_of(body) -> Iterator[Callable[..., CellPool]]:
    """Make pools, as of several cells of one server, under a name that the server can count."""
    conninfo = make_conninfo(
        os.environ["OPENLAAS_CELL_URL"], dbname=body.cell, application_name=NAME
    )
    made = []

    def make(**options: object) -> CellPool:
        chosen = {"slots": 4, "sticky": True, "max_age_seconds": 900.0, **options}
        pool = CellPool(
            connect=lambda: TenantConnection.connect(
                conninfo, autocommit=True, cursor_factory=TenantCursor
            ),
            **chosen,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture
def on_server(owner_url) -> Iterator[Callable[[], int]]:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s"
        yield lambda: owner.execute(query, [NAME]).fetchone()[0]


def touch(pool: CellPool, code: str) -> int:
    """Use a body's connection; return the number of its backend."""
    slot, connection = pool.lease(code)
    pid = connection.info.backend_pid
    pool.release(slot)
    return pid


def test_a_connection_that_has_touched_enough_bodies_is_replaced(pool_of):
    pool = pool_of(slots=1, max_bodies=3)
    first = {touch(pool, code) for code in ("a", "b", "c", "a", "b", "c")}
    assert len(first) == 1, "those it knows it serves on"
    assert touch(pool, "d") not in first
    assert len({touch(pool, code) for code in ("d", "b", "c")}) == 1
    counted = pool.statistics()
    assert (counted["recycled_full"], counted["recycled"], counted["opened"]) == (1, 0, 2)


def test_the_bodies_of_a_connection_are_a_setting(body, other_body, pools_with):
    pids = []
    bodies = [one for one in bodies_with_books() if one.cell == body.cell][:2]
    with pools_with(TENANT_POOL_SLOTS=1, TENANT_CONNECTION_MAX_BODIES=1):
        for one in bodies:
            with tenant_transaction(one), connections["tenant"].cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
    assert len(set(pids)) == 2


def test_cells_share_the_connections_of_their_server(pool_of, on_server):
    shared = Allowance(3)
    cells = [pool_of(allowance=shared) for _ in range(5)]  # more than there are connections
    for turn in range(3):
        for cell in cells:
            for number in range(4):
                touch(cell, f"{turn}{number}")
                assert shared.taken <= 3
    assert on_server() <= 3
    assert sum(cell.statistics()["given_up"] for cell in cells) > 0
    for cell in cells:
        cell.close()
    assert shared.taken == 0


def test_cells_that_are_all_in_use_keep_their_connections(pool_of):
    shared = Allowance(6)
    cells = [pool_of(allowance=shared) for _ in range(3)]
    bodies = [f"{number:07d}" for number in range(20)]
    for cell in cells:  # a process comes to know its cells one after the other
        for code in bodies:
            touch(cell, code)

    def counted() -> list[tuple[float, float]]:
        told = [cell.statistics() for cell in cells]
        return [(one["opened"], one["given_up"]) for one in told]

    before = counted()
    for code in bodies * 2:
        for cell in cells:
            touch(cell, code)
    opened_since = sum(now[0] for now in counted()) - sum(then[0] for then in before)
    assert opened_since <= 6, "each cell its two, opened once more at most"
    assert shared.taken == 6


def test_the_connection_idle_longest_gives_way(pool_of):
    shared = Allowance(2)
    one, two, three = (pool_of(slots=1, allowance=shared) for _ in range(3))
    of_one, of_two = touch(one, "a"), touch(two, "a")
    assert touch(one, "a") == of_one
    touch(three, "a")
    assert touch(one, "a") == of_one, "it was used later than the other"
    assert touch(two, "a") != of_two


def test_a_connection_in_use_never_gives_way(pool_of, monkeypatch):
    monkeypatch.setattr(allowances, "PATIENCE_SECONDS", 0.05)
    shared = Allowance(1)
    one, two = pool_of(allowance=shared), pool_of(allowance=shared)
    slot, connection = one.lease("a")
    with pytest.raises(PoolExhausted):
        two.lease("a")
    connection.execute("SELECT 1")
    one.release(slot)
    touch(two, "a")
    assert shared.taken == 1


def test_connections_that_could_not_be_opened_are_not_counted(pool_of):
    shared = Allowance(1)

    def refuse() -> TenantConnection:
        raise psycopg.OperationalError("no answer")

    away = CellPool(connect=refuse, slots=1, sticky=True, max_age_seconds=900.0, allowance=shared)
    for _ in range(3):
        with pytest.raises(ServerAway):
            away.lease("a")
    touch(pool_of(allowance=shared), "a")


def test_threads_over_many_cells_stay_within_it(pool_of, on_server):
    shared = Allowance(4)
    cells = [pool_of(slots=2, allowance=shared) for _ in range(6)]
    most: list[int] = []

    def work(number: int) -> None:
        for turn in range(30):
            slot, connection = cells[(number + turn) % 6].lease(f"{number}-{turn}")
            connection.execute("SELECT 1")
            most.append(shared.taken)
            cells[(number + turn) % 6].release(slot)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 120, "every lease was answered"
    assert max(most) <= 4
    assert on_server() <= 4


def test_the_product_keeps_within_it_over_all_its_cells(pools_with):
    by_cell = {body.cell: body for body in bodies_with_books()}
    assert len(by_cell) == 2
    with pools_with(TENANT_POOL_CONNECTIONS=1) as pools:
        for body in [*by_cell.values()] * 2:
            with tenant_transaction(body), connections["tenant"].cursor() as cursor:
                cursor.execute("SELECT body_code FROM body_identity")
                assert cursor.fetchone() == (body.code,)
            assert list(pools.connections().values()) == [1]
