"""The nation's work, as load_model.csv has it: inputs, and the peaks that follow from them."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "load_model.csv"
CASES = ("low", "base", "high")
# Peaks on top of ordinary days: a year is 243 normal days and a quarter more.
_YEAR_OVER_NORMAL_DAYS = 1.25
_BACKFILL_SECONDS = 30 * 8 * 3600
_HALF_HOUR, _FIVE_MINUTES = 1800, 300
_IN_THE_FIRST_HALF_HOUR = 0.8  # of the month-end's sessions


@cache
def read(kind: str, case: str = "base") -> Mapping[str, float]:
    """Return the file's inputs or results of a case by their names."""
    with _FILE.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["kind"] == kind]
    return {row["name"]: float(row[case]) for row in rows}


def results(given: Mapping[str, float]) -> dict[str, float]:
    """Compute every result of the file from its inputs."""
    users = (
        given["laos"] * given["users_per_lao"]
        + given["units"] * given["users_per_unit"]
        + given["oversight_users"]
    )
    sessions = {
        name: users * given[f"active_share_{name}_peak"]
        for name in ("normal", "monthend", "yearend")
    }
    found = {"registered_users": users}
    found |= {f"sessions_{name}_peak": count for name, count in sessions.items()}
    for name in ("monthend", "yearend"):
        pause = given["seconds_between_actions"]
        found[f"actions_per_s_{name}_by_sessions"] = sessions[name] / pause
    found["logins_per_s_open_of_day_80pct_of_monthend_sessions_in_30min"] = (
        sessions["monthend"] * _IN_THE_FIRST_HALF_HOUR / _HALF_HOUR
    )
    found["logins_per_s_after_outage_all_in_5min"] = sessions["yearend"] / _FIVE_MINUTES
    return found | _documents(given)


def _documents(given: Mapping[str, float]) -> dict[str, float]:
    of_a_lao = (
        given["dika_per_workday"] * (1 + given["other_docs_per_dika"])
        + given["receipts_per_workday"]
        + given["daily_fixed_docs"]
    )
    a_day = given["laos"] * of_a_lao + given["units"] * given["unit_docs_per_workday"]
    at_year_end = a_day * given["yearend_factor"]
    a_second = a_day * given["peak_hour_share"] / 3600
    then_a_second = at_year_end * given["peak_hour_share"] / 3600
    lines, work = given["journal_lines_per_doc"], given["actions_per_doc"]
    a_year = a_day * given["workdays"] * _YEAR_OVER_NORMAL_DAYS
    behind = a_day * given["workdays"] / 2
    return {
        "docs_per_lao_day": of_a_lao,
        "docs_per_day_normal": a_day,
        "docs_per_day_yearend": at_year_end,
        "docs_per_s_peak_hour_normal": a_second,
        "docs_per_s_peak_hour_yearend": then_a_second,
        "journal_lines_per_day_normal": a_day * lines,
        "journal_lines_per_s_peak_yearend": then_a_second * lines,
        "actions_per_s_normal_by_work": a_second * work,
        "actions_per_s_yearend_by_work": then_a_second * work,
        "docs_per_year": a_year,
        "journal_lines_per_year": a_year * lines,
        "dika_per_year_national": given["laos"] * given["dika_per_workday"] * given["workdays"],
        "backfill_docs_6_months": behind,
        "backfill_docs_per_s_if_done_in_30_days_of_8h": behind / _BACKFILL_SECONDS,
    }
