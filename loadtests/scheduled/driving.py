"""Sends each request at its moment: `python -m loadtests.scheduled.driving < plan > outcome`.

One thread, one epoll, kept connections. An arrival never waits for another's answer: with all
connections busy it waits for one of them, and that wait is part of its latency.
"""

import contextlib
import gc
import heapq
import json
import os
import re
import select
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from loadtests import mix
from loadtests.scheduled import plan as plans
from loadtests.scheduled.addresses import Address, address_of
from loadtests.scheduled.histogram import Histogram
from loadtests.scheduled.outcome import Driver, Second, Told
from loadtests.scheduled.plan import Plan, Stream
from loadtests.scheduled.wire import HungUp, Wire, header, render, wire_to
from loadtests.working import CLOSING_TIME, SHED, Doing

_SWEEP_SECONDS = 0.5
_LONGEST_POLL_SECONDS = 0.25
_MOST_AT_CLOSING_TIME = 2_000  # requests of each kind
_BURST = 32  # arrivals between two looks at the sockets
_READ, _BOTH = select.EPOLLIN, select.EPOLLIN | select.EPOLLOUT
_REASON = re.compile(rb'"refusals"\s*:\s*\[\s*\{\s*"code"\s*:\s*"([\w.-]+)"')
_BEFORE_OTHERS = -10  # the driver's nice value, where it may choose one


@dataclass(slots=True)
class Exchange:
    """A request on its way. Moments are seconds after the run's start."""

    stream: Stream
    doing: Doing
    request: bytes
    due: float
    sent: float = 0.0
    tries: int = 0


@dataclass(slots=True)
class Pool:
    """The connections to a target, or of an officer who has one alone."""

    address: Address
    most: int
    idle: list[Wire]
    waiting: deque[Exchange]
    open: int = 0


def _why(body: bytes) -> str:
    """Return the first reason's code of a problem document, with a space before it."""
    found = _REASON.search(body)
    return f" {found[1].decode()}" if found else ""


