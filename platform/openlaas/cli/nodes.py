"""`openlaas nodes …`: the app processes behind HAProxy."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from openlaas.stack import paths
from openlaas.stack.errors import StackError

if TYPE_CHECKING:
    from openlaas.nodes.control import Embedded
    from openlaas.nodes.runtime import Proxy

nodes = typer.Typer(help=__doc__, no_args_is_help=True)
_console, _errors = Console(highlight=False), Console(stderr=True, highlight=False)

Described = Annotated[
    Path | None, typer.Option("--description", help="Instead of infra/nodes.toml.")
]
Socket = Annotated[
    Path | None,
    typer.Option(help="HAProxy's runtime socket, instead of that of `openlaas up --haproxy`."),
]
Var = Annotated[Path | None, typer.Option(resolve_path=True, help="The folder of the stack.")]
Seconds = Annotated[
    float, typer.Option(min=1, help="The longest wait for what a process has under way.")
]
Name = Annotated[str, typer.Argument(help="As `openlaas nodes list` shows it.")]


@nodes.callback()
def _group() -> None:
    """The app processes behind HAProxy."""


@nodes.command()
def config(
    *,
    description: Described = None,
    out: Annotated[Path | None, typer.Option(help="Write it there, whole or not at all.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Have HAProxy look at it.")] = False,
) -> None:
    """Print haproxy.cfg, made from the description of the deployment.

    With --out a configuration that HAProxy refuses is not written.
    """
    from openlaas.nodes import configuration, haproxy
    from openlaas.nodes import description as descriptions

    with _told_failure():
        described = descriptions.read(description or descriptions.FILE)
        text = configuration.configuration(described)
        if check or out:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "haproxy.cfg"
                file.write_text(text, encoding="utf-8")
                complaints = haproxy.complaints(file)
            if complaints:
                raise StackError(f"HAProxy does not take it:\n{complaints}")
            _errors.print("HAProxy takes it.")
    if out:
        unfinished = out.with_name(f"{out.name}.new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(out)
        _errors.print(Text(f"written: {out}; now: systemctl reload haproxy"), soft_wrap=True)
    else:
        sys.stdout.write(text)


@nodes.command("list")
def list_them(
    *,
    socket: Socket = None,
    var: Var = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show each process: state, requests, queue, and how often a connection knew its body."""
    from openlaas.nodes import control

    with _told_failure():
        found = control.shown(_proxy(socket, var))
    if as_json:
        print(json.dumps([asdict(each) for each in found]))
        return
    table = Table(box=None)
    for words in ("node", "serves", "state", "under way", "waiting", "served", "hit rate", "at"):
        table.add_column(words)
    for each in found:
        rate = "–" if each.hit_rate is None else f"{each.hit_rate:.1%}"
        counts = (f"{each.under_way}", f"{each.waiting}", f"{each.served:,}")
        table.add_row(each.name, ", ".join(each.pools), each.state, *counts, rate, each.address)
    _console.print(table)


@nodes.command()
def drain(name: Name, *, socket: Socket = None, var: Var = None, seconds: Seconds = 60) -> None:
    """Send a process no more requests, and wait until it has finished those that it has."""
    from openlaas.nodes import control

    with _told_failure():
        control.drain(_proxy(socket, var), name, seconds=seconds)
    _console.print(f"{name} has nothing under way and gets nothing more")


@nodes.command()
def ready(name: Name, *, socket: Socket = None, var: Var = None) -> None:
    """Send a process requests again."""
    from openlaas.nodes import control

    with _told_failure():
        control.ready(_proxy(socket, var), name)
    _console.print(f"{name} is ready")


@nodes.command()
def add(
    *,
    side: Annotated[
        bool, typer.Option("--side", help="For reports and imports, not for pages and API.")
    ] = False,
    var: Var = None,
    description: Described = None,
) -> None:
    """Start another process of `openlaas up --haproxy`; elsewhere, tell how it is added."""
    from openlaas.nodes.description import SIDE, WEB

    if description is not None:
        _tell_how("add", "", description)
        return
    with _told_failure():
        _embedded(var).add(SIDE if side else WEB, announce=_say)


@nodes.command()
def remove(
    name: Name, *, var: Var = None, seconds: Seconds = 60, description: Described = None
) -> None:
    """Drain a process, end it and forget it; elsewhere, tell how that is done."""
    if description is not None:
        _tell_how("remove", name, description)
        return
    with _told_failure():
        _embedded(var).remove(name, seconds=seconds, announce=_say)


@nodes.command()
def roll(*, var: Var = None, seconds: Seconds = 60, description: Described = None) -> None:
    """Start every process anew, one after the other; no request fails of it.

    For a new release: `git pull`, `make`, `openlaas prepare`, `openlaas nodes roll`. The worker
    and `openlaas up` itself go on as they were. With --description, tell how it is done elsewhere.
    """
    if description is not None:
        _tell_how("roll", "", description)
        return
    with _told_failure():
        count = _embedded(var).roll(seconds=seconds, announce=_say)
    _console.print(f"{count} processes were started anew")


def _tell_how(what: str, name: str, description: Path) -> None:
    from openlaas.nodes import description as descriptions
    from openlaas.nodes import elsewhere

    with _told_failure():
        described = descriptions.read(description)
        for line in elsewhere.steps(what, name, described, file=description):
            print(line)


def _proxy(socket: Path | None, var: Path | None) -> "Proxy":
    from openlaas.nodes.runtime import Proxy

    return Proxy(socket) if socket else _embedded(var).proxy


def _embedded(var: Path | None) -> "Embedded":
    from openlaas.nodes.control import Embedded

    places = paths.known_places(paths.var_folder(var))
    if places is None:
        raise StackError(
            "There is no stack here. Start it with: openlaas up --haproxy; or name HAProxy's"
            " socket with --socket"
        )
    return Embedded(places)


def _say(line: str) -> None:
    _errors.print(Text(line), soft_wrap=True)


@contextmanager
def _told_failure() -> Iterator[None]:
    try:
        yield
    except StackError as error:
        _errors.print(Text(str(error), style="red"), soft_wrap=True)
        raise typer.Exit(1) from None


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(nodes, name="nodes")
