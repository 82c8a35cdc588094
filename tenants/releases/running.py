"""One wave: its schemas in batches, to the workers and back, retried, parked, or too many."""

import contextlib
import heapq
import itertools
import queue
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from uuid import UUID

import psycopg

from tenants.directory.records import slot_role
from tenants.provisioning.servers import owner_connection
from tenants.releases import kept, queries, rules, states
from tenants.releases.replay import TRANSACTION_TIMEOUT_MS, Step, Target, step_between
from tenants.releases.shared_step import bring_shared
from tenants.releases.workers import Answer, Batch, Limiter, Server, ServerLane

_FLUSH_SECONDS = 0.5
_HEAR_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the fleet is migrated.

    Attributes:
        workers: connections to each server that send messages at once.
        per_message: schemas in one message.
        max_per_s: schemas a second, of all servers together; None for as the foreground allows.
        allowed: the part of a wave that may fail, instead of each wave's own.
        longest_ms: how long a schema's transaction may take.
    """

    workers: int = 1
    per_message: int = 1
    max_per_s: float | None = None
    allowed: float | None = None
    longest_ms: int = TRANSACTION_TIMEOUT_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a wave is."""

    wave: int
    places: int
    done: int
    parked: int
    waiting: int
    per_s: float
    rest: float


Say = Callable[[Progress], None]


class TooManyFailed(Exception):
    """A wave's failures passed their limit; nothing more is begun."""


