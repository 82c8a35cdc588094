"""The processes of an embedded stack behind its proxy: started, watched, replaced as wanted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from openlaas.nodes import asking, haproxy
from openlaas.nodes import description as descriptions
from openlaas.nodes.configuration import configuration
from openlaas.nodes.description import Description
from openlaas.nodes.runtime import Proxy
from openlaas.nodes.wanted import LOOPBACK, Wanted, WantedFile, WantedNode
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places, give_to_checkout_owner

_EVERYWHERE = "0.0.0.0"  # noqa: S104 (only compared with)
_CONNECTIONS = 2_000  # of browsers, on a machine whose limits we do not know


@dataclass(slots=True)
class _Member:
    """A process of the crew; ``leaving_at`` is when it was asked to end, for it is not wanted."""

    wanted: WantedNode
    child: Child
    leaving_at: float = 0.0


class Crew:
    """All processes behind the proxy, and the proxy."""

    def __init__(
        self,
        places: Places,
        *,
        host: str,
        port: int,
        program_of: Callable[[WantedNode], Program],
    ) -> None:
        """Make a crew of nobody yet.

        Args:
            places: the stack's.
            host: the address that the proxy listens on.
            port: and the port.
            program_of: how a process is started.
        """
        self._places, self._host, self._port = places, host, port
        self._program_of = program_of
        self.file = WantedFile(places)
        self._seen_at = 0
        self._wanted: tuple[WantedNode, ...] = ()
        self._members: dict[str, _Member] = {}
        self._configuration = places.run / "haproxy.cfg"
        self.proxy = Child(haproxy.program(self._configuration), places)

    @property
    def settled(self) -> list[Child]:
        """What shall be started again when it ends."""
        staying = [m.child for m in self._members.values() if not m.leaving_at]
        return [self.proxy, *staying]

    def start(self, wanted: Wanted, *, announce: Announce) -> None:
        """Start the processes that are wanted first, and the proxy before them.

        Raises:
            StackError: something cannot be started, or HAProxy does not take its configuration.
        """
        self.file.write(wanted)
        self.follow(announce=announce)
        complaints = haproxy.complaints(self._configuration)
        if complaints:
            raise StackError(f"HAProxy does not take {self._configuration}:\n{complaints}")
        self.proxy.start()

    def is_whole(self) -> bool:
        """Tell whether every process answers, and the proxy knows it.

        The proxy alone cannot tell: it takes a process for well until a first check has failed.
        """
        addresses = [f"{LOOPBACK}:{member.wanted.port}" for member in self._members.values()]
        if not all(asking.is_ready(address) for address in addresses):
            return False
        try:
            seats = Proxy(socket_of(self._places)).seats()
        except StackError:
            return False
        return {seat.node for seat in seats if seat.is_ready} == set(self._members)

    def dismissed(self) -> list[Child]:
        """Let the proxy finish what is under way; return the processes, which may end now."""
        self.proxy.stop()
        self.file.remove()
        return [member.child for member in self._members.values()]

    def follow(self, *, announce: Announce) -> None:
        """Do the next thing towards what is wanted; never wait for it."""
        self._look(announce=announce)
        wanted = {node.name: node for node in self._wanted}
        for name, member in list(self._members.items()):
            if wanted.get(name) != member.wanted and not member.leaving_at:
                member.child.ask_to_stop()
                member.leaving_at = time.monotonic()
            if member.leaving_at and self._has_left(member):
                del self._members[name]
                announce(f"{name} has ended, as it was asked to")
        for name, node in wanted.items():
            if name not in self._members:
                self._members[name] = self._started(node, announce=announce)

    def _look(self, *, announce: Announce) -> None:
        """Take note of what is wanted now; a file that is gone or spoilt changes nothing."""
        changed_at = self.file.changed_at()
        if not changed_at or changed_at == self._seen_at:
            return
        self._seen_at = changed_at
        try:
            wanted = self.file.read()
        except (StackError, ValueError, KeyError, TypeError) as error:
            announce(f"{self.file.path} cannot be read, and the nodes stay as they are: {error}")
            return
        self._wanted = wanted.nodes
        self._write_configuration(wanted)

    def _started(self, node: WantedNode, *, announce: Announce) -> _Member:
        """Start a process; one that cannot be started is tried again like one that has ended."""
        child = Child(self._program_of(node), self._places)
        try:
            child.start()
            announce(f"{node.name} runs (process {child.pid})")
        except StackError as error:
            announce(str(error))
        return _Member(node, child)

    @staticmethod
    def _has_left(member: _Member) -> bool:
        """Tell whether it has ended; one that takes too long is made to."""
        took = time.monotonic() - member.leaving_at
        if member.child.is_running() and took < member.child.program.stop_seconds:
            return False
        member.child.stop()
        return True

    def _write_configuration(self, wanted: Wanted) -> None:
        """Write what the proxy shall start with; a running one is told by who wants it."""
        described = described_here(self._places, wanted, host=self._host, port=self._port)
        self._configuration.write_text(configuration(described), encoding="utf-8")
        give_to_checkout_owner(self._configuration, var=self._places.var)


def described_here(places: Places, wanted: Wanted, *, host: str, port: int) -> Description:
    """Return infra/nodes.toml with this machine's processes and addresses."""
    usual = descriptions.read()
    shown = "*" if host == _EVERYWHERE else f"[{host}]" if ":" in host else host
    entrance = replace(
        usual.entrance,
        http=(f"{shown}:{port}",),
        https=(),
        certificate="",
        metrics=f"{LOOPBACK}:{wanted.metrics_port}",
        socket=str(socket_of(places)),
        log="stdout",
        logs_everything=False,
        account="",
        connections=_CONNECTIONS,
    )
    return replace(usual, entrance=entrance, nodes=tuple(node.node for node in wanted.nodes))


def socket_of(places: Places) -> Path:
    """Return where the proxy of a stack takes runtime commands.

    A short name: HAProxy adds its process number to it for a moment, and sockets have short ones.
    """
    return places.sockets / "ha.sock"
