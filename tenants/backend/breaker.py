"""Whether a server answers: asked of once, known to all who would connect to it.

A server that is stopped refuses at once, and one that has vanished from the network does not answer
at all. Either way every request of its bodies would try for itself, and hold a thread meanwhile
that other servers' bodies need. So the first failure is remembered: for a moment everybody is told
so at once; then one tries again, for all.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from tenants.backend.errors import ServerAway

PAUSE_SECONDS = 1.0
# A server in the same building answers in a millisecond. libpq's own limit is two seconds at least.
ANSWER_SECONDS = 0.8
_SAYS_SO_ITSELF = "the database system is "  # starting up, shutting down, in recovery mode
_REFUSES_FOR_A_REASON = "FATAL"

Made = TypeVar("Made")


class Breaker:
    """What this process knows of one server."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._away_until: float | None = None
        self._is_tried = False

    def connect(self, connect: Callable[[], Made]) -> Made:
        """Return what ``connect`` makes, unless the server was away a moment ago.

        Raises:
            ServerAway: it was, or it is now.
            psycopg.OperationalError: the server answers, and refuses.
        """
        self._begin()
        try:
            made = connect()
        except psycopg.OperationalError as error:
            if not _is_away(error):
                self._end(is_away=False)
                raise
            self._end(is_away=True)
            raise ServerAway(f"{self._name}: {error}") from error
        except BaseException:
            self._end(is_away=False)
            raise
        self._end(is_away=False)
        return made

    def raise_if_away(self) -> None:
        """Refuse to wait for a server that is known to be away.

        Raises:
            ServerAway: it is, as far as is known.
        """
        away_until = self._away_until
        if away_until is not None and time.monotonic() < away_until:
            raise ServerAway(f"{self._name} did not answer a moment ago")

    def _begin(self) -> None:
        with self._lock:
            self.raise_if_away()
            if self._away_until is not None:
                if self._is_tried:
                    raise ServerAway(f"{self._name} is being tried again")
                self._is_tried = True

    def _end(self, *, is_away: bool) -> None:
        with self._lock:
            self._is_tried = False
            self._away_until = time.monotonic() + PAUSE_SECONDS if is_away else None


def knock(host: str, port: str) -> None:
    """See within a second that somebody listens; a Unix socket tells by itself, at once.

    Of several hosts in one (a primary and its standbys) libpq must choose.

    Raises:
        psycopg.OperationalError: nobody does.
    """
    if not host or "," in host or host.startswith(("/", "@")):
        return
    try:
        socket.create_connection((host, int(port or 5432)), timeout=ANSWER_SECONDS).close()
    except OSError as error:
        raise psycopg.OperationalError(f"{host}:{port}: {error}") from error


def _is_away(error: psycopg.OperationalError) -> bool:
    """Tell a server that is away or not ready from one that refuses this connection.

    Errors of connecting have no SQLSTATE. Those that the server sends begin with FATAL; what it
    says of itself while it starts or stops is the text of one state, 57P03.
    """
    text = str(error)
    return _REFUSES_FOR_A_REASON not in text or _SAYS_SO_ITSELF in text
