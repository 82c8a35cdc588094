"""`openlaas load`: officers at work against a deployment, and whether it bears them."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from loadtests.gates import ACCEPTANCE, Gates
from loadtests.profiles import Day
from openlaas.cli import load_limits
from openlaas.stack import paths

if TYPE_CHECKING:
    from openlaas.bench.report import Report
    from openlaas.load.days import Asked

_OFFICERS = paths.REPOSITORY / "build" / "demo" / "officers.json"
_REASONS = ("gate: ", "failed: ")  # how the locustfile's lines about them begin
_FAILED_GATE = 1  # Locust's exit code; others mean that it could not run


class Profile(StrEnum):
    """What the officers do."""

    SMOKE = "smoke"
    RECEIPTS = "receipts"
    VOUCHERS = "vouchers"
    NORMAL = "normal"
    MONTH_END = "month-end"
    YEAR_END = "year-end"
    LOGIN_STORM = "login-storm"
    BACK_FILL = "back-fill"
    NOISY_NEIGHBOUR = "noisy-neighbour"
    REPORTS = "reports"
    SPIKE = "spike"
    SOAK = "soak"
    OVERLOAD = "overload"
    CONCURRENCY = "concurrency"
    TWENTY = "twenty"
    CAPACITY = "capacity"
    SPREAD = "spread"


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


# What these show, the proxy does: sending away, a body's limits, papers in processes of their own.
_BEHIND_A_PROXY = frozenset({Profile.OVERLOAD, Profile.NOISY_NEIGHBOUR, Profile.REPORTS})

_Target = Annotated[
    str | None, typer.Option(help="The deployment; a day without one makes its own system.")
]
_Officers = Annotated[Path, typer.Option(help="Who acts, as the demo writes it.")]
_Users = Annotated[
    int | None, typer.Option(min=1, help="Simulated users at once, else the profile's own.")
]
_Seconds = Annotated[int | None, typer.Option(min=1, help="How long, else the profile's own.")]
_Rate = Annotated[float | None, typer.Option(help="Actions a second at a day's peak.")]
_Share = Annotated[float, typer.Option(help="Of the nation's rate, without --rate.")]
_Sessions = Annotated[int, typer.Option(min=1, help="Signed in, for concurrency.")]
_Bodies = Annotated[int, typer.Option(min=1, help="Of a system of its own.")]
_Nodes = Annotated[int, typer.Option(min=0, help="Its web processes; 0: two workers.")]
_Cores = Annotated[float | None, typer.Option(help="They are held to so many.")]
_Haproxy = Annotated[
    bool | None,
    typer.Option(help="HAProxy before them; else where the profile is about what it does."),
]
_Shape = Annotated[Day | None, typer.Option(help="Of smoke: officers come and go as on this day.")]
_Processes = Annotated[int, typer.Option(min=1, help="Of smoke, receipts, vouchers: of Locust.")]
_Each = Annotated[bool, typer.Option(help="A connection for each officer.")]
_Pages = Annotated[
    float,
    typer.Option(min=0, max=1, help="Of the looking, so much by the portal's pages, not the API."),
]
_Seed = Annotated[int, typer.Option(help="Another seed, another order.")]
_Var = Annotated[Path | None, typer.Option(help="The folder of its own servers.")]
_P95 = Annotated[float, typer.Option("--p95-ms", help="The gate of slow answers.")]
_P99 = Annotated[float, typer.Option("--p99-ms", help="The gate of the slowest.")]
_From = Annotated[
    Path | None, typer.Option("--from", help="Capacity: fit an earlier capacity.json again.")
]
_Anew = Annotated[
    str | None,
    typer.Option(help="Capacity: measure this series anew, the others are those of --from."),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def load(
    profile: Annotated[Profile, typer.Argument(help="What they do.")],
    *,
    target: _Target = None,
    officers: _Officers = _OFFICERS,
    users: _Users = None,
    seconds: _Seconds = None,
    rate: _Rate = None,
    share: _Share = 0.05,
    sessions: _Sessions = 10_000,
    bodies: _Bodies = 1000,
    nodes: _Nodes = 0,
    app_cores: _Cores = None,
    haproxy: _Haproxy = None,
    connections_each: _Each = False,
    shape: _Shape = None,
    processes: _Processes = 1,
    pages: _Pages = 0.0,
    seed: _Seed = 1,
    var: _Var = None,
    p95_ms: _P95 = ACCEPTANCE.p95_ms,
    p99_ms: _P99 = ACCEPTANCE.p99_ms,
    measured: _From = None,
    anew: _Anew = None,
    as_json: _AsJson = False,
) -> None:
    """Officers at work against a deployment; ends with 1 when a gate does not hold.

    smoke, receipts (counters of bodies), vouchers (ฎีกา by six people) ask the stack of `make run`
    or --target. The others are days of scheduled arrivals (loadtests/profiles.py), on a system
    made for them or on --target. Ends with 3 when the driver was the bottleneck. Writes
    build/bench/load.json and, for people, load-<profile>.html beside it. twenty offers more until
    no more is done, and asks for a busy processor there; capacity measures demand and throughput
    by size (build/bench/capacity.json and .md); spread compares all bodies with few.
    """
    limits = Gates(p95_ms=p95_ms, p99_ms=p99_ms)
    if profile in _WORK:
        run = _run_of(profile, target=target, officers=officers, users=users, seconds=seconds)
        run = replace(run, shape=shape or "", processes=processes, pages=pages)
        _profile(run, limits, as_json=as_json)
    own = {"var": _own_folder(var), "bodies": bodies, "nodes": nodes, "app_cores": app_cores}
    own["haproxy"] = profile in _BEHIND_A_PROXY if haproxy is None else haproxy
    driving = {"seed": seed, "connections_each": connections_each, "pages": pages}
    own["with_pages"] = pages > 0
    if profile in {Profile.TWENTY, Profile.CAPACITY, Profile.SPREAD}:
        told = load_limits.Told(target, own, seed, seconds, rate, measured, anew)
        load_limits.end(profile.value, told, as_json=as_json)
    size = {"seconds": seconds, "rate": rate, "share": share, "sessions": sessions}
    where = {"target": target, "officers": officers, "limits": limits}
    _day(_asked(Day(profile.value), own, driving, {**size, **where}), as_json=as_json)


def _run_of(
    profile: Profile,
    *,
    target: str | None,
    officers: Path,
    users: int | None,
    seconds: int | None,
) -> "_Run":
    work = _WORK[profile]
    return _Run(
        profile=profile.value,
        journey=work.journey,
        target=target or "http://127.0.0.1:8000",
        officers=officers,
        users=users or work.users,
        seconds=seconds or 30,
    )


def _own_folder(var: Path | None) -> Path:
    from openlaas.bench import report

    return (var or report.bench_folder() / "var-load").resolve()


def _asked(
    day: Day, own: dict[str, Any], driving: dict[str, Any], others: dict[str, Any]
) -> "Asked":
    from openlaas.load.days import Asked
    from openlaas.load.ground import OwnSystem
    from openlaas.load.running import Driving

    return Asked(day=day, own=OwnSystem(**own), driving=Driving(**driving), **others)


def _day(asked: "Asked", *, as_json: bool) -> NoReturn:
    """Run a day, write the report, and end with what the gates say."""
    from openlaas.load.days import a_day
    from openlaas.stack.errors import StackError

    errors = Console(stderr=True, highlight=False)
    try:
        found, reasons, code = a_day(asked, announce=lambda line: errors.print(line, markup=False))
    except StackError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(2) from error
    for reason in reasons:
        errors.print(reason, markup=False)
    _end(found, code, as_json=as_json)


def _end(found: "Report", code: int, *, as_json: bool) -> NoReturn:
    """Write the report as JSON and as a page, say where, and end."""
    from openlaas.bench import report
    from openlaas.load import page

    folder = report.bench_folder()
    written = (found.write(folder), page.write(found, folder))
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        console = Console(highlight=False)
        console.print(_table(found.dataset["profile"], found.figures))
        for path in written:
            console.print(f"written: {path}", soft_wrap=True)
    raise typer.Exit(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What Locust is asked for.

    Attributes:
        shape: a day whose officers come and go; empty: all are there from the beginning.
        processes: workers, each with its part of the bodies.
        pages: of the looking, so much by pages.
    """

    profile: str
    journey: str
    target: str
    officers: Path
    users: int
    seconds: int
    shape: str = ""
    processes: int = 1
    pages: float = 0.0

    def words(self) -> list[str]:
        """Return Locust's own words for it."""
        words = ["--host", self.target, "--officers", str(self.officers)]
        if self.shape:
            words += ["--shape", self.shape, "--sessions", str(self.users)]
            words += ["--seconds", str(self.seconds)]
        else:
            words += ["--users", str(self.users), "--spawn-rate", str(self.users)]
            words += ["--run-time", f"{self.seconds}s"]
        if self.pages:
            words += ["--pages", str(self.pages)]
        if self.processes > 1:
            words += ["--processes", str(self.processes)]
        return words


