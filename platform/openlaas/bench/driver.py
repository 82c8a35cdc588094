"""A closed loop of HTTP clients that costs little: `python -m openlaas.bench.driver < plan`.

Locust is the tool for journeys; a bench on two shared cores needs a driver whose own processor
time is small and known. Plan and outcome are JSON on standard input and output.

Plan: `{"seconds", "connections", "run", "lanes": [{"port", "requests": [[before, after], …]}]}`.
A lane's requests are sent round and round to its port, or with `"once": true` once each, whatever
time that takes; between `before` and `after` goes an Idempotency-Key that is never used twice.
"""

import json
import math
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_LONGEST_ANSWER_SECONDS = 10
_READ_BYTES = 65_536


@dataclass(slots=True)
class Lane:
    """What one port is asked, in its order."""

    port: int
    requests: list[tuple[bytes, bytes]]
    turn: int = 0
    once: bool = False

    def has_more(self) -> bool:
        """Tell whether there is a request to send."""
        return not self.once or self.turn < len(self.requests)

    def next_request(self, key: bytes) -> bytes:
        """Return the next request with the key."""
        before, after = self.requests[self.turn % len(self.requests)]
        self.turn += 1
        return before + key + after


@dataclass(slots=True)
class Client:
    """One kept-alive connection with at most one request under way."""

    lane: Lane
    connection: socket.socket
    asked_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)

    def ask(self, request: bytes) -> None:
        """Send a request; it is small enough for the socket's buffer."""
        self.asked_at = time.perf_counter()
        self.connection.sendall(request)

    def hear(self) -> int | None:
        """Read what has come; return the status once the answer is whole."""
        chunk = self.connection.recv(_READ_BYTES)
        if not chunk:
            raise ConnectionError(f"port {self.lane.port} hung up")
        self.received += chunk
        if not is_whole(self.received):
            return None
        status = int(self.received[9:12])
        self.received.clear()
        return status


@dataclass(slots=True)
class Outcome:
    """What was answered before the time was up, and in all."""

    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    asked: int = 0


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    """Run the plan; return `done`, `asked`, `statuses`, `seconds`, percentiles, processor time."""
    clients = _clients(plan)
    outcome = Outcome()
    processor_before, started = time.process_time(), time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for client in clients:
            selector.register(client.connection, selectors.EVENT_READ, client)
        until = math.inf if plan.get("once") else started + plan["seconds"]
        _loop(selector, clients, outcome, run=plan["run"], until=until)
    taken = time.perf_counter() - started if plan.get("once") else plan["seconds"]
    for client in clients:
        client.connection.close()
    return {
        "seconds": taken,
        "done": len(outcome.latencies),
        "asked": outcome.asked,
        "statuses": {str(status): count for status, count in outcome.statuses.items()},
        "processor_seconds": time.process_time() - processor_before,
        **percentiles_ms(outcome.latencies),
    }


def percentiles_ms(latencies: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds; zero of nothing."""
    ordered = sorted(latencies) or [0.0]
    return {
        f"p{percent}_ms": ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000
        for percent in (50, 95, 99)
    }


def _clients(plan: dict[str, Any]) -> list[Client]:
    """Connect: each lane gets an equal share of the connections."""
    lanes = [
        Lane(
            lane["port"],
            [(before.encode(), after.encode()) for before, after in lane["requests"]],
            once=bool(plan.get("once")),
        )
        for lane in plan["lanes"]
        if lane["requests"]
    ]
    clients = []
    for number in range(plan["connections"]):
        lane = lanes[number % len(lanes)]
        connection = socket.create_connection(("127.0.0.1", lane.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        clients.append(Client(lane, connection))
    return clients


def _loop(
    selector: selectors.BaseSelector,
    clients: list[Client],
    outcome: Outcome,
    *,
    run: str,
    until: float,
) -> None:
    """Keep every client busy until the time is up, then hear the last answers."""

    def asks(client: Client) -> bool:
        """Send the client's next request; False when its lane has no more."""
        if not client.lane.has_more():
            return False
        outcome.asked += 1
        client.ask(client.lane.next_request(f"{run}-{outcome.asked:08d}".encode()))
        return True

    waiting = sum(asks(client) for client in clients)
    while waiting:
        events = selector.select(_LONGEST_ANSWER_SECONDS)
        if not events:
            raise TimeoutError(f"no answer within {_LONGEST_ANSWER_SECONDS} s")
        for key, _ in events:
            client = key.data
            status = client.hear()
            if status is None:
                continue
            now = time.perf_counter()
            outcome.statuses[status] += 1
            in_time = now <= until
            if in_time:
                outcome.latencies.append(now - client.asked_at)
            waiting -= not (in_time and asks(client))


def is_whole(answer: bytearray) -> bool:
    """Tell whether an answer is there to its end; nothing follows it before the next request."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    _, found, rest = head.partition(b"content-length:")
    if found:
        return len(answer) >= end + 4 + int(rest.split(b"\r\n", 1)[0])
    return answer.endswith(b"\r\n0\r\n\r\n")  # the last chunk


if __name__ == "__main__":
    json.dump(drive(json.load(sys.stdin)), sys.stdout)
