"""What the driver is asked to do: read from the JSON that starts it."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from loadtests import mix
from loadtests.asking import Budget
from loadtests.chances import chances
from loadtests.officers import Officer, Staff, read_officers, sessions_of
from loadtests.scheduled.arrivals import NOBODY, Stage, poisson, sessions
from loadtests.scheduled.outcome import Told
from loadtests.working import Chooser, Doing, Working


@dataclass(slots=True)
class Stream:
    """Arrivals of one kind: of a mix at a rate, or of officers who are signed in.

    Attributes:
        people: the signed-in officers with their roles; none for arrivals at a rate.
        told: what became of its requests, by action.
    """

    name: str
    working: Working
    arrivals: Iterator[tuple[float, int]]
    mix: dict[str, float]
    people: list[tuple[Officer, str]] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    _choosers: dict[str, Chooser] = field(default_factory=dict)

    def next_doing(self, person: int) -> Doing | None:
        """Return what is done at an arrival; None when nobody of the file can do it."""
        if person == NOBODY:
            return self.working.next_of_anybody(self._chooser(mix.ANYBODY))
        officer, role = self.people[person]
        return self.working.next_of(officer, self._chooser(role))

    def _chooser(self, role: str) -> Chooser:
        if role not in self._choosers:
            weights = self.mix if role == mix.ANYBODY else mix.mix_of(role, self.mix)
            self._choosers[role] = Chooser.of(weights)
        return self._choosers[role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run.

    Attributes:
        targets: addresses; with several a body always goes to the same, as behind a proxy.
        connections: at most so many, shared by all officers as a proxy's are.
        connections_each: each officer has one connection instead, and keeps it.
        seconds: how long requests are due; before `warm_up_seconds` none is counted.
        run: part of every Idempotency-Key, so that no two runs share one.
        sticky: a body's requests all go to one target; otherwise each to the next in turn.
    """

    targets: list[str]
    streams: list[Stream]
    seconds: float
    warm_up_seconds: float
    connections: int
    connections_each: bool
    timeout_seconds: float
    run: str
    sticky: bool = True
    _turns: Iterator[int] = field(default_factory=count)

    def target_of(self, body: str) -> int:
        """Return which target a request about a body goes to."""
        if len(self.targets) == 1:
            return 0
        if not self.sticky:
            return next(self._turns) % len(self.targets)
        return (zlib.crc32(body.encode()) >> 16) % len(self.targets)


def read(document: dict[str, Any]) -> Plan:
    """Return the plan that the JSON tells; see `loadtests.running` for who writes it."""
    officers = read_officers(Path(document["officers"]))
    budgets = {body: Budget(**told) for body, told in document.get("budgets", {}).items()}
    whole: dict[tuple[str, ...], Working] = {}
    streams = []
    for number, told in enumerate(document["streams"]):
        seed = f"{document['seed']}-{number}"
        bodies = tuple(told.get("bodies") or ())
        if bodies not in whole:
            whole[bodies] = Working(
                Staff(_of(officers, bodies), chances(seed)),
                chances(f"{seed}-work"),
                budgets=budgets,
                pages=document.get("pages", 0.0),
            )
            whole[bodies].prepare()
        streams.append(_stream(told, whole[bodies], document, chances(f"{seed}-when")))
    return Plan(
        targets=document["targets"],
        streams=streams,
        seconds=document["seconds"],
        warm_up_seconds=document.get("warm_up_seconds", 0.0),
        connections=document.get("connections", 512),
        connections_each=document.get("connections_each", False),
        timeout_seconds=document.get("timeout_seconds", 30.0),
        run=document["run"],
        sticky=document.get("sticky", True),
    )


def _of(officers: list[Officer], bodies: tuple[str, ...]) -> list[Officer]:
    chosen = set(bodies)
    return [one for one in officers if one.body_code in chosen] if chosen else officers


def _stream(
    told: dict[str, Any], working: Working, document: dict[str, Any], random: Random
) -> Stream:
    weights: dict[str, float] = told["mix"]
    people = []
    if "sessions" in told:
        least, longest = told["pause"]
        people = sessions_of(working.staff, mix.roles_of(weights), told["sessions"])
        arrivals = sessions(
            len(people), seconds=document["seconds"], pause=(least, longest), random=random
        )
    else:
        stages = [
            Stage(seconds=seconds, from_per_s=first, to_per_s=last)
            for seconds, first, last in told["stages"]
        ]
        arrivals = poisson(stages, random)
    return Stream(name=told["name"], working=working, arrivals=arrivals, mix=weights, people=people)
