"""`openlaas prove …`: what only shows itself when things go wrong."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from openlaas.stack.errors import StackError

if TYPE_CHECKING:
    from openlaas.bench.report import Report

prove = typer.Typer(help=__doc__, no_args_is_help=True)
_console, _errors = Console(highlight=False), Console(stderr=True, highlight=False)


@prove.callback()
def _group() -> None:
    """What only shows itself when things go wrong."""


@prove.command()
def crashes(
    *,
    kills: Annotated[int, typer.Option(min=1, help="How many processes are killed.")] = 300,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies that are posted to.")] = 8,
    clients: Annotated[int, typer.Option(min=1, help="Programs that post at once.")] = 32,
    seed: Annotated[int, typer.Option(help="What is killed when, and what is posted.")] = 2569,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="A new folder; it stays if a promise was broken."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Kill -9 app processes, PostgreSQL's backends and its postmaster while clients post.

    Runs `openlaas up` on servers of its own, kills nothing else, and writes
    build/prove/crashes.json. Ends with 1 when anything acknowledged was lost, doubled or changed.
    """
    from openlaas.crashes import proof

    wishes = proof.Wishes(
        var=(var or _folder() / "var").resolve(),
        kills=kills,
        bodies=bodies,
        clients=clients,
        seed=seed,
    )
    _prove_promises(proof, wishes, as_json=as_json)


