"""What an operator of several machines does, in the words of a shell, for we are not there."""

from collections.abc import Iterator
from pathlib import Path

from openlaas.nodes.description import Description, Node
from openlaas.stack.errors import StackError


def steps(what: str, name: str, description: Description, *, file: Path) -> Iterator[str]:
    """Yield the commands that ``add``, ``remove`` a process or ``roll`` all of them.

    Each is run by itself; one that fails ends it there, and everybody is served by the others.

    Raises:
        StackError: the description has no process of that name, or a later one must go first.
    """
    reload = (
        f"openlaas nodes config --description {file} --out /etc/haproxy/haproxy.cfg",
        "systemctl reload haproxy",
    )
    if what == "add":
        yield f"# 1. raise its machine's count in {file}"
        yield "# 2. there: systemctl enable --now openlaas@PORT, the next port of its kind"
        yield "# 3. on the machine of HAProxy:"
        yield from reload
        return
    socket = f"--socket {description.entrance.socket}"
    if what == "remove":
        node = _named(description, name)
        yield f"openlaas nodes drain {name} {socket}"
        yield f"# lower the count of its machine in {file}"
        yield from reload
        yield f"{_on(node)} systemctl disable --now {_unit(node)}"
        return
    for node in description.nodes:
        yield f"openlaas nodes drain {node.name} {socket}"
        yield f"{_on(node)} systemctl restart {_unit(node)}"
        yield (
            f"until curl --fail --silent --output /dev/null --header 'Host:"
            f" {description.entrance.check_host}' http://{node.address}:{node.port}/readyz;"
            " do sleep 1; done"
        )
        yield f"openlaas nodes ready {node.name} {socket}"


def _named(description: Description, name: str) -> Node:
    """Return a process that may go: the last of its kind on its machine, for they are counted."""
    same = [n for n in description.nodes if n.name.rpartition("-")[0] == name.rpartition("-")[0]]
    if name not in {node.name for node in same}:
        raise StackError(f"The description has no process {name!r}.")
    if same[-1].name != name:
        raise StackError(
            f"Processes are counted, so the last one goes. Remove {same[-1].name} instead."
        )
    return same[-1]


def _on(node: Node) -> str:
    return f"ssh {node.address}"


def _unit(node: Node) -> str:
    return f"openlaas@{node.port}"
