"""Bounded pools of connections, one per cell, in which a body keeps to its own connection.

PostgreSQL builds a private cache of each schema in each backend that touches it: the first touch
costs milliseconds and memory that is never given back. So a body's code is hashed to one slot of
its cell's pool; the slot is waited for a few milliseconds before another one is taken instead.

Memory is bounded by closing: a connection that has touched so many bodies, or is so old, is
replaced. How many connections there are over all cells is bounded too, and with them the slots
that a cell uses: see ``allowance``.
"""

import os
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass

from psycopg import pq

from tenants.backend.allowance import NO_LIMIT, Allowance, Slot
from tenants.backend.breaker import Breaker
from tenants.backend.connection import TenantConnection
from tenants.backend.errors import PoolExhausted

# For the body's own slot. Measured at saturation: with 10 ms and four slots 35 % of leases strayed
# to another body's connection and cooled its caches; with this and eight, almost none did.
PATIENCE_SECONDS = 0.050
GIVE_UP_SECONDS = 3.0  # HAProxy's queue, not this one, is where requests may wait long


@dataclass(slots=True)
class Statistics:
    """Counters since the process started.

    Attributes:
        warm: leases of a connection that knew the body already: PostgreSQL keeps what it has read
            of each schema with the connection.
        recycled: connections replaced, for their age or because the server had hung up.
        recycled_full: those replaced for the bodies that they had touched.
        given_up: those closed so that another cell could have one.
    """

    leases: int = 0
    own_slot: int = 0
    warm: int = 0
    strayed: int = 0
    waited: int = 0
    wait_seconds: float = 0.0
    exhausted: int = 0
    opened: int = 0
    recycled: int = 0
    recycled_full: int = 0
    given_up: int = 0


class CellPool:
    """The connections of this process to one cell."""

    def __init__(
        self,
        *,
        connect: Callable[[], TenantConnection],
        slots: int,
        sticky: bool,
        max_age_seconds: float,
        breaker: Breaker | None = None,
        max_bodies: int = NO_LIMIT,
        allowance: Allowance | None = None,
    ) -> None:
        """Make a pool without any connection yet.

        Args:
            connect: opens a connection to the cell.
            slots: connections at most.
            sticky: a body keeps to its own slot.
            breaker: what is known of the cell's server, and shared with its other cells.
            max_age_seconds: a connection older than this is replaced.
            max_bodies: one that has touched so many is replaced before it touches another.
            allowance: what this pool shares with those of the server's other cells.
        """
        self._connect = connect
        self._breaker = breaker or Breaker("the server")
        self._slots = [Slot() for _ in range(slots)]
        self._sticky = sticky
        self._max_age_seconds = max_age_seconds
        self._max_bodies = max_bodies
        self._allowance = allowance or Allowance(NO_LIMIT)
        self._allowance.watch(self._slots)
        self._turn = 0
        self._counting = threading.Lock()
        self._statistics = Statistics()

    def lease(self, body_code: str) -> tuple[Slot, TenantConnection]:
        """Return a slot, locked for the caller, and its live connection.

        Raises:
            PoolExhausted: no slot came free in time.
            ServerAway: the cell's server does not answer.
            psycopg.OperationalError: it refuses the connection.
        """
        slot = self._take_slot(body_code)
        try:
            return slot, self._live_connection(slot, body_code)
        except BaseException:
            slot.lock.release()
            raise

    def release(self, slot: Slot) -> None:
        """Give the slot back; a connection left inside a transaction is thrown away."""
        connection = slot.connection
        if connection is not None:
            connection.prelude, connection.ahead, connection.is_over = None, (), False
            connection.asking = ()
            connection.leases += 1
            status = connection.pgconn.transaction_status
            is_idle = status == pq.TransactionStatus.IDLE
            if connection.closed or connection.is_spoiled or not is_idle:
                self._close(slot)
        slot.used_at = time.monotonic()
        slot.lock.release()

    def statistics(self) -> dict[str, float]:
        """Return the counters by name."""
        with self._counting:
            given_up = sum(slot.given_up for slot in self._slots)
            return asdict(self._statistics) | {"given_up": given_up}

    def close(self) -> None:
        """Close every connection that nobody is using."""
        for slot in self._slots:
            if slot.lock.acquire(blocking=False):
                self._close(slot)
                slot.lock.release()

    def _usable_slots(self) -> list[Slot]:
        """Return the slots in use: fewer, the more cells share the process's connections."""
        return self._slots[: self._allowance.share]

    def _own_slot(self, slots: list[Slot], body_code: str) -> Slot:
        if self._sticky:
            return slots[zlib.crc32(body_code.encode()) % len(slots)]
        with self._counting:
            self._turn += 1
            return slots[self._turn % len(slots)]

    def _take_slot(self, body_code: str) -> Slot:
        slots = self._usable_slots()
        own = self._own_slot(slots, body_code)
        if own.lock.acquire(blocking=False):
            self._count(own_slot=True, waited_seconds=None)
            return own
        started = time.monotonic()
        while (waited := time.monotonic() - started) < GIVE_UP_SECONDS:
            self._breaker.raise_if_away()
            if own.lock.acquire(timeout=PATIENCE_SECONDS):
                self._count(own_slot=True, waited_seconds=time.monotonic() - started)
                return own
            for slot in slots:
                if slot.lock.acquire(blocking=False):
                    self._count(own_slot=False, waited_seconds=time.monotonic() - started)
                    return slot
        with self._counting:
            self._statistics.exhausted += 1
        raise PoolExhausted(f"no connection came free in {waited:.1f} s")

    def _count(self, *, own_slot: bool, waited_seconds: float | None) -> None:
        with self._counting:
            self._statistics.leases += 1
            self._statistics.own_slot += own_slot
            self._statistics.strayed += not own_slot
            if waited_seconds is not None:
                self._statistics.waited += 1
                self._statistics.wait_seconds += waited_seconds

    def _live_connection(self, slot: Slot, body_code: str) -> TenantConnection:
        connection = slot.connection
        now = time.monotonic()
        if connection is not None:
            is_full = len(slot.bodies) >= self._max_bodies and body_code not in slot.bodies
            is_old = now - slot.opened_at > self._max_age_seconds
            if not (is_full or is_old or connection.is_dead()):
                with self._counting:
                    self._statistics.warm += body_code in slot.bodies
                slot.bodies.add(body_code)
                return connection
            self._close(slot)
            with self._counting:
                self._statistics.recycled += not is_full
                self._statistics.recycled_full += is_full
        connection = self._opened(slot)
        slot.opened_at = now
        slot.bodies.add(body_code)
        return connection

    def _opened(self, slot: Slot) -> TenantConnection:
        self._allowance.take()
        try:
            connection = slot.connection = self._breaker.connect(self._connect)
        except BaseException:
            self._allowance.give_back()
            raise
        with self._counting:
            self._statistics.opened += 1
        return connection

    def _close(self, slot: Slot) -> None:
        if slot.close():
            self._allowance.give_back()