@prove.command()
def archives(
    *,
    bodies: Annotated[int, typer.Option(min=1, help="Random bodies that go out and back.")] = 20,
    seed: Annotated[int, typer.Option(help="Which bodies, and how many entries each has.")] = 2569,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Export bodies, check them in a bare Python, bring them into an empty instance; restore one.

    Runs two instances on servers of their own, removed afterwards, and writes
    build/prove/archives.json. Ends with 1 when anything differs.
    """
    from openlaas.archives import proof

    wishes = proof.Wishes(bodies=bodies, of=2 * bodies, seed=seed)
    folder = _folder()  # before a proof points this process at servers of its own
    with _told_failure():
        done = proof.prove(wishes, announce=_say)
    found = done.report()
    _tell(found, _words(found), done.findings, folder=folder, as_json=as_json)
    raise typer.Exit(1 if done.findings else 0)


@prove.command()
def moves(
    *,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies that are posted to and move.")] = 20,
    clients: Annotated[int, typer.Option(min=1, help="Programs that post at once.")] = 16,
    killed: Annotated[int, typer.Option(min=0, help="Moves killed and run again.")] = 5,
    posting_seconds: Annotated[
        float, typer.Option(min=0, help="Posting before the first move and after the last.")
    ] = 10.0,
    seed: Annotated[int, typer.Option(help="Which moves are killed, and what is posted.")] = 2569,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="A new folder; it stays if a promise was broken."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Move bodies between cells while clients post to them; some moves are killed and run again.

    Runs `openlaas up` on servers of its own and writes build/prove/moves.json. Ends with 1 when
    anything acknowledged was lost, doubled or changed.
    """
    from openlaas.moves import proof

    wishes = proof.Wishes(
        var=(var or _folder() / "var").resolve(),
        bodies=bodies,
        clients=clients,
        killed=killed,
        posting_seconds=posting_seconds,
        seed=seed,
    )
    _prove_promises(proof, wishes, as_json=as_json)


@prove.command()
def nodes(
    *,
    nodes: Annotated[int, typer.Option(min=2, help="Processes for pages and API.")] = 4,
    bodies: Annotated[int, typer.Option(min=1, help="Bodies that are worked in.")] = 40,
    kills: Annotated[int, typer.Option(min=0, help="Processes that are killed.")] = 5,
    seconds: Annotated[
        float, typer.Option(min=0.5, help="Of work after each thing that is done.")
    ] = 5.0,
    seed: Annotated[int, typer.Option(help="What is posted and read when.")] = 2569,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="A new folder; it stays if a promise was broken."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Drain, add, remove, roll and kill -9 app processes behind HAProxy while clients work.

    Runs `openlaas up --haproxy` on servers of its own and writes build/prove/nodes.json. Ends with
    1 when a request failed that no killed process had under way, or anything was lost or doubled.
    """
    from openlaas.nodes import proof

    wishes = proof.Wishes(
        var=(var or _folder() / "var").resolve(),
        nodes=nodes,
        bodies=bodies,
        kills=kills,
        seconds=seconds,
        seed=seed,
    )
    _prove_promises(proof, wishes, as_json=as_json)


@prove.command()
def year(
    *,
    documents: Annotated[
        int, typer.Option(min=500, help="Of the fiscal year; an average office makes 12,800.")
    ] = 12_800,
    body: Annotated[str, typer.Option(help="A body of province 11.")] = "5110106",
    seed: Annotated[int, typer.Option(help="Which documents are made.")] = 2569,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="A new folder; it stays if anything is wrong."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Do a fiscal year of a body's work through the API, by its officers, and verify every day.

    Runs `openlaas up` on servers of its own and writes build/prove/year.json. Ends with 1 when
    `openlaas verify` found anything on any evening.
    """
    from openlaas.workdays import proof

    wishes = proof.Wishes(
        var=(var or _folder() / "var").resolve(), body=body, documents=documents, seed=seed
    )
    folder = _folder()  # before a proof points this process at servers of its own
    with _told_failure():
        done = proof.prove(wishes, announce=_say)
    found = proof.report(done, wishes)
    _tell(found, _words(found), done.findings, folder=folder, as_json=as_json)
    raise typer.Exit(1 if done.findings else 0)


@prove.command()
def rollups(
    *,
    documents: Annotated[int, typer.Option(min=1, help="Entries while it is killed.")] = 20_000,
    kills: Annotated[int, typer.Option(min=1, help="How often the consumer is killed.")] = 200,
    bodies: Annotated[int, typer.Option(min=2, help="Bodies that are posted to.")] = 40,
    clients: Annotated[int, typer.Option(min=1, help="Programs that post at once.")] = 16,
    steady_seconds: Annotated[
        float, typer.Option(min=1, help="Of work before the first kill: how fresh are figures?")
    ] = 60.0,
    stopped_seconds: Annotated[
        float, typer.Option(min=0, help="How long a cell lets nobody in.")
    ] = 60.0,
    seed: Annotated[int, typer.Option(help="When it is killed, and what is posted.")] = 2569,
    var: Annotated[
        Path | None,
        typer.Option(resolve_path=True, help="A new folder; it stays if a promise was broken."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Kill -9 the consumer of the centre's figures while clients post; then recompute them all.

    Runs `openlaas up` on servers of its own, with a second consumer beside, transactions left open,
    and a cell that is away for a while; writes build/prove/rollups.json. Ends with 1 when any
    figure is not what the books say.
    """
    from openlaas.centre import proof

    wishes = proof.Wishes(
        var=(var or _folder() / "var").resolve(),
        documents=documents,
        kills=kills,
        bodies=bodies,
        clients=clients,
        steady_seconds=steady_seconds,
        stopped_seconds=stopped_seconds,
        seed=seed,
    )
    folder = _folder()  # before a proof points this process at servers of its own
    with _told_failure():
        done = proof.prove(wishes, announce=_say)
    found = proof.report(done)
    _tell(found, _words(found), done.findings, folder=folder, as_json=as_json)
    raise typer.Exit(1 if done.findings else 0)


def _prove_promises(proof: Any, wishes: Any, *, as_json: bool) -> NoReturn:
    """Make a proof of the promises of crashes/checks.py, tell its figures by promise, and end.

    Args:
        proof: a module with `prove` and `report`.
        wishes: its own.
        as_json: print the report as JSON.
    """
    folder = _folder()  # before a proof points this process at servers of its own
    with _told_failure():
        done = proof.prove(wishes, announce=_say)
    found = proof.report(done)
    _tell(found, [_table(found)], found.dataset["findings"], folder=folder, as_json=as_json)
    raise typer.Exit(1 if done.findings else 0)


def _folder() -> Path:
    """Return where proofs leave what they found."""
    from openlaas.bench.report import bench_folder

    return bench_folder().with_name("prove")


def _say(line: str) -> None:
    _errors.print(Text(line), soft_wrap=True)


@contextmanager
def _told_failure() -> Iterator[None]:
    """Say in a line why a proof could not be made."""
    try:
        yield
    except StackError as error:
        _errors.print(Text(f"The proof failed: {error}", style="red"), soft_wrap=True)
        raise typer.Exit(1) from None


def _tell(
    found: "Report",
    shown: Iterable[Table | str],
    findings: Iterable[str],
    *,
    folder: Path,
    as_json: bool,
) -> None:
    """Write the report down and print it: its figures, then every finding."""
    path = found.write(folder)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return
    for one in shown:
        _console.print(one)
    for finding in findings:
        _console.print(Text(finding), soft_wrap=True)
    _console.print(f"written: {path}")


def _words(found: "Report") -> list[str]:
    return [f"{name.replace('_', ' ')}: {value:,}" for name, value in found.figures.items()]


def _table(found: "Report") -> Table:
    from openlaas.crashes.checks import PROMISES

    title = f"{found.name.capitalize()}: {found.dataset['clients']} clients, {found.commit}"
    table = Table(title=title)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in found.figures.items():
        if not name.startswith("broken_"):
            table.add_row(name.replace("_", " "), f"{value:,}")
    table.add_section()
    for promise, words in PROMISES.items():
        table.add_row(words, f"{found.figures[f'broken_{promise}']:,}")
    return table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(prove, name="prove")
