"""Processes drained, added, removed and rolled while everybody works; nobody's request is lost.

A process gets no new requests first (drained), finishes what it has, and only then ends. It gets
requests again when its health was seen.
"""

from dataclasses import dataclass

from openlaas.nodes import asking
from openlaas.nodes import description as descriptions
from openlaas.nodes.configuration import server_words
from openlaas.nodes.crew import socket_of
from openlaas.nodes.runtime import Proxy, Seat
from openlaas.nodes.wanted import LOOPBACK, WantedFile, WantedNode
from openlaas.stack import processes
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places
from openlaas.stack.ports import free_ports

_START_SECONDS = 60
_READY_SECONDS = 20
_CLOSED_SECONDS = 20  # the proxy keeps an idle connection for a second or two
_END_SECONDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A process as `openlaas nodes list` shows it.

    Attributes:
        state: in the proxy's words, by pool where they differ.
        hit_rate: of the leases of a tenant connection, those on one that knew the body already;
            None when the process was not asked or has leased none.
    """

    name: str
    pools: tuple[str, ...]
    address: str
    state: str
    under_way: int
    waiting: int
    served: int
    hit_rate: float | None


def shown(proxy: Proxy) -> list[Shown]:
    """Return every process that the proxy knows."""
    by_name: dict[str, list[Seat]] = {}
    for seat in proxy.seats():
        by_name.setdefault(seat.node, []).append(seat)
    return [
        Shown(
            name=name,
            pools=tuple(seat.pool for seat in seats),
            address=seats[0].address,
            state=" / ".join(dict.fromkeys(seat.status for seat in seats)),
            under_way=sum(seat.under_way for seat in seats),
            waiting=sum(seat.waiting for seat in seats),
            served=sum(seat.served for seat in seats),
            hit_rate=asking.hit_rate(seats[0].address),
        )
        for name, seats in by_name.items()
    ]


def drain(proxy: Proxy, name: str, *, seconds: float) -> None:
    """Send a process no more requests, and wait until it has finished those that it has.

    Raises:
        StackError: there is none of that name, it is the last of a pool, or it takes too long.
    """
    for seat in proxy.seats_of(name):
        others = [s for s in proxy.seats() if s.pool == seat.pool and s.node != name]
        if not any(other.is_ready for other in others):
            raise StackError(f"{name} is the only one that serves {seat.pool}; add one first.")
    proxy.set_state(name, "drain")
    proxy.wait_for(name, lambda seat: seat.is_idle, seconds=seconds, what="without requests")


def ready(proxy: Proxy, name: str) -> None:
    """Send a process requests again.

    Raises:
        StackError: there is none of that name, or it is not well.
    """
    proxy.set_state(name, "ready")
    proxy.wait_for(name, lambda seat: seat.is_ready, seconds=_READY_SECONDS, what="ready")


class Embedded:
    """The processes of an embedded stack that runs now."""

    def __init__(self, places: Places) -> None:
        """Find the stack.

        Raises:
            StackError: it runs no nodes.
        """
        self._places = places
        self.file = WantedFile(places)
        self.file.read()
        self.proxy = Proxy(socket_of(places))

    def add(self, kind: str, *, announce: Announce) -> str:
        """Start another process of a kind and send it requests; return its name."""
        with self.file.alone():
            return self._add(kind, announce=announce)

    def remove(self, name: str, *, seconds: float, announce: Announce) -> None:
        """Drain a process, end it and forget it."""
        with self.file.alone():
            self._remove(name, seconds=seconds, announce=announce)

    def roll(self, *, seconds: float, announce: Announce) -> int:
        """Start every process anew, one after the other; return how many.

        One that serves a pool alone is helped by another one for so long.

        Raises:
            StackError: one did not finish in time, or did not come up; the rest is as it was.
        """
        with self.file.alone():
            nodes = self.file.read().nodes
            for node in nodes:
                alone = not any(other.kind == node.kind and other != node for other in nodes)
                helper = self._add(node.kind, announce=announce) if alone else ""
                self._start_anew(node, seconds=seconds, announce=announce)
                if helper:
                    self._remove(helper, seconds=seconds, announce=announce)
            return len(nodes)

    def _add(self, kind: str, *, announce: Announce) -> str:
        wanted, new = self.file.read().with_another(kind, port=_free_port())
        self.file.write(wanted)
        try:
            self._wait_until_it_answers(new, before=None)
        except StackError:
            self.file.write(wanted.without(new.name))
            raise
        described = descriptions.read()
        for pool in new.node.threads:
            self.proxy.add(pool, new.name, server_words(described, new.node, pool))
        ready(self.proxy, new.name)
        announce(f"{new.name} is added")
        return new.name

    def _remove(self, name: str, *, seconds: float, announce: Announce) -> None:
        wanted = self.file.read()
        node = wanted.named(name)
        # One whose adding was broken off may run without the proxy knowing it.
        if any(seat.node == name for seat in self.proxy.seats()):
            drain(self.proxy, name, seconds=seconds)
            self.proxy.remove(name, seconds=_CLOSED_SECONDS)
        self.file.write(wanted.without(name))
        if not processes.wait_until(lambda: self._mark(node) is None, seconds=_END_SECONDS):
            raise StackError(f"{name} gets no requests, and has not ended after {_END_SECONDS} s.")
        announce(f"{name} is removed")

    def _start_anew(self, node: WantedNode, *, seconds: float, announce: Announce) -> None:
        drain(self.proxy, node.name, seconds=seconds)
        before = self._mark(node)
        self.file.write(self.file.read().started_anew(node.name))
        self._wait_until_it_answers(node, before=before)
        ready(self.proxy, node.name)
        announce(f"{node.name} was started anew")

    def _wait_until_it_answers(self, node: WantedNode, *, before: str | None) -> None:
        """Wait until a first page of the process would work, which makes it ready for them too."""

        def answers() -> bool:
            return self._mark(node) not in {None, before} and asking.is_ready(
                f"{LOOPBACK}:{node.port}"
            )

        if not processes.wait_until(answers, seconds=_START_SECONDS):
            log = self._places.log / f"{node.name}.log"
            raise StackError(
                f"{node.name} is not ready after {_START_SECONDS} s; see {log}. It gets no"
                f" requests; when it is mended: openlaas nodes ready {node.name}"
            )

    def _mark(self, node: WantedNode) -> str | None:
        """Return what names the process for good; None when there is none."""
        try:
            return (self._places.run / f"{node.name}.pid").read_text(encoding="utf-8")
        except OSError:
            return None


def _free_port() -> int:
    (port,) = free_ports(1)
    return port
