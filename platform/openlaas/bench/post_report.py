"""What the posting bench found: figures, ratios, and the table that a person reads."""

from typing import TYPE_CHECKING

from rich.table import Table

from openlaas.bench.report import Report
from openlaas.bench.samples import Samples, mean_ms, rate, ratio, scatter
from openlaas.bench.tables import ratios_table, works_table

if TYPE_CHECKING:
    from openlaas.bench.post import Bench, Wishes

# Ratio: the work above, the work below, and the least that is good enough today.
RATIOS: dict[str, tuple[str, str, float | None]] = {
    "api_per_limit": ("api_many", "limit_many", 0.3),
    "api_per_peer": ("api_many", "peer", 3.0),
    "many_per_one": ("api_many", "api_one", 0.8),
    "many_per_twenty": ("api_many", "api_few", 0.8),
    "sticky_per_random": ("api_many", "api_strewn", None),
    "limit_many_per_one": ("limit_many", "limit_one", None),
    "api_per_least": ("api_many", "least_many", None),
    "receipt_per_limit": ("receipt", "limit_receipt", None),
    "dika_create_per_limit": ("dika_create", "limit_dika_create", None),
    "dika_approve_per_limit": ("dika_approve", "limit_dika_approve", None),
}
_MEANING = {
    "api_many": "API, {bodies} bodies",
    "api_few": "API, 20 bodies",
    "api_one": "API, 1 body",
    "api_strewn": "API, {bodies} bodies, any process and connection",
    "limit_many": "limit: pgbench, the same SQL in one message, {bodies} bodies",
    "limit_one": "limit: pgbench, the same SQL in one message, 1 body",
    "least_many": "pgbench, the bare rows of an entry, {bodies} bodies",
    "receipt": "API, receipts issued, 20 bodies",
    "limit_receipt": "limit of a receipt: its bare rows and a posting",
    "dika_create": "API, ฎีกา drawn up, 20 bodies",
    "limit_dika_create": "limit of a ฎีกา drawn up: its bare rows",
    "dika_approve": "API, ฎีกา approved, 20 bodies",
    "limit_dika_approve": "limit of an approval: a step, a budget movement and a posting",
    "peer": "peer: plain django-tenants and DRF, {peer_bodies} tenants",
}


def report(bench: "Bench", taken: Samples) -> Report:
    """Return the report; keys that others read are those of the design's performance page."""
    wishes = bench.wishes
    figures = _figures(bench, taken)
    return Report(
        name="post",
        dataset={
            "bodies": wishes.bodies,
            "few_bodies": 20,
            "peer_bodies": wishes.peer_bodies,
            "peer_bodies_because": "its own migrations take 1-2 s for each; fewer favour it",
            "app_processes": wishes.processes,
            "connections": wishes.connections,
            "limit_connections": bench.connections(),
            "limit_by": "pgbench, the same SQL in one message (least: the bare rows)",
            "seconds": wishes.seconds,
            "rounds": wishes.rounds,
            "fsync": True,
            "load_average_before": round(bench.ground.foreign_load, 2),
            "scatter": {name: round(scatter(taken, name), 3) for name in taken},
        },
        figures={name: round(value, 3) for name, value in figures.items()},
        ratios={
            **{
                name: round(ratio(taken, above, below), 3)
                for name, (above, below, _) in RATIOS.items()
            },
            # Of processor time rather than of rates: it holds while others use the machine too.
            "limit_cpu_per_api_cpu": round(
                mean_ms(taken, "limit_many", "postgres") / figures["cpu_ms"], 3
            ),
        },
    )


def _figures(bench: "Bench", taken: Samples) -> dict[str, float]:
    figures = {
        "api_per_s": rate(taken, "api_many"),
        "limit_per_s": rate(taken, "limit_many"),
        "peer_per_s": rate(taken, "peer"),
        f"api_{bench.wishes.bodies}_per_s": rate(taken, "api_many"),
        "api_20_per_s": rate(taken, "api_few"),
        "api_1_per_s": rate(taken, "api_one"),
        "api_strewn_per_s": rate(taken, "api_strewn"),
        "limit_1_per_s": rate(taken, "limit_one"),
        "least_per_s": rate(taken, "least_many"),
        "post_round_trips": len(bench.messages.to_books),
        "read_round_trips": bench.read_round_trips,
        "authentication_round_trips": len(bench.messages.to_control_plane),
    }
    for name in ("receipt", "dika_create", "dika_approve"):
        figures[f"{name}_per_s"] = rate(taken, name)
        figures[f"{name}_limit_per_s"] = rate(taken, f"limit_{name}")
        figures[f"{name}_cpu_ms"] = mean_ms(taken, name, "app") + mean_ms(taken, name, "postgres")
    for tier in ("app", "postgres", "driver"):
        figures[f"cpu_ms_{tier}"] = mean_ms(taken, "api_many", tier)
    for name in ("limit_many", "api_strewn"):
        figures[f"{name}_cpu_ms_postgres"] = mean_ms(taken, name, "postgres")
    figures["cpu_ms"] = figures["cpu_ms_app"] + figures["cpu_ms_postgres"]
    figures["peer_cpu_ms"] = mean_ms(taken, "peer", "app") + mean_ms(taken, "peer", "postgres")
    return figures


def tables(wishes: "Wishes", found: Report, taken: Samples) -> list[Table]:
    """Return what a person reads."""
    names = {"bodies": f"{wishes.bodies:,}", "peer_bodies": str(wishes.peer_bodies)}
    meaning = {name: words.format_map(names) for name, words in _MEANING.items()}
    least = {name: bound for name, (_, _, bound) in RATIOS.items()}
    return [works_table("Postings", meaning, taken), ratios_table(found, least)]
