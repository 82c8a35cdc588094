"""`openlaas load …`: officers at work against a deployment, and whether it bears them."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from loadtests.gates import ACCEPTANCE
from openlaas.stack import paths

load = typer.Typer(help=__doc__, no_args_is_help=True)
_OFFICERS = paths.REPOSITORY / "build" / "demo" / "officers.json"
_FAILED_GATE = 1  # Locust's exit code; others mean that it could not run


@load.command()
def smoke(
    *,
    target: Annotated[str, typer.Option(help="The deployment.")] = "http://127.0.0.1:8000",
    officers: Annotated[Path, typer.Option(help="Who acts, as the demo writes it.")] = _OFFICERS,
    users: Annotated[int, typer.Option(min=1, help="Officers at work at once.")] = 20,
    seconds: Annotated[int, typer.Option(min=1, help="How long.")] = 30,
    p95_ms: Annotated[float, typer.Option(help="The gate of slow answers.")] = ACCEPTANCE.p95_ms,
    p99_ms: Annotated[float, typer.Option(help="The gate of the slowest.")] = ACCEPTANCE.p99_ms,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """A short run of the office journey; ends with 1 when a gate does not hold.

    Needs no access to the databases. Writes build/bench/load.json.
    """
    from openlaas.bench import report

    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    if not officers.is_file():
        errors.print(f"There is no {officers}: run `openlaas demo`, or give --officers")
        raise typer.Exit(2)
    words = ["--host", target, "--officers", str(officers), "--users", str(users)]
    words += ["--spawn-rate", str(users), "--run-time", f"{seconds}s"]
    words += ["--p95-ms", str(p95_ms), "--p99-ms", str(p99_ms)]
    code, figures = _run_locust(words, errors=errors)
    found = report.Report(
        name="load",
        dataset={"profile": "smoke", "target": target, "users": users, "seconds": seconds},
        figures=figures,
    )
    path = found.write(report.bench_folder())
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        console.print(_table(figures))
        console.print(f"written: {path}")
    raise typer.Exit(code)


def _run_locust(words: list[str], *, errors: Console) -> tuple[int, dict[str, Any]]:
    """Run Locust without its pages; return its exit code and its figures."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "locust", "--headless", "--only-summary"]
        command += ["--locustfile", str(paths.REPOSITORY / "loadtests" / "locustfile.py")]
        command += ["--figures", str(written), *words]
        done = subprocess.run(  # noqa: S603 - our own words
            command, env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode > _FAILED_GATE or not written.is_file():
            errors.print(f"Locust could not run:\n{(done.stdout + done.stderr)[-3000:]}")
            raise typer.Exit(2)
        if done.returncode == _FAILED_GATE:
            errors.print((done.stdout + done.stderr)[-5000:], markup=False)
        return done.returncode, json.loads(written.read_text(encoding="utf-8"))


def _environment() -> dict[str, str]:
    """Return an environment in which Locust finds the journeys and no settings of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    given = [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
    return {**kept, "PYTHONPATH": os.pathsep.join([str(paths.REPOSITORY), *given])}


def _table(figures: dict[str, Any]) -> Table:
    table = Table(title="Load: smoke")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.5g}")
    return table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(load, name="load")
