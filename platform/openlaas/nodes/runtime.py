"""What a running HAProxy tells and is told, through its runtime socket."""

import csv
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openlaas.nodes.description import POOLS
from openlaas.stack import processes
from openlaas.stack.errors import StackError

_ANSWER_SECONDS = 5
_UP, _DRAINING = ("UP", "no check"), "DRAIN"


class ProxyRefused(StackError):
    """HAProxy does not do what it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A process as one pool of the proxy sees it.

    Attributes:
        status: in HAProxy's words: UP, DOWN, DRAIN, MAINT, and on the way ``UP 1/3``.
        under_way: requests that it has now; ``waiting``: those in its queue.
        served: requests since the proxy was started.
        sent_on: requests that were sent to another process instead, for no connection was made.
    """

    pool: str
    node: str
    address: str
    status: str
    under_way: int
    waiting: int
    served: int
    sent_on: int

    @property
    def is_ready(self) -> bool:
        """Whether it gets requests."""
        return self.status.startswith(_UP)

    @property
    def is_draining(self) -> bool:
        """Whether it finishes what it has and gets no more."""
        return self.status.startswith(_DRAINING)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way or waiting."""
        return not self.under_way and not self.waiting


class Proxy:
    """A running HAProxy."""

    def __init__(self, address: Path) -> None:
        self._address = address

    def seats(self) -> list[Seat]:
        """Return every process in every pool that it serves."""
        lines = self.ask("show stat").removeprefix("# ").splitlines()
        rows = csv.DictReader(lines)
        return [
            Seat(
                pool=row["pxname"],
                node=row["svname"],
                address=row["addr"],
                status=row["status"],
                under_way=int(row["scur"] or 0),
                waiting=int(row["qcur"] or 0),
                served=int(row["stot"] or 0),
                sent_on=int(row["wredis"] or 0),
            )
            for row in rows
            if row["pxname"] in POOLS and row["svname"] not in {"FRONTEND", "BACKEND"}
        ]

    def seats_of(self, node: str) -> list[Seat]:
        """Return a process in every pool that it serves.

        Raises:
            StackError: the proxy knows none of that name.
        """
        every = self.seats()
        found = [seat for seat in every if seat.node == node]
        if not found:
            known = ", ".join(sorted({seat.node for seat in every}))
            raise StackError(f"The proxy knows no node {node!r}; it knows {known or 'none'}.")
        return found

    def set_state(self, node: str, state: str) -> None:
        """Make a process ``ready``, ``drain`` or ``maint`` in every pool that it serves."""
        for seat in self.seats_of(node):
            self.order(f"set server {seat.pool}/{node} state {state}")

    def add(self, pool: str, node: str, words: str) -> None:
        """Give a pool another process; it gets requests once its health was seen."""
        self.order(f"add server {pool}/{node} {words}", expected="New server registered.")
        self.order(f"enable health {pool}/{node}")
        self.order(f"set server {pool}/{node} health down")
        self.order(f"set server {pool}/{node} state ready")

    def remove(self, node: str, *, seconds: float) -> None:
        """Forget a process, once its last connection is closed.

        Raises:
            ProxyRefused: it still has connections after so long.
        """
        self.set_state(node, "maint")
        for seat in self.seats_of(node):
            said: list[str] = []

            def is_gone(name: str = f"{seat.pool}/{node}", said: list[str] = said) -> bool:
                said.append(self.ask(f"del server {name}").strip())
                return said[-1] == "Server deleted."

            if not processes.wait_until(is_gone, seconds=seconds):
                raise ProxyRefused(f"HAProxy keeps {seat.pool}/{node}: {said[-1]}")

    def wait_for(
        self, node: str, condition: Callable[[Seat], bool], *, seconds: float, what: str
    ) -> None:
        """Wait until something is true of a process in all its pools.

        Raises:
            StackError: it is not in time.
        """
        if not processes.wait_until(
            lambda: all(condition(seat) for seat in self.seats_of(node)), seconds=seconds
        ):
            found = ", ".join(f"{s.pool}: {s.status}" for s in self.seats_of(node))
            raise StackError(f"{node} is not {what} after {seconds:.0f} s ({found}).")

    def order(self, command: str, *, expected: str = "") -> None:
        """Tell it to do something.

        Raises:
            ProxyRefused: it does not.
        """
        answer = self.ask(command).strip()
        if answer != expected:
            raise ProxyRefused(f"HAProxy does not do {command!r}: {answer}")

    def ask(self, command: str) -> str:
        """Return its answer to a runtime command.

        Raises:
            StackError: it does not answer.
        """
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.connect(str(self._address))
                connection.sendall(command.encode() + b"\n")
                parts = iter(lambda: connection.recv(65536), b"")
                return b"".join(parts).decode(errors="replace")
        except OSError as error:
            raise StackError(f"HAProxy does not answer at {self._address}: {error}") from error
