"""The process that consumes: a thread for each cell, and this one for the areas and the night.

A cell that is away is asked again less and less eagerly; the others go on. Whatever happens to the
process, what it had not ended is found again: see Note [Once, wherever it is killed].
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import django.db
import psycopg
import structlog
from django.db import connections
from django.utils import timezone

from tenants.directory.models import Cell
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection
from tenants.rollups import activity, areas, consumer
from tenants.rollups.books import Connection
from tenants.service_levels import operations as service_levels

ROUND_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 15.0
ROUNDS_OF_A_CONNECTION = 20_000  # a server process keeps what it learnt of each schema
# How long an idle round's watermark may be late, and a body that moved and does nothing.
SECONDS_BETWEEN_LOOKS = 5.0
_CELLS_ASKED_SECONDS = 30.0
_MINUTE = 60.0
_AN_HOUR = timedelta(hours=1)  # what is shown of sign-ins, and was not looked at before we began
_AWAY = (psycopg.Error, django.db.Error)
_log = structlog.get_logger(__name__)


class CellFollower:
    """The consumer of one cell: its connection, kept from round to round."""

    def __init__(self, name: str, server: dict[str, str]) -> None:
        self.name = name
        self._server = server
        self._connection: Connection | None = None
        self._rounds = 0
        self._written_at = -SECONDS_BETWEEN_LOOKS
        self._has_more = False

    def round(self) -> consumer.Round:
        """Do one round, and write down how far it came; see ``consumer.consume``."""
        due = time.monotonic() - self._written_at >= SECONDS_BETWEEN_LOOKS
        was_behind = self._has_more
        looks = due or was_behind
        found = consumer.consume(
            self.connection(), self.name, clock=timezone.now, looks_for_movers=looks
        )
        self._has_more = looks and found.complete_to is None
        if due or was_behind or not found.is_idle:
            consumer.write_down(self.name, found, now=timezone.now())
            self._written_at = time.monotonic()
        return found

    def until(self, ends: threading.Event) -> None:
        """Do round after round; a cell or a control plane that is away is waited for."""
        wait = ROUND_SECONDS
        while not ends.wait(wait):
            try:
                found = self.round()
                wait = 0.0 if found.complete_to is None and found.is_getting_on else ROUND_SECONDS
            except Exception as error:  # noqa: BLE001 - whatever it is, the other cells go on
                wait = min(max(wait, ROUND_SECONDS) * 2, LONGEST_WAIT_SECONDS)
                _log.warning("rollups_cell_away", cell=self.name, error=str(error), wait=wait)
                self.tell_failure(error)
        self.leave()

    def leave(self) -> None:
        """Close the connections of this thread."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        connections.close_all()

    def connection(self) -> Connection:
        """Return the connection to the cell, made anew when it is lost or old."""
        if self._rounds >= ROUNDS_OF_A_CONNECTION:
            self.leave()
        if self._connection is None or self._connection.closed:
            self._connection = owner_connection(self.name, self._server)
            # A statement names its body's schema: prepared ones would be kept by the thousand.
            self._connection.prepare_threshold = None
            self._rounds = 0
        self._rounds += 1
        return self._connection

    def tell_failure(self, error: Exception) -> None:
        """Write down why the last round failed, if the control plane can be reached."""
        self.leave()
        try:
            consumer.write_down(self.name, None, now=timezone.now(), failure=str(error))
        except django.db.Error:
            connections.close_all()


def follow(
    *,
    only: Sequence[str],
    ends: threading.Event,
    nightly: Callable[[datetime], None],
) -> None:
    """Consume until told to end.

    Args:
        only: these cells; none: every cell there is, those too that are made meanwhile.
        ends: set by whoever wants it to end; the rounds under way are ended first.
        nightly: called once a minute with the time, in a thread of its own.
    """
    night = threading.Thread(target=_each_minute, args=(nightly, ends), name="night")
    night.start()
    threads: dict[str, threading.Thread] = {}
    asked_at = -_CELLS_ASKED_SECONDS
    try:
        while not ends.wait(ROUND_SECONDS):
            try:
                if time.monotonic() - asked_at >= _CELLS_ASKED_SECONDS:
                    _follow_new_cells(threads, only, ends)
                    asked_at = time.monotonic()
                areas.fold()
            except _AWAY as error:
                _log.warning("rollups_control_plane_away", error=str(error))
                connections.close_all()
    finally:
        ends.set()
        for thread in [*threads.values(), night]:
            thread.join()


def _each_minute(nightly: Callable[[datetime], None], ends: threading.Event) -> None:
    back = _AN_HOUR
    while not ends.wait(_MINUTE):
        try:
            activity.look(now=timezone.now(), back=back)
            service_levels.forget(now=timezone.now())
            back = activity.COUNTED_AGAIN
            nightly(timezone.now())
        except _AWAY as error:
            _log.warning("rollups_minute_failed", error=str(error))
        finally:
            connections.close_all()


def once(*, only: Sequence[str]) -> list[consumer.Round]:
    """Do rounds of every cell until nothing gets on, then the areas; return the rounds.

    Raises:
        psycopg.Error: a cell is away.
        django.db.Error: the control plane is away.
    """
    rounds = []
    for name, server in cells(only):
        follower = CellFollower(name, server)
        try:
            rounds.append(follower.round())
            while rounds[-1].complete_to is None and rounds[-1].is_getting_on:
                rounds.append(follower.round())
        finally:
            follower.leave()
    areas.fold()
    activity.look(now=timezone.now(), back=_AN_HOUR)
    return rounds


def cells(only: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Return the cells by name, with what is needed to reach each."""
    found = Cell.objects.order_by("name")
    if only:
        found = found.filter(name__in=only)
    return [(cell.name, server_of(cell)) for cell in found]


def _follow_new_cells(
    threads: dict[str, threading.Thread], only: Sequence[str], ends: threading.Event
) -> None:
    for name, server in cells(only):
        if name not in threads:
            follower = CellFollower(name, server)
            threads[name] = threading.Thread(target=follower.until, args=(ends,), name=name)
            threads[name].start()