class Pools:
    """This process's pools, by the cell's database name, each made at first use.

    The cells of one server share what is known of it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pools: dict[str, CellPool] = {}
        self._breakers: dict[str, Breaker] = {}
        self._allowances: dict[str, Allowance] = {}
        os.register_at_fork(after_in_child=self._forget)

    def of(self, cell: str, make: Callable[[], CellPool]) -> CellPool:
        """Return the cell's pool."""
        pool = self._pools.get(cell)
        if pool is None:
            with self._lock:
                pool = self._pools.setdefault(cell, make())
        return pool

    def breaker_of(self, host: str, port: str) -> Breaker:
        """Return what this process knows of a server."""
        name = f"{host}:{port}"
        return self._breakers.setdefault(name, Breaker(name))

    def allowance(self, server: str, *, most: int) -> Allowance:
        """Return what the pools of a server's cells share, by the server's address."""
        return self._allowances.setdefault(server, Allowance(most))

    def connections(self) -> dict[str, int]:
        """Return how many connections this process holds to each server."""
        return {server: allowance.taken for server, allowance in list(self._allowances.items())}

    def statistics(self) -> dict[str, dict[str, float]]:
        """Return each cell's counters."""
        return {cell: pool.statistics() for cell, pool in list(self._pools.items())}

    def close(self) -> None:
        """Close what nobody is using, in every cell."""
        for pool in list(self._pools.values()):
            pool.close()

    def forget(self) -> None:
        """Close what nobody is using; pools made from here on follow the settings as they are."""
        self.close()
        self._forget()

    def _forget(self) -> None:
        # A forked child must not speak on its parent's sockets; it leaves them to the parent.
        self._lock = threading.Lock()
        self._pools = {}
        self._breakers = {}
        self._allowances = {}


POOLS = Pools()
