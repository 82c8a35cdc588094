"""The capacity model as a page of Markdown, every number with its kind. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from loadtests.scaling import Between, Fit
from loadtests.sizing import TIERS, Figure
from openlaas.load.capacity_model import Model, many_over_few

_SIGNIFICANT = 3
_OF_ALL = (
    "The other series have 100 bodies for each process, so that all are warm; by this ratio, where"
    " it is below 1, the sizing takes a cell to do less and an action to cost more."
)
_NOTHING = 1e-6  # a parameter at its lower bound


def page(model: Model, *, commit: str, machine: Mapping[str, object], bodies: int) -> str:
    """Return the page."""
    cores, (others, most) = machine.get("cores"), model.others_cores
    where = (
        f"Commit {commit}; {cores} cores of {machine.get('cpu')}, the load's generator on them too;"
        f" {bodies:,} bodies provisioned. Others' work on the machine took {others:.2f} cores,"
        f" {most:.2f} at most: what they took, throughput lacks. A figure is its best value and,"
        " in brackets, its limits."
    )
    parts = [
        "# Capacity",
        where,
        _listed("**Not to be relied on:**", model.reasons()),
        "## How throughput grows",
        _laws(model),
        _held_out(model),
        "## Bodies active",
        _bodies(model),
        "## Processor time of an action",
        _demand(model),
        "## What a day takes",
        _sizing(model),
        _reading(model),
        _listed("Left out:", model.left_out),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def told(figure: Figure | Between, *, kind: str = "") -> str:
    """Return a figure with its limits, where it has any, and its kind."""
    base, low, high = map(_rounded, (figure.base, figure.low, figure.high))
    limits = f" ({low} to {high})" if (low, high) != (base, base) else ""
    word = kind or (figure.kind.value if isinstance(figure, Figure) else "")
    return f"{base}{limits} {word}".rstrip()


def _rounded(value: float) -> str:
    if value < _NOTHING or value >= 10**_SIGNIFICANT:
        return f"{value:,.0f}"
    return f"{float(f'{value:.{_SIGNIFICANT}g}'):g}"


def _table(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _laws(model: Model) -> str:
    def rows() -> Iterator[Sequence[str]]:
        for series, found in model.laws.items():
            limits = found.parameters()
            yield [
                series,
                *(
                    told(limits[name], kind="modelled")
                    for name in ("one_per_s", "contention", "coherency")
                ),
                f"{found.r_squared:.3f}",
                _best(found),
            ]

    heads = ["of", "one does a second", "contention", "coherency", "R²", "most at"]
    return _table(heads, rows())


def _best(found: Fit) -> str:
    """Return the peak, or that it lies further off than the law may be believed."""
    peak, measured = found.law.peak_workers, found.law.measured_to
    if peak > measured:
        return f"beyond the {measured:g} measured"
    return f"{peak:.1f} modelled"


def _held_out(model: Model) -> str:
    def rows() -> Iterator[Sequence[str]]:
        for series, found in model.held_out.items():
            for one in found:
                yield [
                    f"{one.workers:g} {series}",
                    f"{one.times_measured:.2g} x",
                    f"{_rounded(one.predicted_per_s)} modelled",
                    f"{_rounded(one.measured_per_s)} measured",
                    f"{one.error:.1%}" + ("" if one.is_close else " **too far off**"),
                ]

    heads = ["held out", "of the largest seen", "predicted a second", "seen", "error"]
    return _table(heads, rows())


def _bodies(model: Model) -> str:
    rows = ([f"{size:,}", told(found, kind="measured")] for size, found in model.by_bodies.items())
    text = _table(["bodies to choose from", "actions a second of one process"], rows)
    ratio = many_over_few(model.by_bodies)
    return text if ratio is None else f"{text}\n\nAll over few: {ratio:.2f} measured. {_OF_ALL}"


def _demand(model: Model) -> str:
    tiers = [tier for tier in TIERS if tier in model.demand_ms]
    of_all = {"the year-end's mix, at saturation": model.demand_ms, **model.actions_ms}
    rows = (
        [name, *(told(demand[tier]) for tier in tiers if tier in demand)]
        for name, demand in of_all.items()
    )
    return _table(["action", *(f"{tier}, ms" for tier in tiers)], rows)


def _sizing(model: Model) -> str:
    tiers = [tier for tier in TIERS if tier in model.rows[0].cores]
    heads = ["day", "actions a second", *(f"{tier}, cores" for tier in tiers), "all cores"]
    heads += ["cells as measured", "times measured", "baht for a body and year"]
    rows = (
        [
            row.day,
            told(row.rate_per_s),
            *(told(row.cores[tier]) for tier in tiers),
            told(row.all_cores),
            told(row.cells),
            told(row.times_measured),
            _roughly(row.baht_per_body_year),
        ]
        for row in model.rows
    )
    return _table(heads, rows)


def _roughly(figure: Figure) -> str:
    """Return a cost with two digits at most: its prices are no better."""
    values = [f"{float(f'{value:.2g}'):,.0f}" for value in (figure.base, figure.low, figure.high)]
    return f"{values[0]} ({values[1]} to {values[2]}) {figure.kind.value}"


def _reading(model: Model) -> str:
    law = model.laws["processes"].law
    return (
        f"A cell is what was measured: {law.measured_to:g} app processes, each held to a part of a"
        " core, over one PostgreSQL. The nation's system is a **sum of cells**, each at most half"
        " as loaded as measured; no law is stretched beyond what was measured; the column says how"
        " many times one cell's saturation the day's rate is. The sum says nothing about what cells"
        " share: the control plane, the proxy, the network. Limits of a day's rate are no"
        " uncertainty of the nation's: that is the high case's own row. Baht are for machines and"
        " disks at list prices, all the year at the size of that row's peak; no people, licences,"
        " network, backups or taxes."
    )


def _listed(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, "", *(f"- {line}" for line in lines)]) if lines else ""
