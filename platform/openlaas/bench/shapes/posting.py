"""Posting into the bodies of a shape from several processes for a while, and what it costs."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import TYPE_CHECKING, Any

import psycopg

from openlaas.bench.fleet import Fleet

if TYPE_CHECKING:
    from openlaas.bench.shapes.shape import Shape, Tenant

PROCESSES = 4
_WARM_UPS = 2  # of every body: its first posting is another kind of work
Share = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One window: postings a second, and PostgreSQL's processor time for each."""

    per_second: float
    postgres_ms: float


def post_for(
    seconds: float,
    shape: "Shape",
    tenants: Sequence["Tenant"],
    *,
    ground: Fleet,
    parameters: dict[str, Any],
    anew: bool = False,
) -> Posted:
    """Post into the bodies in turn; each process keeps to its own bodies.

    Args:
        seconds: how long.
        shape: whose message posts.
        tenants: the bodies.
        ground: the servers.
        parameters: the login role's.
        anew: connect for each posting, where no server could keep a connection to each body.
    """
    context = get_context("spawn")
    together = context.Barrier(PROCESSES + 1)
    shares = [[shape.posting(one) for one in tenants[part::PROCESSES]] for part in range(PROCESSES)]
    ours, theirs = zip(*(context.Pipe(duplex=False) for _ in shares), strict=True)
    running = [
        context.Process(
            target=_post, args=(share, parameters, seconds, together, pipe), kwargs={"anew": anew}
        )
        for share, pipe in zip(shares, theirs, strict=True)
    ]
    for process in running:
        process.start()
    together.wait()
    before, started = ground.postgres_seconds(), time.perf_counter()
    together.wait()
    taken, spent = time.perf_counter() - started, ground.postgres_seconds() - before
    done = sum(pipe.recv() for pipe in ours)
    for process in running:
        process.join()
    return Posted(per_second=done / taken, postgres_ms=spent * 1000 / max(done, 1))


def _post(
    share: Share,
    parameters: dict[str, Any],
    seconds: float,
    together: Barrier,
    told: Connection,
    *,
    anew: bool,
) -> None:
    """Post for the time, once everybody is warm; tell how often.

    A broken barrier ends whoever waits at it: a process that fails takes all others with it.
    """
    connections: dict[str, psycopg.Connection[Any]] = {}
    try:
        post = _posting_anew(parameters) if anew else _posting_on(connections, parameters)
        for number in range(0 if anew else _WARM_UPS * len(share)):
            post(*share[number % len(share)])
        together.wait()
        ends, done = time.perf_counter() + seconds, 0
        while time.perf_counter() < ends:
            post(*share[done % len(share)])
            done += 1
        together.wait()
        told.send(done)
    except BaseException:
        together.abort()
        raise
    finally:
        for connection in connections.values():
            connection.close()


def _posting_on(
    connections: dict[str, psycopg.Connection[Any]], parameters: dict[str, Any]
) -> Callable[[str, bytes], None]:
    """Keep a connection to each database."""

    def post(database: str, message: bytes) -> None:
        if database not in connections:
            connections[database] = _connection(database, parameters)
        connections[database].execute(message)

    return post


def _posting_anew(parameters: dict[str, Any]) -> Callable[[str, bytes], None]:
    """Keep none."""

    def post(database: str, message: bytes) -> None:
        with _connection(database, parameters) as connection:
            connection.execute(message)

    return post


def _connection(database: str, parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    settled = {**parameters, "dbname": database, "options": "-c search_path="}
    return psycopg.connect(**settled, autocommit=True)
