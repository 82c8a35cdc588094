"""`openlaas verify`: are the books whole?"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from openlaas.verifying import processes as crew
from openlaas.verifying import report as reports

if TYPE_CHECKING:
    from tenants.fleet_health.books import Books

console = Console(stderr=True)
Result = dict[str, Any]
_NOT_ALL_LOOKED_AT = 2
_FINDINGS_SHOWN = 100


def verify(
    *,
    code: list[str] = typer.Option([], help="A body's code; may be given several times."),
    everybody: bool = typer.Option(False, "--all", help="Every body that has books."),
    kept_head: str = typer.Option("", help="A hash kept elsewhere; with one --code."),
    state: Path | None = typer.Option(
        None, help="Keep what is finished in this file, and go on from it after a crash."
    ),
    report: Path | None = typer.Option(None, help="Default: build/verify/report.json."),
    processes: int = typer.Option(0, min=0, help="How many at once; 0: one for each core."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Check the books of bodies beside their traffic: live, earlier and restored ones.

    Ends with 1 when anything is wrong, with 2 when not all could be looked at.
    """
    import django

    django.setup()
    from django.conf import settings

    from tenants.fleet_health.books import books_of

    if not everybody and not code:
        raise typer.BadParameter("give --code or --all")
    if kept_head and (everybody or len(set(code)) != 1):
        raise typer.BadParameter("a head is one body's: give one --code")
    books = books_of(None if everybody else code)
    started = time.monotonic()
    found = reports.Findings(reports.finished(state, books))
    missing = [one for one in books if one.name not in found]
    resumed = {one.name for one in books} - {one.name for one in missing}
    is_whole_run = _look(missing, found, kept_head=kept_head, processes=processes, state=state)
    known = {name for one in books for name in (one.code, f"{one.code}_{one.generation}")}
    unknown = sorted(set(code) - known)
    results = found.of(books)
    summary = {
        **reports.summary(results, seconds=time.monotonic() - started, resumed=resumed),
        "findings": found.count + len(unknown),
        "outbox_checked": bool(settings.OWNER_PARAMETERS),
        "is_whole_run": is_whole_run,
    }
    details = [*map(_without_books, unknown), *(f for one in results for f in one["findings"])]
    cells = reports.by_cell(results)
    path = report or settings.BUILD_DIR / "verify" / "report.json"
    reports.write(path, {**summary, "cells": cells, "results": results})
    if state is not None and is_whole_run:
        state.unlink(missing_ok=True)  # finished: the next run begins anew
    _tell(summary, cells, details, as_json=as_json)
    raise typer.Exit(code=_exit_code(summary))


def _exit_code(summary: Result) -> int:
    if not summary["is_whole_run"]:
        return _NOT_ALL_LOOKED_AT
    return 1 if summary["findings"] else 0


def _without_books(code: str) -> Result:
    finding = {"check": "directory", "event_no": None, "detail": "no books"}
    return {"body": code, "cell": "", "schema": "", **finding}


def _look(
    missing: Sequence["Books"],
    found: reports.Findings,
    *,
    kept_head: str,
    processes: int,
    state: Path | None,
) -> bool:
    """Verify what is missing; tell whether all of it could be looked at."""
    try:
        for result in _shown(missing, kept_head=kept_head, processes=processes):
            found.add(result)
            reports.remember(state, result)
    except crew.ProcessEnded as error:
        console.print(f"[red]{error}[/red]")
        return False
    return True


def _shown(missing: Sequence["Books"], *, kept_head: str, processes: int) -> Iterator[Result]:
    """Yield each result as it comes, showing how fast they come and when the last one will."""
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rate = TextColumn("{task.fields[rate]}")
    started, entries, findings = time.monotonic(), 0, 0
    verified = crew.verified(
        missing, kept_head=kept_head or None, processes=processes or os.cpu_count() or 1
    )
    with Progress(*columns, rate, console=console) as progress:
        task = progress.add_task("books", total=len(missing), rate="")
        for count, result in enumerate(verified, start=1):
            entries, findings = entries + result["entries"], findings + len(result["findings"])
            seconds = time.monotonic() - started
            told = f"{count / seconds:,.1f} books/s, {entries / seconds:,.0f} entries/s"
            progress.update(task, advance=1, rate=f"{told}, {findings} findings")
            yield result


def _tell(
    summary: Result, cells: dict[str, Result], findings: list[Result], *, as_json: bool
) -> None:
    if as_json:
        print(json.dumps({**summary, "cells": cells, "details": findings}, ensure_ascii=False))
        return
    table = Table(title="Books verified")
    names = ("bodies", "books", "entries", "findings", "seconds")
    for heading in ("cell", *names, "slowest"):
        table.add_column(heading, justify="left" if heading == "cell" else "right")
    for name, cell in cells.items():
        slowest = cell["slowest"][0]
        figures = [f"{cell[figure]:,}" for figure in names]
        table.add_row(name, *figures, f"{slowest['body']} {slowest['seconds']} s")
    console.print(table)
    for finding in findings[:_FINDINGS_SHOWN]:
        console.print("{body} {schema} event {event_no}: {check}: {detail}".format(**finding))
    if len(findings) > _FINDINGS_SHOWN:
        console.print(f"… and {len(findings) - _FINDINGS_SHOWN:,} more in the report")
    console.print(", ".join(f"{name} {value}" for name, value in summary.items()))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)
