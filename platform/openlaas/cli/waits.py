"""`openlaas waits`: what requests wait for, from the counters of running web processes."""

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from openlaas.reading_waits import Figures, NotThere, Reading, of_nodes
from openlaas.stack import paths
from openlaas.stack.errors import StackError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(waits)


def waits(
    *,
    node: Annotated[
        list[str] | None, typer.Option(help="A web process; name it again for each.")
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0, help="Only what is counted from now on, for so long.")
    ] = 0,
    top: Annotated[int, typer.Option(min=1, help="Endpoints and questions shown.")] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Tell what requests wait for: the proxy's queue, a connection, the databases, a core.

    Reads /metrics of every node given and adds them up; the endpoints that take most time in all
    come first, then the questions that the databases take longest over. Needs no database.
    """
    nodes = node or _here()
    try:
        reading = of_nodes(nodes)
        if seconds:
            time.sleep(seconds)
            reading = of_nodes(nodes).since(reading)
    except NotThere as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(1) from error
    if as_json:
        print(json.dumps(asdict(reading), ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False)
    console.print(_endpoints(reading, top))
    console.print(_questions(reading, top))


def _here() -> list[str]:
    """Return the web processes of this machine: those behind the proxy, or the one server."""
    from openlaas.nodes.wanted import LOOPBACK, WantedFile

    places = paths.known_places(paths.var_folder())
    try:
        wanted = WantedFile(places).read().nodes if places else ()
    except StackError:
        wanted = ()
    return [f"http://{LOOPBACK}:{node.port}" for node in wanted] or ["http://127.0.0.1:8000"]


def _endpoints(reading: Reading, top: int) -> Table:
    found = sorted(reading.endpoints.items(), key=lambda item: -item[1].all_seconds)
    parts = reading.part_names()
    table = Table(title="Where the time of requests goes: milliseconds a request")
    for heading in ("endpoint", "requests", "all", *parts, "messages", "statements"):
        table.add_column(heading, justify="left" if heading == "endpoint" else "right")
    for name, one in [("every endpoint", reading.total()), *found[:top]]:
        each = [f"{one.each_ms(part):.2f}" for part in parts]
        asked = [f"{one.messages / one.requests:.1f}", f"{one.statements / one.requests:.1f}"]
        mean = f"{one.all_seconds / one.requests * 1000:.2f}"
        table.add_row(name, f"{one.requests:,.0f}", mean, *each, *asked)
    return table


def _questions(reading: Reading, top: int) -> Table:
    table = Table(title="What the databases are asked")
    for heading in ("question", "calls", "ms each", "seconds", "words"):
        table.add_column(heading, justify="right" if heading[0] in "cms" else "left")
    found: list[tuple[str, Figures]] = sorted(
        reading.questions.items(), key=lambda item: -item[1].seconds
    )
    for name, one in found[:top]:
        each = f"{one.seconds / one.calls * 1000:.2f}"
        words = reading.words.get(name, "")[:60]
        table.add_row(name, f"{one.calls:,.0f}", each, f"{one.seconds:.2f}", words)
    return table
