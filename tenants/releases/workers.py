"""Who sends the messages: threads, each with a connection to one cell of one server at a time."""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tenants.provisioning.servers import owner_connection
from tenants.releases.replay import Outcome, Step, Target, look, replay
from tenants.releases.rules import Pace

_SCHEMAS_OF_A_CONNECTION = 400  # then a new one: what a backend remembers of each is never freed
_PROBES_BEFORE = 15
_BEHIND_WHO_SERVES = 10  # of niceness: a tenth of a processor that others want too
_WAITING = """
SELECT count(*) FROM pg_stat_activity
 WHERE application_name = 'openlaas' AND wait_event_type = 'Lock'
"""
_PROBE = "SELECT pg_logical_emit_message(true, 'openlaas', 'probe')"

Server = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Schemas of one cell, all at one release, that go in one message."""

    cell: str
    server: Server
    targets: tuple[Target, ...]
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a batch; ``is_away`` when its cell does not answer at all."""

    batch: Batch
    outcome: Outcome
    is_away: bool = False


@dataclass(slots=True)
class Limiter:
    """Lets at most so many schemas a second through, of all workers together."""

    per_second: float | None
    free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_for(self, schemas: int, pause: Callable[[float], object]) -> None:
        """Wait until so many more may go."""
        if self.per_second is None:
            return
        with self.lock:
            now = time.monotonic()
            start = max(now, self.free_at)
            self.free_at = start + schemas / self.per_second
        pause(start - now)


class ServerLane:
    """The workers of one PostgreSQL server, and what tells them how its foreground feels."""

    def __init__(
        self,
        server: Server,
        *,
        database: str,
        workers: int,
        limiter: Limiter,
        answers: "queue.Queue[Answer]",
        longest_ms: int,
    ) -> None:
        self.server, self.limiter, self.answers = server, limiter, answers
        self.longest_ms = longest_ms
        self.outstanding = 0
        self.workers = workers
        self._stop = threading.Event()
        self._tasks: queue.Queue[Batch | None] = queue.Queue()
        self._feeler = owner_connection(database, dict(server))
        usual = sorted(self._probe_ms() for _ in range(_PROBES_BEFORE))
        self.pace = Pace(usual_ms=usual[len(usual) // 2])
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def give(self, batch: Batch) -> None:
        """Put a batch before the workers."""
        self.outstanding += 1
        self._tasks.put(batch)

    def feel(self) -> None:
        """Look how the foreground is, and set the pace by it."""
        if self._feeler.closed:
            return
        try:
            (waiting,) = self._feeler.execute(_WAITING).fetchone() or (0,)
            self.pace.hear(probe_ms=self._probe_ms(), waiting=waiting)
        except psycopg.Error:
            self._feeler.close()  # the workers will find the server away, if it is

    def stop(self) -> None:
        """Let each worker finish the message it has sent, and end."""
        self._stop.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join(10)
        self._feeler.close()

    def _probe_ms(self) -> float:
        started = time.perf_counter()
        self._feeler.execute(_PROBE)
        return (time.perf_counter() - started) * 1000

    def _work(self) -> None:
        hand = _Hand(self.server, longest_ms=self.longest_ms)
        while (batch := self._tasks.get()) is not None and not self._stop.is_set():
            self.limiter.wait_for(len(batch.targets), self._stop.wait)
            if self._stop.is_set():
                break
            started = time.monotonic()
            self.answers.put(hand.say(batch))
            self._stop.wait(self.pace.seconds_after(time.monotonic() - started))
        hand.close()


class _Hand:
    """One worker's connection, made anew for each cell and after so many schemas."""

    def __init__(self, server: Server, *, longest_ms: int) -> None:
        self._server, self._longest_ms = server, longest_ms
        self._cell, self._schemas = "", 0
        self._connection: psycopg.Connection[Any] | None = None

    def say(self, batch: Batch) -> Answer:
        """Send the batch; when the connection is cut on the way, look what came of it."""
        cut: psycopg.Error | None = None
        for _ in range(2):
            try:
                connection = self._connection_to(batch.cell, len(batch.targets))
                if cut is None:
                    outcome = replay(
                        connection, batch.targets, batch.step, longest_ms=self._longest_ms
                    )
                else:
                    outcome = look(connection, batch.targets, batch.step, cut)
                return Answer(batch=batch, outcome=outcome)
            except psycopg.Error as error:
                self.close()
                cut = cut or error
        return Answer(batch=batch, outcome=Outcome(done=(), error=str(cut)), is_away=True)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _connection_to(self, cell: str, schemas: int) -> psycopg.Connection[Any]:
        self._schemas += schemas
        if cell != self._cell or self._schemas > _SCHEMAS_OF_A_CONNECTION:
            self.close()
            self._cell, self._schemas = cell, schemas
        if self._connection is None:
            self._connection = owner_connection(cell, dict(self._server))
            _leave_pages_uncompressed(self._connection)
            _step_behind_requests(self._connection)
        return self._connection


def _step_behind_requests(connection: psycopg.Connection[Any]) -> None:
    """Let the backends of requests go before this one, where the server is this machine's.

    A posting then finds a processor although a step is under way. Where the server is another
    machine, or another account's that we may not speak for, the pace alone protects them.
    """
    if connection.info.host.startswith("/"):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, connection.info.backend_pid, _BEHIND_WHO_SERVES)


def _leave_pages_uncompressed(connection: psycopg.Connection[Any]) -> None:
    """Spare the processors: a step touches many catalogue pages once, and compressing took a third.

    Its WAL grows from 13 to 25 kB a schema. Where the owner may not choose, it stays as it is.
    """
    with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET wal_compression = off")