class Driving:
    """A run under way."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._epoll = select.epoll()
        self._addresses = [address_of(target) for target in plan.targets]
        self._hosts = [address.named for address in self._addresses]
        self._pools: dict[int | str, Pool] = {}
        self._wires: dict[int, tuple[Wire, Pool]] = {}
        self._busy: dict[int, Exchange] = {}
        self.started = 0.0  # by a clock that all processes of the machine share
        self.ended = self._swept = 0.0
        self._keys = 0
        self._is_counting = True
        self.seconds: dict[int, Second] = {}
        self.lag = Histogram()
        self.requests = self.retried = self.connected = self.idle_arrivals = 0

    def run(self) -> None:
        """Send everything at its moment, then hear the last answers."""
        arrivals = self._arrivals()
        following = next(arrivals, None)
        self.started = time.perf_counter()
        while following is not None or self._is_unfinished():
            now = self._now()
            for _ in range(_BURST):
                if following is None or following[0] > now:
                    break
                self._arrive(following, now)
                following = next(arrivals, None)
            until = following[0] if following else now + _LONGEST_POLL_SECONDS
            self._listen(min(max(0.0, until - self._now()), _LONGEST_POLL_SECONDS))
            self._sweep()
        self.ended = self._now()

    def close_the_day(self) -> None:
        """End the rounds that are under way, once each is tried; nothing of it is counted."""
        self._is_counting = False
        for key in CLOSING_TIME:
            for stream in self._plan.streams:
                for doing in stream.working.at_closing_time(key)[:_MOST_AT_CLOSING_TIME]:
                    self._start(stream, doing, self._now())
            while self._is_unfinished():
                self._listen(_LONGEST_POLL_SECONDS)
                self._sweep()

    def _is_unfinished(self) -> bool:
        return bool(self._busy) or any(pool.waiting for pool in self._pools.values())

    def close(self) -> None:
        """Hang up."""
        for wire, _ in self._wires.values():
            wire.close()
        self._epoll.close()

    def _now(self) -> float:
        return time.perf_counter() - self.started

    def _arrivals(self) -> Iterator[tuple[float, int, int]]:
        """Yield moment, stream and officer of all streams in the order of their moments."""

        def numbered(number: int, stream: Stream) -> Iterator[tuple[float, int, int]]:
            for moment, person in stream.arrivals:
                yield moment, number, person

        return heapq.merge(*(numbered(n, one) for n, one in enumerate(self._plan.streams)))

    def _arrive(self, arrival: tuple[float, int, int], now: float) -> None:
        due, number, person = arrival
        lag_ms = (now - due) * 1000
        if due >= self._plan.warm_up_seconds:
            self.lag.add(lag_ms)
        second = self._second(due)
        second.due += 1
        second.lag_ms = max(second.lag_ms, lag_ms)
        stream = self._plan.streams[number]
        doing = stream.next_doing(person)
        if doing is None:
            self.idle_arrivals += 1
            return
        self.requests += 1
        self._start(stream, doing, due)

    def _start(self, stream: Stream, doing: Doing, due: float) -> None:
        target = self._plan.target_of(doing.officer.body_code)
        self._keys += 1
        key = f"{self._plan.run}-{self._keys:08d}"
        request = render(doing.request, doing.officer, host=self._hosts[target], key=key)
        exchange = Exchange(stream, doing, request, due)
        self._send(exchange, self._pool_of(target, doing))

    def _pool_of(self, target: int, doing: Doing) -> Pool:
        own = self._plan.connections_each
        name: int | str = doing.officer.username if own else target
        pool = self._pools.get(name)
        if pool is None:
            most = 1 if own else max(1, self._plan.connections // len(self._plan.targets))
            pool = Pool(self._addresses[target], most, [], deque())
            self._pools[name] = pool
        return pool

    def _send(self, exchange: Exchange, pool: Pool) -> None:
        try:
            wire = self._free_wire(pool)
        except OSError as error:
            self._fail(exchange, f"no connection: {error.strerror}")
            return
        if wire is None:
            pool.waiting.append(exchange)
            return
        exchange.sent = self._now()
        number = wire.socket.fileno()
        self._busy[number] = exchange
        try:
            if not wire.ask(exchange.request):
                self._epoll.modify(number, _BOTH)
        except OSError as error:
            self._cut(number, error)

    def _free_wire(self, pool: Pool) -> Wire | None:
        """Return an idle connection, the last used first, or a new one if there may be more.

        Raises:
            OSError: nobody listens there.
        """
        if pool.idle:
            return pool.idle.pop()
        if pool.open >= pool.most:
            return None
        wire = wire_to(pool.address)
        pool.open += 1
        self.connected += 1
        self._wires[wire.socket.fileno()] = (wire, pool)
        self._epoll.register(wire.socket.fileno(), _READ)
        return wire

    def _listen(self, seconds: float) -> None:
        for number, event in self._epoll.poll(seconds):
            if number not in self._wires:
                continue  # it was cut by an event before this one
            wire, _ = self._wires[number]
            try:
                if event & select.EPOLLOUT and wire.go_on():
                    self._epoll.modify(number, _READ)
                if event & ~select.EPOLLOUT:
                    self._hear(number, wire)
            except (HungUp, OSError) as error:
                self._cut(number, error)

    def _hear(self, number: int, wire: Wire) -> None:
        heard = wire.hear()
        if heard is None:
            if wire.has_to_send:
                self._epoll.modify(number, _BOTH)
            return
        exchange = self._busy.pop(number, None)
        if exchange is not None:
            self._note(exchange, *heard)
        _, pool = self._wires[number]
        if b"connection: close" in heard[1].lower():
            self._forget(number)
        else:
            pool.idle.append(wire)
        self._send_waiting(pool)

    def _send_waiting(self, pool: Pool) -> None:
        while pool.waiting and (pool.idle or pool.open < pool.most):
            self._send(pool.waiting.popleft(), pool)

    def _cut(self, number: int, error: Exception) -> None:
        """Send a request again whose kept connection was closed; a key makes that safe."""
        exchange = self._busy.pop(number, None)
        pool = self._forget(number)
        if exchange is None:
            return
        exchange.tries += 1
        if exchange.tries == 1:
            self.retried += 1
            self._send(exchange, pool)
        else:
            self._fail(exchange, "no connection" if isinstance(error, OSError) else "hung up")
        self._send_waiting(pool)

    def _forget(self, number: int) -> Pool:
        wire, pool = self._wires.pop(number)
        with contextlib.suppress(OSError):
            self._epoll.unregister(number)
        wire.close()
        if wire in pool.idle:
            pool.idle.remove(wire)
        pool.open -= 1
        return pool

    def _sweep(self) -> None:
        """Give up what was not answered in time."""
        now = self._now()
        if now - self._swept < _SWEEP_SECONDS:
            return
        self._swept, oldest = now, now - self._plan.timeout_seconds
        for number in [n for n, one in self._busy.items() if one.due < oldest]:
            exchange = self._busy.pop(number)
            self._forget(number)
            self._fail(exchange, "no answer in time")
        for pool in self._pools.values():
            while pool.waiting and pool.waiting[0].due < oldest:
                self._fail(pool.waiting.popleft(), "never sent: no connection was free in time")
            self._send_waiting(pool)

    def _note(self, exchange: Exchange, status: int, head: bytes, body: bytes) -> None:
        now = self._now()
        is_wanted = exchange.stream.working.heard(exchange.doing, status, body)
        told, second = self._told(exchange), self._second(now)
        latency_ms = (now - exchange.due) * 1000
        if is_wanted:
            second.done += 1
            second.latencies.add(latency_ms)
            if told is not None:
                told.done.add(latency_ms)
        elif status in SHED:
            second.refused += 1
            if told is not None:
                told.refused.add((now - exchange.sent) * 1000)
                told.refused_silently += header(head, b"retry-after") is None
        else:
            second.failed += 1
            if told is not None:
                wanted = exchange.doing.request.wanted
                told.failed[f"{status}{_why(body)} instead of {wanted}"] += 1

    def _fail(self, exchange: Exchange, reason: str) -> None:
        exchange.stream.working.heard(exchange.doing, 0, b"")
        self._second(self._now()).failed += 1
        told = self._told(exchange)
        if told is not None:
            told.failed[reason] += 1

    def _told(self, exchange: Exchange) -> Told | None:
        """Return where the request is counted; None while the run warms up, or is over."""
        if exchange.due < self._plan.warm_up_seconds or not self._is_counting:
            return None
        key = exchange.doing.action.key
        if exchange.doing.request.is_page:
            key += " (page)"
        return exchange.stream.told.setdefault(key, Told())

    def _second(self, moment: float) -> Second:
        return self.seconds.setdefault(int(moment), Second())


def drive(plan: Plan) -> dict[str, Any]:
    """Drive a plan to its end; return the outcome as JSON."""
    driving = Driving(plan)
    processor_before = time.process_time()
    driving.run()
    driver = Driver(
        seconds=driving.ended,
        processor_seconds=time.process_time() - processor_before,
        requests=driving.requests,
        lag_p99_ms=driving.lag.percentile(99),
        lag_max_ms=driving.lag.most_ms,
        connections=driving.connected,
        retried=driving.retried,
    )
    driving.close_the_day()
    driving.close()
    return _told_as_json(plan, driving, driver)


def _told_as_json(plan: Plan, driving: Driving, driver: Driver) -> dict[str, Any]:
    workings = {id(stream.working): stream.working for stream in plan.streams}
    last = int(plan.seconds)
    return {
        "streams": {
            stream.name: {key: told.as_json() for key, told in stream.told.items()}
            for stream in plan.streams
        },
        "series": [
            driving.seconds.get(number, Second()).as_json()
            for number in range(max(driving.seconds, default=last) + 1)
        ],
        "started": driving.started,
        "seconds": plan.seconds,
        "warm_up_seconds": plan.warm_up_seconds,
        "driver": {name: getattr(driver, name) for name in Driver.__slots__},
        "bodies_active": len(set().union(*(one.bodies_active for one in workings.values()))),
        "people": sum(len(stream.people) for stream in plan.streams),
        "idle_arrivals": driving.idle_arrivals,
        "acknowledged": [pair for one in workings.values() for pair in one.acknowledged],
        "posted": sum(one.posted for one in workings.values()),
        "classes": {key: action.kind for key, action in mix.actions().items()},
    }


def main() -> None:
    """Read the plan, drive it, write the outcome."""
    plan = plans.read(json.load(sys.stdin))
    with contextlib.suppress(OSError):
        os.nice(_BEFORE_OTHERS)  # it shares the machine, and must not be late for that reason
    gc.collect()
    gc.freeze()  # the officers never change; looking through them again costs a tenth of a second
    json.dump(drive(plan), sys.stdout)


if __name__ == "__main__":
    main()
