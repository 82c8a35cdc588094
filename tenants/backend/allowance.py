"""How many connections a process may hold to one server, over all the cells that it ever touched.

A process serves bodies of every cell, and each cell's pool would keep all its slots open for ever:
22 cells of eight slots are 176 connections, more than the server has. So the pools of one server's
cells share an allowance. When it is used up, a new connection takes the place of the one that has
been idle longest, whichever cell it is in; a body keeps its slot, which is opened anew when the
body comes again.
"""

import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from tenants.backend.connection import TenantConnection
from tenants.backend.errors import PoolExhausted

NO_LIMIT = sys.maxsize
PATIENCE_SECONDS = 3.0  # while every connection is inside a transaction
_LOOK_AGAIN_SECONDS = 0.005


@dataclass(slots=True, eq=False)
class Slot:
    """One place for a connection; whoever holds the lock may use it.

    Attributes:
        used_at: when it was given back last.
        bodies: whose schemas the connection has touched: it remembers each for as long as it lives.
        given_up: how often its connection was closed to make room for another cell's.
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: TenantConnection | None = None
    opened_at: float = 0.0
    used_at: float = 0.0
    bodies: set[str] = field(default_factory=set)
    given_up: int = 0

    def close(self) -> bool:
        """Close the connection, its lock held; tell whether there was one."""
        connection, self.connection = self.connection, None
        self.bodies.clear()
        if connection is not None:
            connection.close()
        return connection is not None


class Allowance:
    """The connections that this process may hold to one server."""

    def __init__(self, most: int) -> None:
        """Allow so many at once.

        Args:
            most: at least one.
        """
        self._most = most
        self._taken = 0
        self._pools = 0
        self._slots: list[Slot] = []
        self._lock = threading.Lock()

    def watch(self, slots: Iterable[Slot]) -> None:
        """Take note of a pool's slots, whose connections count and may have to make room."""
        with self._lock:
            self._slots.extend(slots)
            self._pools += 1

    @property
    def share(self) -> int:
        """The slots that each pool may use, so that all of them find their connections open."""
        return max(1, self._most // max(1, self._pools))

    def take(self) -> None:
        """Count one more connection; another, idle one is closed for it when there is no room.

        Raises:
            PoolExhausted: every connection stayed in use.
        """
        started = time.monotonic()
        while not self._took_one():
            if time.monotonic() - started > PATIENCE_SECONDS:
                raise PoolExhausted(f"all {self._most} connections to the server are in use")
            time.sleep(_LOOK_AGAIN_SECONDS)

    def give_back(self) -> None:
        """Count one connection less."""
        with self._lock:
            self._taken -= 1

    @property
    def taken(self) -> int:
        """How many connections there are now."""
        return self._taken

    def _took_one(self) -> bool:
        with self._lock:
            if self._taken < self._most:
                self._taken += 1
                return True
            # Sorted before any is locked: a slot in use now is passed over.
            for slot in sorted(self._slots, key=lambda one: one.used_at):
                if slot.connection is not None and slot.lock.acquire(blocking=False):
                    was_open = slot.close()
                    slot.given_up += was_open
                    slot.lock.release()
                    if was_open:
                        return True  # its place is ours
            return False
