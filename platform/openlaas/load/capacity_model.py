"""From measurements to the model: laws, held-out errors, demands, the sizing table. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loadtests import scaling, sizing
from loadtests.scaling import Between, Fit, HeldOut, Point
from loadtests.sizing import Cell, Figure, Kind, Row
from openlaas.load.capacity import ACTION, BODIES, CONNECTIONS, IDLE, PROCESSES, Measurement
from openlaas.load.tiers import GENERATOR

HELD_OUT = {PROCESSES: (3, 4), CONNECTIONS: (4, 16)}  # one among those seen, one beyond them
_MS = 1000
_FEW_BODIES = 100
_MOST_OTHERS_CORES = 0.25  # where the processes were promised all of the machine
Demand = dict[str, Figure]


class NotEnough(ValueError):
    """The measurements do not make a model: too few sizes of processes were full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What follows from the measurements.

    Attributes:
        laws: of `processes`, and of `connections` where enough sizes were full.
        without_law: why a series has none.
        held_out: by series, predictions at sizes that the fit had not seen.
        demand_ms: processor time of an action of the mix by tier, at the largest size.
        actions_ms: the same of one action at a time, what idles beside it taken off.
        by_bodies: actions a second at saturation, by how many bodies were active.
        others_cores: that others' work on the machine took, on average and at most.
        left_out: measurements that say nothing, and why.
    """

    laws: dict[str, Fit]
    without_law: list[str]
    held_out: dict[str, list[HeldOut]]
    demand_ms: Demand
    actions_ms: dict[str, Demand]
    by_bodies: dict[int, Between]
    rows: list[Row]
    others_cores: tuple[float, float]
    left_out: list[str]

    def reasons(self) -> list[str]:
        """Return every reason not to use the model: no law, or a prediction that was not close."""
        return self.without_law + [
            f"{series}: {one.predicted_per_s:,.1f} a second were predicted at {one.workers:g},"
            f" {one.measured_per_s:,.1f} measured: {one.error:.0%} off,"
            f" the limit is {scaling.MOST_ERROR:.0%}"
            for series, found in self.held_out.items()
            for one in found
            if not one.is_close
        ]


def many_over_few(by_bodies: Mapping[int, Between]) -> float | None:
    """Return throughput over all bodies over that over 100, or the most below all of them.

    Where all are active, processes meet bodies that they have not seen: by so much is a cell taken
    to do less, and an action to cost more, than where few were.
    """
    few = [size for size in by_bodies if size <= _FEW_BODIES and size < max(by_bodies)]
    return by_bodies[max(by_bodies)].base / by_bodies[max(few)].base if few else None


def model_of(measurements: Sequence[Measurement]) -> Model:
    """Make the model.

    Raises:
        NotEnough: too few sizes of processes were full.
    """
    used = [one for one in measurements if not _why_left_out(one)]
    points = {
        series: [
            Point(workers=one.size, per_s=one.done_per_s) for one in used if one.series == series
        ]
        for series in HELD_OUT
    }
    laws, held_out, without_law = _fitted(points)
    if PROCESSES not in laws:
        raise NotEnough("; ".join(without_law))
    demand_ms = _demand_of_mix(used)
    largest = laws[PROCESSES].law.measured_to
    by_bodies = _by_bodies(used)
    warm = Figure.of(laws[PROCESSES].per_s(largest), Kind.MODELLED)
    lost = _exactly(min(1.0, many_over_few(by_bodies) or 1.0))
    cell = Cell(
        demand_ms={tier: figure.over(lost) for tier, figure in demand_ms.items()},
        per_s=warm.times(lost),
        workers=largest,
    )
    return Model(
        laws=laws,
        without_law=without_law,
        held_out=held_out,
        demand_ms=demand_ms,
        actions_ms=_demand_by_action(used),
        by_bodies=by_bodies,
        rows=sizing.table(cell),
        others_cores=(
            _mean([one.others_cores for one in used]),
            max(one.others_cores for one in used),
        ),
        left_out=[
            f"{one.series} {one.what or one.size}, round {one.round + 1}: {why}"
            for one in measurements
            if (why := _why_left_out(one))
        ],
    )


def _why_left_out(one: Measurement) -> str:
    if one.void:
        return "; ".join(one.void)
    if one.series != ACTION and not one.is_full:
        return f"not full at {one.offered_per_s:,.0f} a second offered"
    if one.series == CONNECTIONS and one.others_cores > _MOST_OTHERS_CORES:
        return f"others' work took {one.others_cores:.2f} cores of the machine"
    if not one.cores:
        return "no processor time was read"
    return "" if one.done_per_s or one.what == IDLE else "nothing was done"


def _fitted(
    points: dict[str, list[Point]],
) -> tuple[dict[str, Fit], dict[str, list[HeldOut]], list[str]]:
    laws: dict[str, Fit] = {}
    held_out: dict[str, list[HeldOut]] = {}
    without_law: list[str] = []
    for series, sizes in HELD_OUT.items():
        try:
            checked = [scaling.held_out(points[series], size) for size in sizes]
        except ValueError as error:
            without_law.append(f"{series}: no law can be fitted and checked: {error}")
        else:
            laws[series] = scaling.fit(points[series])
            held_out[series] = checked
    return laws, held_out, without_law


def _demand_of_mix(used: Sequence[Measurement]) -> Demand:
    """Return the demand at the largest number of processes, with its least and most round."""
    of_mix = [one for one in used if one.series == PROCESSES]
    largest = max(one.size for one in of_mix)
    rounds = [one for one in of_mix if one.size == largest]
    return {tier: _figure([_ms_each(one, tier) for one in rounds]) for tier in _tiers(rounds)}


def _demand_by_action(used: Sequence[Measurement]) -> dict[str, Demand]:
    alone = [one for one in used if one.series == ACTION and one.what != IDLE]
    idle = next((one for one in used if one.series == ACTION and one.what == IDLE), None)
    return {
        one.what: {
            tier: _figure([max(0.0, _ms_each(one, tier) - _idle_ms(idle, one, tier))])
            for tier in _tiers([one])
        }
        for one in alone
    }


def _ms_each(one: Measurement, tier: str) -> float:
    return one.cores.get(tier, 0.0) * _MS / one.done_per_s


def _idle_ms(idle: Measurement | None, beside: Measurement, tier: str) -> float:
    """Return what a tier takes with nearly nothing to do, for each action done beside it."""
    return idle.cores.get(tier, 0.0) * _MS / beside.done_per_s if idle else 0.0


def _by_bodies(used: Sequence[Measurement]) -> dict[int, Between]:
    rounds: dict[int, list[float]] = {}
    for one in used:
        if one.series == BODIES:
            rounds.setdefault(one.size, []).append(one.done_per_s)
    return {
        size: Between(low=min(seen), base=_mean(seen), high=max(seen))
        for size, seen in sorted(rounds.items())
    }


def _tiers(rounds: Sequence[Measurement]) -> list[str]:
    return [tier for tier in rounds[0].cores if tier != GENERATOR]


def _figure(values: Sequence[float]) -> Figure:
    return Figure(low=min(values), base=_mean(values), high=max(values), kind=Kind.MEASURED)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _exactly(value: float) -> Figure:
    return Figure(low=value, base=value, high=value, kind=Kind.MEASURED)
