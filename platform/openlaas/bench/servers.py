"""Which app server carries our work cheapest? All on the same databases, in turns.

Each way serves with two processes, between which bodies are divided as a proxy would. In each
round it is started anew, meets the bodies at a calm rate, is measured at that rate, and is then
offered more than it can do.
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median

from rich.table import Table

from loadtests.saturation import driver_was_full, is_saturated
from openlaas.bench import app_servers, served
from openlaas.bench.app_servers import OURS, WAYS, Way
from openlaas.bench.report import Report
from openlaas.bench.samples import spread
from openlaas.load.ground import Ground, OwnSystem, Servers, own_servers
from openlaas.load.running import Driving, Run, run
from openlaas.load.twenty import mix_at
from openlaas.load.web_side import APP
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

PROCESSES = 2
_OVER = 1.3  # times what was done is offered next, until it is too much
_TRIES = 5
_CLEARLY = 0.95  # of our processor time: what is cheaper by less is not worth another server
_LEAST_DONE = 0.95  # of what ours does
_MOST_P99 = 1.25  # of ours
FIGURES = ("per_s", "app_ms", "calm_app_ms", "p50_ms", "p99_ms", "process_mb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the person asked `openlaas bench servers` for.

    Attributes:
        seconds: of each measurement, warming up left out.
        calm_per_s: actions a second that no way finds hard; percentiles are taken there.
        first_per_s: actions a second first offered to find what a way does at most.
    """

    own: OwnSystem
    driving: Driving
    seconds: float = 20.0
    rounds: int = 3
    calm_per_s: float = 40.0
    first_per_s: float = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one way showed in one round.

    Attributes:
        per_s: actions a second when more was offered.
        app_ms: the app's processor time for each action done meanwhile, that for refusing the
            others included; `calm_app_ms` is the same at the calm rate, where none is refused.
        p50_ms: at the calm rate, from the moment due to the answer; so is `p99_ms`.
        process_mb: resident memory of a process afterwards.
        offered_per_s: what was offered when `per_s` was done.
        failed: requests that were answered wrongly or not at all, at both rates.
        others_cores: that others' work on the machine took at saturation.
        doubts: why the sample says little about the server.
    """

    per_s: float
    app_ms: float
    calm_app_ms: float
    p50_ms: float
    p99_ms: float
    process_mb: float
    offered_per_s: float = 0.0
    failed: int = 0
    others_cores: float = 0.0
    doubts: Sequence[str] = ()


Samples = Mapping[str, Sequence[Sample]]


def bench_servers(wishes: Wishes, *, announce: Announce) -> Report:
    """Measure each way in each round on a system of its own.

    Raises:
        StackError: something could not be started, or the driver could not run.
    """
    with own_servers(wishes.own, announce=announce) as servers:
        works = {way.key: partial(_sample, way, servers, wishes) for way in WAYS}
        taken = in_turns(works, rounds=wishes.rounds, announce=announce)
    return report(wishes, taken)


def in_turns(
    works: Mapping[str, Callable[[], Sample]], *, rounds: int, announce: Announce
) -> dict[str, list[Sample]]:
    """Take a sample of each work in turn, round after round, always in the same order."""
    taken: dict[str, list[Sample]] = {key: [] for key in works}
    for number in range(rounds):
        for key, work in works.items():
            one = work()
            taken[key].append(one)
            told = f"{one.per_s:,.0f} a second, {one.app_ms:.2f} ms of the app each"
            announce("; ".join((f"round {number + 1}, {key}: {told}", *one.doubts)))
    return taken


def ratios(samples: Samples, key: str, figure: str) -> list[float]:
    """Return a way's figure over ours, round by round.

    Raises:
        ValueError: they were not measured equally often.
    """
    pairs = zip(samples[key], samples[OURS.key], strict=True)
    return [getattr(one, figure) / getattr(ours, figure) for one, ours in pairs]


def chosen(samples: Samples) -> str:
    """Return the key of the way to be started: ours, unless another is clearly cheaper.

    Clearly is: 5 % less of the app's processor time per action, in the median of the rounds, and
    less in each of them; nearly as much done, and p99 no worse than by a quarter; nothing failed.
    """
    cheaper = [key for key in samples if key != OURS.key and _is_clearly_cheaper(samples, key)]
    return min(cheaper, key=lambda key: median(ratios(samples, key, "app_ms")), default=OURS.key)


def report(wishes: Wishes, samples: Samples) -> Report:
    """Return the medians of the rounds, and ratios to ours, within each round first."""
    return Report(
        name="servers",
        dataset={
            "bodies": wishes.own.bodies,
            "processes": PROCESSES,
            "rounds": wishes.rounds,
            "seconds": wishes.seconds,
            "calm_per_s": wishes.calm_per_s,
            "seed": wishes.driving.seed,
            "chosen": chosen(samples),
            "scatter": {
                key: round(spread(one.per_s for one in taken), 3) for key, taken in samples.items()
            },
            "samples": {key: [asdict(one) for one in taken] for key, taken in samples.items()},
        },
        figures={
            f"{key}_{figure}": round(median(getattr(one, figure) for one in taken), 3)
            for key, taken in samples.items()
            for figure in FIGURES
        },
        ratios={
            f"{key}_{figure}_per_ours": round(median(ratios(samples, key, figure)), 3)
            for key in samples
            if key != OURS.key
            for figure in FIGURES
        },
    )


def table(found: Report) -> Table:
    """Return what a person reads."""
    shown = Table(title="App servers: medians of the rounds (over ours)")
    headings = ("server", "actions per s", "app ms", "calm app ms", "p50 ms", "p99 ms", "MB")
    for heading in headings:
        shown.add_column(heading, justify="left" if heading == "server" else "right")
    for way in WAYS:
        cells = []
        for figure in FIGURES:
            ratio = found.ratios.get(f"{way.key}_{figure}_per_ours")
            beside = "" if ratio is None else f" ({ratio:.2f})"
            cells.append(f"{found.figures[f'{way.key}_{figure}']:,.2f}{beside}")
        mark = " *" if way.key == found.dataset["chosen"] else ""
        shown.add_row(way.says + mark, *cells)
    shown.caption = "* to be started: ours, unless another is clearly cheaper"
    return shown


def _is_clearly_cheaper(samples: Samples, key: str) -> bool:
    costs = ratios(samples, key, "app_ms")
    return (
        median(costs) <= _CLEARLY
        and max(costs) < 1
        and median(ratios(samples, key, "per_s")) >= _LEAST_DONE
        and median(ratios(samples, key, "p99_ms")) <= _MOST_P99
        and not any(one.failed for one in samples[key])
    )


def _sample(way: Way, servers: Servers, wishes: Wishes) -> Sample:
    with _served_by(way, servers) as ground:
        _at(ground, wishes, wishes.calm_per_s)  # a first touch of a body costs four times as much
        calm = _at(ground, wishes, wishes.calm_per_s)
        offered_per_s, full, doubts = _saturated(ground, wishes)
        heads = ground.roots()[APP]
        kept_mb = sum(app_servers.megabytes(head) for head in heads) / len(heads)
    done = calm.all_done()
    return Sample(
        per_s=full.done_per_s,
        app_ms=_app_ms(full),
        calm_app_ms=_app_ms(calm),
        p50_ms=done.percentile(50),
        p99_ms=done.percentile(99),
        process_mb=kept_mb,
        offered_per_s=offered_per_s,
        failed=calm.answered("failed") + full.answered("failed"),
        others_cores=full.others,
        doubts=[*calm.driver.void(), *doubts],
    )


def _saturated(ground: Ground, wishes: Wishes) -> tuple[float, Run, list[str]]:
    """Offer more until it is too much; return what was offered, what was seen, and doubts."""
    offered_per_s = wishes.first_per_s
    seen = _at(ground, wishes, offered_per_s)
    for _ in range(_TRIES - 1):
        if is_saturated(offered_per_s=offered_per_s, done_per_s=seen.done_per_s):
            break
        offered_per_s *= _OVER
        seen = _at(ground, wishes, offered_per_s)
    doubts = list(driver_was_full(seen.driver.processor_share))
    if not is_saturated(offered_per_s=offered_per_s, done_per_s=seen.done_per_s):
        doubts.append(f"{offered_per_s:,.0f} actions a second were not too much")
    return offered_per_s, seen, doubts


def _at(ground: Ground, wishes: Wishes, per_s: float) -> Run:
    return run(ground, mix_at(per_s, wishes.driving, wishes.seconds), wishes.driving)


def _app_ms(seen: Run) -> float:
    """Return the app's processor time (ms) for each action done.

    Raises:
        StackError: nothing was done, or the processors were not looked at twice.
    """
    cores = seen.used.get(APP, 0.0)
    if not seen.done_per_s or not cores:
        raise StackError("nothing was done, or too briefly to read the app's processor time")
    return cores * 1000 / seen.done_per_s


@contextlib.contextmanager
def _served_by(way: Way, servers: Servers) -> Iterator[Ground]:
    ports = served.free_ports(PROCESSES)
    started = app_servers.programs(way, ports, servers.places, environment=dict(os.environ))
    with served.served(
        started, ports, servers.places, ready_path="/readyz", host="localhost"
    ) as children:
        heads = [child.pid for child in children if child.pid]
        yield Ground(
            targets=[f"http://127.0.0.1:{port}" for port in ports],
            officers=servers.officers,
            budgets=servers.budgets,
            bodies=servers.bodies,
            roots=lambda: {APP: heads, **servers.heads()},
            is_ours=True,
        )
