"""Postings over HTTP: rendered beforehand, sent by the driver in a process of its own."""

import json
import os
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import Any

from loadtests.entries import balanced_entry
from openlaas.bench import commands
from openlaas.bench.samples import Sample
from openlaas.stack import paths
from openlaas.stack.errors import StackError

Request = tuple[str, str]  # what stands before the Idempotency-Key, and after it
CREATED, OK = "201", "200"


def posting(
    random: Random, *, host: str, path: str, authorization: str, entry_date: date
) -> Request:
    """Render the posting of an ordinary entry."""
    entry = balanced_entry(random, entry_date=entry_date)
    return sending(entry, host=host, path=path, authorization=authorization)


def sending(said: Mapping[str, Any], *, host: str, path: str, authorization: str) -> Request:
    """Render a POST."""
    body = json.dumps(said, ensure_ascii=False)
    before = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\nIdempotency-Key: "
    )
    return before, f"\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"


def reading(*, host: str, path: str, authorization: str) -> Request:
    """Render the reading of a page; the key that the driver puts in means nothing to it."""
    before = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {authorization}\r\n"
        "Accept: application/json\r\nIdempotency-Key: "
    )
    return before, "\r\n\r\n"


def lanes(requests: Sequence[tuple[int, Request]], ports: Sequence[int]) -> list[dict[str, Any]]:
    """Return the driver's lanes of requests that have been given a process each."""
    return [
        {"port": port, "requests": [request for owner, request in requests if owner == number]}
        for number, port in enumerate(ports)
    ]


def drive(
    lanes: list[dict[str, Any]],
    *,
    seconds: float,
    connections: int,
    processor_seconds: Callable[[], tuple[float, float]],
    expected: str | tuple[str, ...] = CREATED,
    once: bool = False,
) -> Sample:
    """Ask for so long over so many connections.

    Args:
        lanes: for each port its requests, in the order to send them.
        seconds: how long.
        connections: in all; each has one request under way.
        processor_seconds: tells the app's and PostgreSQL's processor time so far.
        expected: the status that each answer must have, or those that it may have.
        once: each request is sent once, however long that takes; else round and round.

    Raises:
        StackError: an answer had another status, or there was none.
    """
    plan = {"seconds": seconds, "connections": connections, "run": uuid.uuid4().hex, "lanes": lanes}
    plan["once"] = once
    before = processor_seconds()
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(paths.REPOSITORY / "platform")}
    command = (sys.executable, "-m", "openlaas.bench.driver")
    outcome = json.loads(commands.run(*command, environment=told, standard_input=json.dumps(plan)))
    after = processor_seconds()
    allowed = {expected} if isinstance(expected, str) else set(expected)
    if not (outcome["statuses"] and set(outcome["statuses"]) <= allowed):
        raise StackError(f"not every answer was {expected}: {outcome['statuses']}")
    asked = outcome["asked"]
    return Sample(
        per_second=outcome["done"] / outcome["seconds"],
        app_ms=(after[0] - before[0]) * 1000 / asked,
        postgres_ms=(after[1] - before[1]) * 1000 / asked,
        driver_ms=outcome["processor_seconds"] * 1000 / asked,
        p50_ms=outcome["p50_ms"],
        p95_ms=outcome["p95_ms"],
    )
