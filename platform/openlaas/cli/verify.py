"""`openlaas verify`: are the books whole?"""

import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

console = Console(stderr=True)


def verify(
    code: list[str] = typer.Option([], help="A body's code; may be given several times."),
    everybody: bool = typer.Option(False, "--all", help="Every body that has books."),
    as_json: bool = typer.Option(False, "--json", help="Print the result as JSON."),
) -> None:
    """Check the books of bodies beside their traffic; exit 1 when anything is wrong."""
    import django

    django.setup()
    from tenants.directory.queries import bodies_with_books

    codes = [body.code for body in bodies_with_books()] if everybody else code
    if not codes:
        raise typer.BadParameter("give --code or --all")
    started = time.monotonic()
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    results = []
    with (
        Progress(*columns, console=console) as progress,
        ProcessPoolExecutor(mp_context=get_context("spawn")) as processes,
    ):
        task = progress.add_task("bodies", total=len(codes))
        for result in processes.map(_verify_one, codes):
            results.append(result)
            progress.advance(task)
    findings = [finding for result in results for finding in result["findings"]]
    summary = {
        "bodies": len(results),
        "entries": sum(result["entries"] for result in results),
        "findings": len(findings),
        "wall_s": round(time.monotonic() - started, 2),
    }
    if as_json:
        print(json.dumps({**summary, "details": findings}, ensure_ascii=False))
    else:
        for finding in findings:
            console.print("{body} event {event_no}: {check}: {detail}".format(**finding))
        console.print(", ".join(f"{name} {value}" for name, value in summary.items()))
    raise typer.Exit(code=1 if findings else 0)


def _verify_one(code: str) -> dict[str, Any]:
    """Verify one body, in a process of its own."""
    import django

    django.setup()
    from accounting.journal import verification
    from tenants.directory.queries import body_with_books
    from tenants.transactions import tenant_transaction

    body = body_with_books(code)
    if body is None:
        return _result(code, 0, [{"check": "directory", "event_no": None, "detail": "no books"}])
    with tenant_transaction(body, read_only=True, statement_timeout_ms=0):
        found = verification.verify_books()
    details = [
        {"check": f.check, "event_no": f.event_no, "detail": f.detail} for f in found.findings
    ]
    return _result(code, found.entries, details)


def _result(code: str, entries: int, findings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"entries": entries, "findings": [{"body": code, **finding} for finding in findings]}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(verify)
