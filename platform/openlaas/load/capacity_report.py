"""capacity.json: the measurements as they were taken, and the model that follows from them.

The measurements are kept whole, so that a better law or other prices need no new measuring.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from openlaas.bench.report import Report
from openlaas.load.capacity import PROCESSES, Asked, Measurement
from openlaas.load.capacity_model import Model, many_over_few

NAME = "capacity"


class NoMeasurements(ValueError):
    """A file is no report of capacity; the message says what it lacks."""


def raw_report(asked: Asked, found: Sequence[Measurement]) -> Report:
    """Return the measurements as a report without a model."""
    dataset = {
        "bodies": asked.own.bodies,
        "seed": asked.driving.seed,
        "seconds": asked.seconds,
        "rounds": asked.rounds,
        "cores_of_a_process": asked.each_cores,
        "measurements": [one.told() for one in found],
    }
    return Report(name=NAME, dataset=dataset, figures={})


def read_report(path: Path) -> Report:
    """Return a report that was written; commit and machine stay those of its measuring.

    Raises:
        NoMeasurements: it is not there, or no report of capacity.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        found = Report(**document)
        if found.name != NAME:
            raise NoMeasurements(f"{path} is a report of {found.name}, not of {NAME}")
        measurements_of(found)
    except OSError as error:
        raise NoMeasurements(f"{path} cannot be read: {error}") from error
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError) as error:
        raise NoMeasurements(f"{path} is no report of {NAME}: {error}") from error
    return found


def measurements_of(found: Report) -> list[Measurement]:
    """Return what was measured."""
    return [Measurement(**told) for told in found.dataset["measurements"]]


def report_of(raw: Report, model: Model) -> Report:
    """Return the measurements with the model that follows from them."""
    details = {
        "laws": {series: _law(model, series) for series in model.laws},
        "held_out": {
            series: [one.told() for one in found] for series, found in model.held_out.items()
        },
        "demand_ms": _figures(model.demand_ms),
        "actions_ms": {name: _figures(demand) for name, demand in model.actions_ms.items()},
        "by_bodies": {str(size): asdict(one) for size, one in model.by_bodies.items()},
        "sizing": [asdict(row) for row in model.rows],
        "others_cores": model.others_cores,
        "left_out": model.left_out,
        "gates_failed": model.reasons(),
    }
    few = many_over_few(model.by_bodies)
    return replace(
        raw,
        dataset={**raw.dataset, **details},
        figures=_headline(model),
        ratios={"all_bodies_per_few": round(few, 4)} if few is not None else {},
    )


def _law(model: Model, series: str) -> dict[str, Any]:
    found = model.laws[series]
    limits = {name: asdict(one) for name, one in found.parameters().items()}
    return {**limits, "measured_to": found.law.measured_to, "r_squared": found.r_squared}


def _figures(figures: Any) -> dict[str, Any]:
    return {name: asdict(one) for name, one in figures.items()}


def _headline(model: Model) -> dict[str, float]:
    law = model.laws[PROCESSES].law
    year_end = next(row for row in model.rows if row.day == "year-end")
    return {
        "one_process_per_s": round(law.one_per_s, 2),
        "contention": round(law.contention, 5),
        "coherency": round(law.coherency, 6),
        "held_out_error": round(max(one.error for one in model.held_out[PROCESSES]), 4),
        "cpu_ms_per_action": round(sum(one.base for one in model.demand_ms.values()), 3),
        "year_end_cores": round(year_end.all_cores.base, 1),
        "year_end_cells": year_end.cells.base,
        "year_end_times_measured": round(year_end.times_measured.base, 2),
        "year_end_baht_per_body": round(year_end.baht_per_body_year.base, -1),
    }
