"""A bench's findings as a person reads them."""

from collections.abc import Mapping

from rich.table import Table

from openlaas.bench.report import Report
from openlaas.bench.samples import Samples, mean_ms, rate, scatter


def works_table(title: str, meaning: Mapping[str, str], taken: Samples) -> Table:
    """Return what each work did in a second, and what one cost each tier in processor time."""
    table = Table(title=f"{title}: medians of the rounds")
    for heading in ("work", "per s", "scatter", "app ms", "PostgreSQL ms", "driver ms"):
        table.add_column(heading, justify="left" if heading == "work" else "right")
    for name, words in meaning.items():
        table.add_row(
            words,
            f"{rate(taken, name):,.0f}",
            f"{scatter(taken, name):.2f}",
            *(f"{mean_ms(taken, name, tier):.2f}" for tier in ("app", "postgres", "driver")),
        )
    return table


def ratios_table(found: Report, least: Mapping[str, float | None]) -> Table:
    """Return each ratio beside what it should be at least."""
    table = Table(title="Ratios: within each round, then the median")
    for heading in ("ratio", "found", "at least", ""):
        table.add_column(heading, justify="left" if heading == "ratio" else "right")
    for name, bound in least.items():
        value = found.ratios[name]
        verdict = "" if bound is None else ("yes" if value >= bound else "NO")
        table.add_row(name, f"{value:.2f}", "" if bound is None else f"{bound:.1f}", verdict)
    return table


def figures_table(found: Report, most: Mapping[str, float | None]) -> Table:
    """Return each figure beside what it should be at most."""
    table = Table(title="Figures: medians")
    for heading in ("figure", "found", "at most", ""):
        table.add_column(heading, justify="left" if heading == "figure" else "right")
    for name, bound in most.items():
        value = {**found.figures, **found.ratios}[name]
        verdict = "" if bound is None else ("yes" if value <= bound else "NO")
        table.add_row(name, f"{value:.2f}", "" if bound is None else f"{bound:.1f}", verdict)
    return table
