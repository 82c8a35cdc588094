"""`openlaas load twenty`, `capacity`, `spread`: what a system bears, and what stops it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from openlaas.bench.report import Report
    from openlaas.load.capacity import Measurement
    from openlaas.load.ground import OwnSystem
    from openlaas.stack.paths import Announce

_LEAST_SECONDS = 5  # processors are looked at every two
_NODES = 2  # unless told: each has a port of its own, so that all their counters are read
_GOOD, _FAILED_GATE, _NOT_RUN, _VOID = 0, 1, 2, 3
_SERIES = ("processes", "connections", "bodies", "action")
_Found = tuple["Report", str, list[str], int]  # what is written, shown, the reasons, the exit code


@dataclass(frozen=True, slots=True)
class Told:
    """The options that both have.

    Attributes:
        own: what `openlaas.load.ground.OwnSystem` takes.
        measured: an earlier capacity.json.
        anew: a series of it that is measured again.
    """

    target: str | None
    own: Mapping[str, Any]
    seed: int
    seconds: int | None
    rate: float | None
    measured: Path | None
    anew: str | None = None


def end(profile: str, told: Told, *, as_json: bool) -> NoReturn:
    """Run it, write its report, and end with what it says."""
    from openlaas.bench import report
    from openlaas.stack.errors import StackError

    errors = Console(stderr=True, highlight=False)
    if refusals := list(_refusals(profile, told)):
        errors.print("\n".join(refusals))
        raise typer.Exit(_NOT_RUN)

    def announce(line: str) -> None:
        errors.print(line, markup=False)

    try:
        found, shown, reasons, code = _COMMANDS[profile](told, announce)
    except StackError as error:
        errors.print(str(error), markup=False)
        raise typer.Exit(_NOT_RUN) from error
    path = found.write(report.bench_folder())
    for reason in reasons:
        announce(reason)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print(shown or _figures(found))
        print(f"written: {path}")
    raise typer.Exit(code)


def _refusals(profile: str, told: Told) -> Iterator[str]:
    if told.target is not None:
        yield (
            f"{profile} reads processors and processes: it makes its own system, leave --target out"
        )
    if told.seconds is not None and told.seconds < _LEAST_SECONDS:
        yield f"--seconds {told.seconds}: a processor is not read in less than {_LEAST_SECONDS}"
    if told.own["haproxy"] and profile != "twenty":
        yield f"{profile} chooses the process of each request itself: leave --haproxy out"
    if told.own["with_pages"]:
        yield f"{profile} asks the API alone: leave --pages out"
    if told.anew is not None and told.measured is None:
        yield "--anew measures a series of an earlier capacity.json again: say which by --from"
    if told.anew is not None and told.anew not in _SERIES:
        yield f"--anew {told.anew}: the series are {', '.join(_SERIES)}"
    if told.measured is not None and profile != "capacity":
        yield f"--from is an earlier capacity.json; {profile} has nothing to do with it"


def _own(told: Told) -> "OwnSystem":
    from openlaas.load.ground import OwnSystem

    own = OwnSystem(**told.own)
    return own if own.nodes else replace(own, nodes=_NODES)


def _twenty(told: Told, announce: "Announce") -> _Found:
    from openlaas.load.running import Driving
    from openlaas.load.twenty import FIRST_PER_S, STEP_SECONDS, Asked, twenty

    asked = Asked(
        own=_own(told),
        driving=Driving(seed=told.seed),
        seconds=told.seconds or STEP_SECONDS,
        first_per_s=told.rate or FIRST_PER_S,
    )
    found, reasons, code = twenty(asked, announce=announce)
    return found, "", reasons, code


def _spread(told: Told, announce: "Announce") -> _Found:
    from openlaas.load.running import Driving
    from openlaas.load.spread import FIRST_PER_S, STEP_SECONDS, Asked, spread

    asked = Asked(
        own=_own(told),
        driving=Driving(seed=told.seed),
        seconds=told.seconds or STEP_SECONDS,
        first_per_s=told.rate or FIRST_PER_S,
    )
    found, reasons, code = spread(asked, announce=announce)
    return found, "", reasons, code


def _capacity(told: Told, announce: "Announce") -> _Found:
    """Measure, or take what was measured; write the page too when there is a model."""
    from openlaas.bench import report
    from openlaas.load import capacity_page
    from openlaas.load.capacity_model import NotEnough, model_of
    from openlaas.load.capacity_report import measurements_of, report_of

    earlier = _raw(told.measured) if told.measured else None
    raw = earlier if earlier and not told.anew else _measured(told, announce, earlier)
    try:
        model = model_of(measurements_of(raw))
    except NotEnough as error:
        return raw, "", [f"void: no model can be made: {error}"], _VOID
    found = report_of(raw, model)
    page = capacity_page.page(
        model, commit=found.commit, machine=found.machine, bodies=found.dataset["bodies"]
    )
    folder = report.bench_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "capacity.md").write_text(page, encoding="utf-8")
    reasons = model.reasons()
    return found, page, [f"gate: {one}" for one in reasons], _FAILED_GATE if reasons else _GOOD


def _measured(told: Told, announce: "Announce", earlier: "Report | None") -> "Report":
    """Measure all series, or one anew beside the others of an earlier report."""
    from openlaas.bench import report
    from openlaas.load import capacity
    from openlaas.load.capacity import EACH_CORES, STEP_SECONDS, WARM_UP_SECONDS, Asked
    from openlaas.load.capacity_report import measurements_of, raw_report
    from openlaas.load.running import Driving

    own = _own(told)
    asked = Asked(
        own=own,
        driving=Driving(seed=told.seed, warm_up_seconds=WARM_UP_SECONDS),
        seconds=told.seconds or STEP_SECONDS,
        each_cores=own.app_cores or EACH_CORES,
    )

    def keep(found: "Sequence[Measurement]") -> None:
        """Write what there is: an hour's measurements do not go with a crash at its end."""
        raw_report(asked, found).write(report.bench_folder())

    found = capacity.measured(
        asked,
        announce=announce,
        keep=keep,
        series=[told.anew] if told.anew else capacity.SERIES,
        earlier=measurements_of(earlier) if earlier else (),
    )
    return raw_report(asked, found)


def _raw(path: Path) -> "Report":
    """Return an earlier report, or tell why it is none."""
    from openlaas.load.capacity_report import NoMeasurements, read_report

    try:
        return read_report(path)
    except NoMeasurements as error:
        Console(stderr=True).print(str(error), markup=False)
        raise typer.Exit(_NOT_RUN) from error


_COMMANDS = {"twenty": _twenty, "capacity": _capacity, "spread": _spread}


def _figures(found: "Report") -> str:
    table = Table(title=f"Load: {found.name}")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in (found.figures | found.ratios).items():
        table.add_row(name, f"{value:,.5g}")
    console = Console(highlight=False)
    with console.capture() as shown:
        console.print(table)
    return shown.get().rstrip()
