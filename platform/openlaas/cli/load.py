"""`openlaas load`: officers at work against a deployment, and whether it bears them."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from loadtests.gates import ACCEPTANCE, Gates
from openlaas.stack import paths

_OFFICERS = paths.REPOSITORY / "build" / "demo" / "officers.json"
_FAILED_GATE = 1  # Locust's exit code; others mean that it could not run


class Profile(StrEnum):
    """What the officers do."""

    SMOKE = "smoke"
    RECEIPTS = "receipts"
    VOUCHERS = "vouchers"


@dataclass(frozen=True, slots=True)
class _Work:
    """A profile's journey, and how many work at once unless told."""

    journey: str
    users: int


_WORK = {
    Profile.SMOKE: _Work("OfficeUser", 20),
    Profile.RECEIPTS: _Work("ReceiptUser", 20),
    Profile.VOUCHERS: _Work("VoucherUser", 10),
}


def load(
    profile: Annotated[Profile, typer.Argument(help="What they do.")],
    *,
    target: Annotated[str, typer.Option(help="The deployment.")] = "http://127.0.0.1:8000",
    officers: Annotated[Path, typer.Option(help="Who acts, as the demo writes it.")] = _OFFICERS,
    users: Annotated[
        int | None, typer.Option(min=1, help="Simulated users at once, else the profile's own.")
    ] = None,
    seconds: Annotated[int, typer.Option(min=1, help="How long.")] = 30,
    p95_ms: Annotated[
        float, typer.Option("--p95-ms", help="The gate of slow answers.")
    ] = ACCEPTANCE.p95_ms,
    p99_ms: Annotated[
        float, typer.Option("--p99-ms", help="The gate of the slowest.")
    ] = ACCEPTANCE.p99_ms,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Officers at work against a deployment; ends with 1 when a gate does not hold.

    smoke: the office journey. receipts: receipts, handed over, counted, summed up and checked; a
    user is the counter of a body. vouchers: ฎีกา by their six people, in bodies with a budget in
    force (`openlaas demo --bodies N`). Needs no access to the databases. Writes
    build/bench/load.json.
    """
    work = _WORK[profile]
    run = _Run(profile.value, work.journey, target, officers, users or work.users, seconds)
    _profile(run, Gates(p95_ms=p95_ms, p99_ms=p99_ms), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Run:
    """What Locust is asked for."""

    profile: str
    journey: str
    target: str
    officers: Path
    users: int
    seconds: int


def _profile(run: _Run, gates: Gates, *, as_json: bool) -> NoReturn:
    """Run a journey, write the report, and end with what the gates say."""
    from openlaas.bench import report

    console, errors = Console(highlight=False), Console(stderr=True, highlight=False)
    if not run.officers.is_file():
        errors.print(f"There is no {run.officers}: run `openlaas demo`, or give --officers")
        raise typer.Exit(2)
    words = ["--host", run.target, "--officers", str(run.officers), "--users", str(run.users)]
    words += ["--spawn-rate", str(run.users), "--run-time", f"{run.seconds}s"]
    words += ["--p95-ms", str(gates.p95_ms), "--p99-ms", str(gates.p99_ms), run.journey]
    code, figures = _run_locust(words, errors=errors)
    told = asdict(run)
    dataset = {name: told[name] for name in ("profile", "target", "users", "seconds")}
    found = report.Report(name="load", dataset=dataset, figures=figures)
    path = found.write(report.bench_folder())
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        console.print(_table(run.profile, figures))
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


def _table(profile: str, figures: dict[str, Any]) -> Table:
    table = Table(title=f"Load: {profile}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name, f"{value:,.5g}")
    return table


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(load)
