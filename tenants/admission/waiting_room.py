"""The waiting room (ห้องรอ): who signs in while too many are inside waits in one line for all.

Note [A ticket is good once, and not for ever]
A ticket is a number, signed, so that nobody makes one up. The line is served in the order of
numbers: so many a minute as the inlet lets in, while fewer than so many officers are inside and the
process that is asked sends nobody away. A number that was called is good for five minutes and until
somebody has come in by it; after that its holder is at the end of the line again, and the place is
the next one's. Whoever is inside is never asked for a ticket.

Note [Redis is away]
Then nobody knows the line. Each process lets in as many a minute as came in through it before, one
at least: together they let in what they did. The line is found again where it was.
"""

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenants.admission.in_redis import InRedis, RedisAway

IDLE_SECONDS = 600  # without a request somebody is no longer inside
CALLED_SECONDS = 300  # to come in after being called
PACE_SECONDS = 300  # the pace of the line is taken from the last five minutes
_LEAST_PACE_SECONDS = 20  # of less nothing is said
_SEEN_EVERY_SECONDS = 60.0
_SOONEST, _LATEST, _LOOKS = 10.0, 120.0, 4
_KEYS = ("room:tail", "room:line", "room:inside", "room:called", "room:pace")
_LONGEST_MEMORY = 100_000  # sessions of a process; who is forgotten is told of once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Inlet:
    """How fast, and how far, the room lets people in."""

    max_inside: int
    per_minute: int

    @classmethod
    def of(cls, settings: Mapping[str, int]) -> "Inlet":
        """Return the inlet that a measure sets."""
        return cls(max_inside=settings["max_inside"], per_minute=settings["inlet_per_minute"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a ticket stands.

    Attributes:
        ticket: its number; a new one when the old one is good no more.
        ahead: how many are before it; 0 when it is called.
        wait_seconds: from and to, by the pace of the last minutes; None when nothing is known.
        look_seconds: when to look again: soon when it is near, seldom when it is far.
    """

    ticket: int
    ahead: int
    wait_seconds: tuple[int, int] | None
    look_seconds: int

    @property
    def is_called(self) -> bool:
        """Whether its holder may sign in."""
        return self.ahead == 0


class WaitingRoom:
    """The line that all processes share."""

    def __init__(self, together: InRedis) -> None:
        self._together = together
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}
        self._came_in: deque[float] = deque()
        self._let_in_alone = float("-inf")
        self.told: Counter[str] = Counter()  # what became of those who asked for their place

    def place(self, ticket: int, inlet: Inlet, *, is_calm: bool, now: float) -> Place:
        """Return where a ticket stands, and move the line as far as it may go.

        Args:
            ticket: its number; 0 for a new one.
            inlet: as the operator set it.
            is_calm: this process sends nobody away.
            now: seconds since 1970.
        """
        place = self._place(ticket, inlet, is_calm=is_calm, now=now)
        with self._lock:
            self.told["called" if place.is_called else "waits"] += 1
        return place

    def _place(self, ticket: int, inlet: Inlet, *, is_calm: bool, now: float) -> Place:
        told = (
            *(now, ticket, inlet.per_minute, inlet.max_inside, int(is_calm)),
            *(IDLE_SECONDS, CALLED_SECONDS, PACE_SECONDS),
        )
        try:
            number, serving, _, *pace = self._together.run("line", _KEYS, told)
        except RedisAway:
            return self._place_alone(ticket, inlet, is_calm=is_calm, now=now)
        ahead = max(0, int(number) - int(serving))
        wait = _wait(ahead, int(serving), pace, now=now)
        return Place(ticket=int(number), ahead=ahead, wait_seconds=wait, look_seconds=_look(wait))

    def came_in(self, ticket: int, session: str, *, now: float) -> None:
        """Note that somebody signed in by a ticket, which is good no more."""
        with self._lock:
            self._came_in.append(now)
            self.told["came_in"] += 1
        try:
            self._together.command("ZREM", "room:called", ticket)
        except RedisAway:
            return
        self.seen(session, now=now)

    def seen(self, session: str, *, now: float) -> None:
        """Note that somebody inside is at work; told to the others once a minute at most."""
        with self._lock:
            if now - self._seen.get(session, float("-inf")) < _SEEN_EVERY_SECONDS:
                return
            if len(self._seen) >= _LONGEST_MEMORY:
                self._seen.clear()
            self._seen[session] = now
        try:
            self._together.command("ZADD", "room:inside", now, session)
        except RedisAway:
            with self._lock:
                self._seen.pop(session, None)

    def _place_alone(self, ticket: int, inlet: Inlet, *, is_calm: bool, now: float) -> Place:
        """Let in at the pace at which people came in through this process before."""
        with self._lock:
            while self._came_in and self._came_in[0] < now - PACE_SECONDS:
                self._came_in.popleft()
            a_minute = len(self._came_in) / (PACE_SECONDS / 60)
            pause = 60 / max(1.0, min(a_minute, inlet.per_minute))
            is_let_in = is_calm and now - self._let_in_alone >= pause
            if is_let_in:
                self._let_in_alone = now
        return Place(
            ticket=ticket,
            ahead=0 if is_let_in else 1,
            wait_seconds=None,
            look_seconds=int(_SOONEST),
        )


def _wait(ahead: int, serving: int, pace: list[Any], *, now: float) -> tuple[int, int] | None:
    """Return how long so many take to be served, from and to; None when nobody can know."""
    if not pace[0] or not ahead:
        return None
    served, seconds = serving - int(pace[0]), now - float(pace[1])
    if served <= 0 or seconds < _LEAST_PACE_SECONDS:
        return None
    each = seconds / served
    return int(ahead * each * 0.7), int(ahead * each * 1.5) + 1


def _look(wait: tuple[int, int] | None) -> int:
    soonest = wait[0] / _LOOKS if wait else _SOONEST
    return int(min(max(soonest, _SOONEST), _LATEST))
