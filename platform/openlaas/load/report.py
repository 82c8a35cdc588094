"""What a run of a day leaves: the figures that all reports of load use, and their details."""

from collections.abc import Mapping, Sequence
from typing import Any

from loadtests import budgets, gates
from loadtests.gates import Actions
from loadtests.scheduled import histogram
from loadtests.scheduled.outcome import SECOND, Told, errors_by_kind
from openlaas.bench.report import Report
from openlaas.load.running import Run


def report_of(run: Run, *, dataset: Mapping[str, Any], reasons: Sequence[str]) -> Report:
    """Return the report; its dataset has the details, by stream and action."""
    done, answered = run.all_done(), sum(gates.asked(one) for one in run.streams.values())
    errors = sum(errors_by_kind(run.streams.values()).values())
    tier, share = run.busiest()
    figures = {
        "actions": done.total,
        "actions_per_s": round(run.done_per_s, 2),
        "p50_ms": round(done.percentile(50), 2),
        "p95_ms": round(done.percentile(95), 2),
        "p99_ms": round(done.percentile(99), 2),
        "errors": errors,
        "error_share": round(errors / answered, 6) if answered else 0.0,
        "refused": sum(gates.refused(one) for one in run.streams.values()),
        "bodies_active": run.outcome["bodies_active"],
        "cpu_ms_per_action": round(run.system_ms_per_action, 3),
        "busiest_tier_cpu": round(share, 4),
        "driver_ms_per_request": round(run.driver.ms_per_request, 3),
        "driver_lag_p99_ms": round(run.driver.lag_p99_ms, 2),
    }
    waits = run.waits.told()
    details = {
        "gates_failed": list(reasons),
        "void": list(run.driver.void()),
        "busiest_tier": tier,
        "people": run.outcome["people"],
        "tiers_cores": dict(run.used),
        "tiers_ms_per_action": run.ms_per_action(),
        "errors_by_kind": errors_by_kind(run.streams.values()),
        "actions": {
            name: {key: _told(one) for key, one in actions.items()}
            for name, actions in run.streams.items()
        },
        "streams": {name: _stream(actions) for name, actions in run.streams.items()},
        "postings": {
            name: gates.done(gates.postings(actions, run.outcome["classes"])).told()
            for name, actions in run.streams.items()
        },
        "waits": waits,
        "budgets": budgets.of_endpoints(waits["app_ms_each"]),
        "series_columns": SECOND,
        "series": run.outcome["series"],
        "tiers_series": run.tiers.series(since=float(run.outcome["started"])),
    }
    return Report(name="load", dataset={**dataset, **details}, figures=figures)


def _told(told: Told) -> dict[str, float]:
    """Return an action's latencies when it was done, and how often it was not."""
    return {
        **told.done.told(),
        "refused": told.refused.total,
        "refused_p99_ms": round(told.refused.percentile(99), 3),
        "refused_silently": told.refused_silently,
        "failed": told.failed.total(),
    }


def _stream(actions: Actions) -> dict[str, float]:
    """Return the same of all actions of a stream together."""
    together = Told(
        done=gates.done(actions),
        refused=histogram.together(told.refused for told in actions.values()),
        refused_silently=sum(told.refused_silently for told in actions.values()),
    )
    for told in actions.values():
        together.failed.update(told.failed)
    return _told(together)
