"""Which processes an embedded stack shall run: a file that commands write and it follows.

The supervisor looks at it five times a second. What is in it is wished, not done; whoever writes
it waits until the processes are so.
"""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from openlaas.nodes.description import SIDE, WEB, Node
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Places, give_to_checkout_owner

LOOPBACK = "127.0.0.1"
SPARE = 2  # processes that may be added to those a stack was started with


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedNode:
    """A process that shall run; ``starts`` is raised to have it started anew."""

    name: str
    kind: str
    port: int
    starts: int = 1

    @property
    def node(self) -> Node:
        """The process as a description has it."""
        return Node(name=self.name, kind=self.kind, address=LOOPBACK, port=self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """All processes that shall run.

    Attributes:
        metrics_port: where the proxy's exporter listens.
        most: so many may be wanted; the databases' connections were shared out for these.
    """

    metrics_port: int
    most: int
    nodes: tuple[WantedNode, ...]

    def named(self, name: str) -> WantedNode:
        """Return one of them.

        Raises:
            StackError: none has that name.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        known = ", ".join(node.name for node in self.nodes)
        raise StackError(f"There is no node {name!r}; there are {known}.")

    def with_another(self, kind: str, *, port: int) -> tuple["Wanted", WantedNode]:
        """Return the same and one more process of a kind.

        Raises:
            StackError: there are as many as may be.
        """
        if len(self.nodes) >= self.most:
            raise StackError(
                f"There are {len(self.nodes)} processes, and the connections to PostgreSQL were"
                f" shared out for {self.most}. Start with more: openlaas up --haproxy --nodes"
                f" {sum(node.kind == WEB for node in self.nodes) + 1}"
            )
        taken = {node.name for node in self.nodes}
        names = (f"{kind}-{place}" for place in range(1, len(taken) + 2))
        new = WantedNode(name=next(n for n in names if n not in taken), kind=kind, port=port)
        return replace(self, nodes=(*self.nodes, new)), new

    def without(self, name: str) -> "Wanted":
        """Return the same without a process."""
        return replace(self, nodes=tuple(node for node in self.nodes if node.name != name))

    def started_anew(self, name: str) -> "Wanted":
        """Return the same, with a process to be started anew."""
        return replace(
            self,
            nodes=tuple(
                replace(node, starts=node.starts + 1) if node.name == name else node
                for node in self.nodes
            ),
        )


def first(*, web: int, ports: list[int], metrics_port: int) -> Wanted:
    """Return what a stack starts with: processes for pages and API, and one for the rest."""
    kinds = [f"{WEB}-{place}" for place in range(1, web + 1)] + [f"{SIDE}-1"]
    nodes = tuple(
        WantedNode(name=name, kind=name.partition("-")[0], port=port)
        for name, port in zip(kinds, ports, strict=True)
    )
    return Wanted(metrics_port=metrics_port, most=len(nodes) + SPARE, nodes=nodes)


class WantedFile:
    """The file of a stack."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self.path = places.run / "nodes.json"

    def changed_at(self) -> int:
        """Return when it was written last, in nanoseconds; zero when it was not."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    def read(self) -> Wanted:
        """Return what is wanted.

        Raises:
            StackError: the stack runs no nodes.
        """
        try:
            raw = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise StackError(
                f"The stack of {self._places.var} runs no nodes. Start it with: openlaas up"
                " --haproxy --nodes 4"
            ) from None
        return Wanted(
            metrics_port=raw["metrics_port"],
            most=raw["most"],
            nodes=tuple(WantedNode(**node) for node in raw["nodes"]),
        )

    def write(self, wanted: Wanted) -> None:
        """Write it, whole or not at all."""
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(asdict(wanted), indent=1), encoding="utf-8")
        give_to_checkout_owner(new, var=self._places.var)
        new.rename(self.path)

    def remove(self) -> None:
        """Want nothing more."""
        self.path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other command that changes it out for the length of a `with`.

        Raises:
            StackError: another one is at it.
        """
        with self.path.with_suffix(".lock").open("a", encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise StackError("Another command is changing the nodes; wait for it.") from None
            yield