def _profile(run: _Run, gates: Gates, *, as_json: bool) -> NoReturn:
    """Run a journey, write the report, and end with what the gates say."""
    from openlaas.bench import report

    errors = Console(stderr=True, highlight=False)
    if not run.officers.is_file():
        errors.print(f"There is no {run.officers}: run `openlaas demo`, or give --officers")
        raise typer.Exit(2)
    words = [*run.words(), "--p95-ms", str(gates.p95_ms), "--p99-ms", str(gates.p99_ms)]
    files = ["locustfile.py", *(["shapes.py"] if run.shape else [])]
    code, figures, told_wrong = _run_locust([*words, run.journey], files=files, errors=errors)
    told = asdict(run)
    names = ("profile", "target", "users", "seconds", "shape", "processes", "pages")
    dataset = {name: told[name] for name in names}
    dataset |= _judged(told_wrong)
    dataset["limits"] = {name: asdict(gates)[name] for name in ("p95_ms", "p99_ms", "error_share")}
    _end(report.Report(name="load", dataset=dataset, figures=figures), code, as_json=as_json)


def _run_locust(
    words: list[str], *, files: list[str], errors: Console
) -> tuple[int, dict[str, Any], list[str]]:
    """Run Locust without its pages; return its exit code, its figures, and what was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "locust", "--headless", "--only-summary"]
        folder_of_all = paths.REPOSITORY / "loadtests"
        command += ["--locustfile", ",".join(str(folder_of_all / name) for name in files)]
        command += ["--figures", str(written), *words]
        done = subprocess.run(  # noqa: S603 - our own words
            command, env=_environment(), capture_output=True, text=True, check=False
        )
        if done.returncode > _FAILED_GATE or not written.is_file():
            errors.print(f"Locust could not run:\n{(done.stdout + done.stderr)[-3000:]}")
            raise typer.Exit(2)
        told = [line for line in done.stderr.splitlines() if line.startswith(_REASONS)]
        if done.returncode == _FAILED_GATE:
            errors.print("\n".join(told), markup=False)
        return done.returncode, json.loads(written.read_text(encoding="utf-8")), told


def _judged(lines: list[str]) -> dict[str, Any]:
    """Return the gates that failed, and how often each request did, of the locustfile's lines."""
    gate, failed = _REASONS
    counted = [
        line.removeprefix(failed).rpartition(" (") for line in lines if line.startswith(failed)
    ]
    return {
        "gates_failed": [line.removeprefix(gate) for line in lines if line.startswith(gate)],
        "errors_by_kind": {kind: int(count.split()[0]) for kind, _, count in counted},
    }


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