@dataclass(slots=True)
class Wave:
    """One wave on its way. Only the thread that runs it touches it.

    Attributes:
        is_patient: it waits for schemas that a command holds; else it leaves them at once.
        met: the places that it has done all for that it could.
    """

    release: str
    number: int
    releases: Sequence[kept.Release]
    manner: Manner
    clock: Callable[[], datetime]
    say: Say
    code: str | None = None
    is_patient: bool = True
    away: set[str] = field(default_factory=set)
    lanes: dict[Server, ServerLane] = field(default_factory=dict)
    answers: "queue.Queue[Answer]" = field(default_factory=queue.Queue)
    due: list[tuple[float, int, Batch]] = field(default_factory=list)
    reached: list[UUID] = field(default_factory=list)
    met: set[UUID] = field(default_factory=set)
    found_taken: dict[UUID, int] = field(default_factory=dict)
    places: int = 0
    done: int = 0
    parked: int = 0
    _order: "itertools.count[int]" = field(default_factory=itertools.count)
    _random: Random = field(default_factory=Random)

    def run(self) -> None:
        """Bring every waiting place of the wave to the release, or park it.

        Raises:
            TooManyFailed: the limit was passed.
            SharedStepFailed: a cell's ``shared`` could not be brought there.
        """
        places = queries.waiting(self.release, self.number, code=self.code)
        self.places = len(places)
        self.met = {place.place_id for place in places}
        limiter = Limiter(self.manner.max_per_s)
        started = time.monotonic()
        try:
            for cell, held in itertools.groupby(places, key=lambda place: place.cell):
                self._look_into(cell, list(held), limiter)
            self._check_limit()
            self._go_on_until_empty(started)
        finally:
            for lane in self.lanes.values():
                lane.stop()
            self._hear_the_rest()
            self._flush()

    # --- before: what is so ----------------------------------------------------------------------

    def _look_into(self, cell: str, held: list[queries.WayPlace], limiter: Limiter) -> None:
        """See where a cell's schemas are, by themselves, and make batches of those behind."""
        server: Server = tuple(sorted(held[0].server.items()))
        try:
            with owner_connection(cell, dict(server)) as connection:
                bring_shared(connection, self.releases)
                truth = kept.truth(connection, [place.schema for place in held])
        except psycopg.OperationalError:
            self.away.add(cell)
            return
        behind: dict[str, list[Target]] = {}
        for place in held:
            at = truth.get(place.schema)
            if at is None or at == self.release:
                # Not made yet: it will be made at what the cell's `shared` is at now.
                self.reached.append(place.place_id)
            else:
                behind.setdefault(at, []).append(_target(place))
        for at, targets in behind.items():
            step = step_between(self.releases, before=at, after=self.release)
            if step is None:
                for target in targets:
                    self._park(target, f"the schema is at release {at or '?'}, which is unknown")
            else:
                self._wait(cell, server, targets, step)
        self._flush()
        if behind and server not in self.lanes:
            self.lanes[server] = self._lane(server, cell, limiter)

    def _lane(self, server: Server, cell: str, limiter: Limiter) -> ServerLane:
        return ServerLane(
            server,
            database=cell,
            workers=self.manner.workers,
            limiter=limiter,
            answers=self.answers,
            longest_ms=self.manner.longest_ms,
        )

    def _wait(self, cell: str, server: Server, targets: Sequence[Target], step: Step) -> None:
        size = self.manner.per_message
        if self.manner.max_per_s is not None:
            size = max(1, min(size, int(self.manner.max_per_s / 2)))
        for first in range(0, len(targets), size):
            together = tuple(targets[first : first + size])
            self._put(Batch(cell=cell, server=server, targets=together, step=step))

    def _put(self, batch: Batch, *, in_seconds: float = 0.0) -> None:
        heapq.heappush(self.due, (time.monotonic() + in_seconds, next(self._order), batch))

    # --- on the way ------------------------------------------------------------------------------

    def _go_on_until_empty(self, started: float) -> None:
        flushed = 0.0
        while self.due or any(lane.outstanding for lane in self.lanes.values()):
            self._feed()
            with contextlib.suppress(queue.Empty):
                self._hear(self.answers.get(timeout=_HEAR_SECONDS))
            if (now := time.monotonic()) - flushed > _FLUSH_SECONDS:
                flushed = now
                self._flush()
                for lane in self.lanes.values():
                    lane.feel()
                self._tell(now - started)
        self._flush()
        self._tell(time.monotonic() - started)

    def _feed(self) -> None:
        """Give each lane one batch more than it has workers, as far as they are due."""
        now, later = time.monotonic(), []
        while self.due and self.due[0][0] <= now:
            at, order, batch = heapq.heappop(self.due)
            lane = self.lanes[batch.server]
            if batch.cell in self.away:
                continue
            if lane.outstanding > lane.workers:
                later.append((at, order, batch))
                if len(later) > len(self.lanes) * 2:
                    break
            else:
                lane.give(batch)
        for item in later:
            heapq.heappush(self.due, item)

    def _hear(self, answer: Answer) -> None:
        batch, outcome = answer.batch, answer.outcome
        self.lanes[batch.server].outstanding -= 1
        if answer.is_away:
            self.away.add(batch.cell)
            return
        self.reached += [target.place_id for target in outcome.done]
        if outcome.failed is not None and outcome.is_taken:
            self._leave_for_later(batch, outcome.failed)
        elif outcome.failed is not None:
            self._fail(batch, outcome.failed, outcome.error, outcome.sqlstate)
        if outcome.untouched:
            self._put(replace(batch, targets=outcome.untouched))

    def _leave_for_later(self, batch: Batch, target: Target) -> None:
        """Come back to a schema that a command holds: at once, or when the waves are through.

        That is no failure: the books move, say, and will be at the old release when they are there.
        Too often, it waits for the next run.
        """
        if not self.is_patient:
            self.met.discard(target.place_id)
            return
        times = self.found_taken.get(target.place_id, 0) + 1
        self.found_taken[target.place_id] = times
        if times < rules.ATTEMPTS_MAX:
            pause = rules.seconds_until_retry(attempts=times, random=self._random)
            self._put(replace(batch, targets=(target,)), in_seconds=pause)

    def _fail(self, batch: Batch, target: Target, error: str, sqlstate: str | None) -> None:
        attempts = target.attempts + 1
        if not rules.is_worth_another_attempt(sqlstate=sqlstate, attempts=attempts):
            self._park(replace(target, attempts=attempts), error)
            self._check_limit()
            return
        self._note_failed(replace(target, attempts=attempts), error, is_parked=False)
        again = replace(batch, targets=(replace(target, attempts=attempts),))
        pause = rules.seconds_until_retry(attempts=attempts, random=self._random)
        self._put(again, in_seconds=pause)

    def _park(self, target: Target, error: str) -> None:
        self.parked += 1
        self._note_failed(target, error, is_parked=True)

    def _note_failed(self, target: Target, error: str, *, is_parked: bool) -> None:
        states.note_failed(
            self.release,
            target.place_id,
            attempts=target.attempts,
            error=error,
            is_parked=is_parked,
            now=self.clock(),
        )

    def _check_limit(self) -> None:
        places, parked = states.wave_size(self.release, self.number)
        if self.code is None and rules.is_too_much(
            wave=self.number, parked=parked, places=places, allowed=self.manner.allowed
        ):
            name = rules.WAVE_NAMES[self.number]
            raise TooManyFailed(f"{parked} of {places} places of wave {name} failed")

    def _hear_the_rest(self) -> None:
        """Note what came of the messages that were under way when the wave ended."""
        while not self.answers.empty():
            answer = self.answers.get_nowait()
            self.reached += [target.place_id for target in answer.outcome.done]

    def _flush(self) -> None:
        if self.reached:
            states.note_done(self.release, self.reached, now=self.clock())
            self.done += len(self.reached)
            self.reached = []

    def _tell(self, seconds: float) -> None:
        rests: Iterable[float] = [lane.pace.rest for lane in self.lanes.values()]
        self.say(
            Progress(
                wave=self.number,
                places=self.places,
                done=self.done,
                parked=self.parked,
                waiting=self.places - self.done - self.parked,
                per_s=self.done / seconds if seconds else 0.0,
                rest=max(rests, default=0.0),
            )
        )


def _target(place: queries.WayPlace) -> Target:
    return Target(
        place_id=place.place_id,
        cell=place.cell,
        schema=place.schema,
        role=slot_role(place.slot),
        attempts=place.attempts,
    )
