"""`openlaas verify`: are the books whole?"""

import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

console = Console(stderr=True)
Result = dict[str, Any]


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
    """Check the books of bodies beside their traffic; exit 1 when anything is wrong."""
    import django

    django.setup()
    from django.conf import settings

    from tenants.directory.queries import bodies_with_books, earlier_books

    everywhere = [*bodies_with_books(), *earlier_books()] if everybody else []
    codes = [books.name for books in everywhere] or code
    if not codes:
        raise typer.BadParameter("give --code or --all")
    if kept_head and len(codes) != 1:
        raise typer.BadParameter("a head is one body's: give one --code")
    started = time.monotonic()
    results = _finished(state, codes)
    missing = [c for c in codes if c not in results]
    for result in _verified(codes=missing, kept_head=kept_head, processes=processes or None):
        results[result["body"]] = result
        _remember(state, result)
    seconds = time.monotonic() - started
    summary = {
        "bodies": len(results),
        "entries": sum(result["entries"] for result in results.values()),
        "findings": sum(len(result["findings"]) for result in results.values()),
        "outbox_checked": bool(settings.OWNER_PARAMETERS),
        "wall_s": round(seconds, 2),
        "resumed": len(results) - len(missing),
        "bodies_per_s": round(len(missing) / seconds, 1),
        "entries_per_s": round(sum(results[c]["entries"] for c in missing) / seconds),
    }
    path = report or settings.BUILD_DIR / "verify" / "report.json"
    _write_report(path, {**summary, "results": [results[c] for c in codes]})
    if state is not None:
        state.unlink(missing_ok=True)  # finished: the next run begins anew
    _tell(summary, [finding for c in codes for finding in results[c]["findings"]], as_json=as_json)
    raise typer.Exit(code=1 if summary["findings"] else 0)


def _verified(*, codes: list[str], kept_head: str, processes: int | None) -> Iterator[Result]:
    """Yield the result of each body as soon as it is there, from as many processes."""
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    rate = TextColumn("{task.fields[rate]}")
    started, entries, findings = time.monotonic(), 0, 0
    with (
        Progress(*columns, rate, console=console) as progress,
        ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_end_with_parent
        ) as pool,
    ):
        task = progress.add_task("bodies", total=len(codes), rate="")
        jobs = [pool.submit(_verify_one, code, kept_head or None) for code in codes]
        for count, done in enumerate(as_completed(jobs), start=1):
            result = done.result()
            entries, findings = entries + result["entries"], findings + len(result["findings"])
            seconds = time.monotonic() - started
            told = f"{count / seconds:,.1f} bodies/s, {entries / seconds:,.0f} entries/s"
            progress.update(task, advance=1, rate=f"{told}, {findings} findings")
            yield result


def _end_with_parent() -> None:
    """End this process when the one that started it is killed; it would wait for ever."""
    parent = parent_process()
    assert parent is not None  # a pool's process has one

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _verify_one(code: str, kept_head: str | None) -> Result:
    """Verify one body, in a process of its own."""
    import django

    django.setup()
    import django.db
    import psycopg
    from django.conf import settings

    from accounting.journal import verification
    from tenants.backend.errors import WrongTenant
    from tenants.directory.queries import body_with_books
    from tenants.provisioning.outside_check import findings_outside
    from tenants.transactions import BodyClosed, tenant_transaction

    started = time.monotonic()
    body = body_with_books(code)
    findings, entries = [], 0
    if body is None:
        findings = [verification.Finding(check="directory", event_no=None, detail="no books")]
    else:
        try:
            findings = findings_outside(body) if settings.OWNER_PARAMETERS else []
            with tenant_transaction(body, read_only=True, statement_timeout_ms=0):
                found = verification.verify_books(kept_head=kept_head)
            findings, entries = [*found.findings, *findings], found.entries
        except (psycopg.Error, django.db.Error, WrongTenant, BodyClosed) as error:
            # A schema that cannot be read is a finding, and no reason to stop before the others.
            detail = f"{type(error).__name__}: {error}"
            findings.append(verification.Finding(check="reading", event_no=None, detail=detail))
    return {
        "body": code,
        "entries": entries,
        "seconds": round(time.monotonic() - started, 4),
        "findings": [
            {"body": code, "check": f.check, "event_no": f.event_no, "detail": f.detail}
            for f in findings
        ],
    }


def _finished(state: Path | None, codes: list[str]) -> dict[str, Result]:
    """Return the results that a run before this one had finished when it was killed."""
    if state is None or not state.exists():
        return {}
    finished = {}
    for line in state.read_text(encoding="utf-8").splitlines():
        try:
            result = json.loads(line)
        except ValueError:  # the line under the pen when it was killed
            continue
        finished[result["body"]] = result
    return {code: finished[code] for code in codes if code in finished}


def _remember(state: Path | None, result: Result) -> None:
    if state is None:
        return
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.open("a", encoding="utf-8") as file:
        # A line of its own, also after one that was cut short.
        file.write(f"\n{json.dumps(result, ensure_ascii=False)}\n")


def _write_report(path: Path, report: Result) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


def _tell(summary: Result, findings: list[Result], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({**summary, "details": findings}, ensure_ascii=False))
        return
    for finding in findings:
        console.print("{body} event {event_no}: {check}: {detail}".format(**finding))
    console.print(", ".join(f"{name} {value}" for name, value in summary.items()))


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)
