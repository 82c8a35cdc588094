"""Comparing all bodies of a year with their peers, at one moment: what is told until the next time.

Quartiles, ranks and what is out of line need every body, and change with each entry and each day.
So they are made every ten minutes in one transaction, and say of which moment they are; whoever
asks reads a row. It reads and judges as many rows as there are bodies, and writes those that moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone

from accounting.fiscal_year import fiscal_year_of, month_after, months
from tenants.rollups import outliers, peers
from tenants.rollups.central import COMPLETE_TO, last_ended
from tenants.rollups.kept import CONTROL, rows, run
from tenants.rollups.outliers import YearFacts
from tenants.rollups.peers import Measured, PeersOfGroup, Standing

BETWEEN = timedelta(minutes=10)
_AT_ONCE = 2_000  # bodies written by a statement

_IS_ALONE = "SELECT pg_try_advisory_xact_lock(hashtextextended('bodies compared', 0))"
_COMPARED_AT = "SELECT compared_at FROM comparison WHERE fiscal_year = %s"
_YEARS = """
SELECT b.body_id, b.kind, coalesce(t.budget, 0) AS budget, coalesce(t.disbursed, 0) AS disbursed,
       coalesce(t.collected, 0) AS collected, t.collected_percent, t.spent_percent,
       coalesce(t.closed, 0) AS months_closed, coalesce(c.closed, 0) > 0 AS has_reported,
       CASE WHEN l.closed >= 12 THEN l.collected END AS collected_last_year,
       coalesce(s.cash, 0) AS cash, coalesce(s.deposits, 0) AS deposits,
       register.parent_id IS NOT NULL AS is_unit
  FROM rollup_body b
  JOIN body register ON register.id = b.body_id
  JOIN place p ON p.body_id = b.body_id AND p.use = 'live'
  LEFT JOIN rollup_total t ON t.body_id = b.body_id AND t.fiscal_year = %(year)s
  LEFT JOIN rollup_total l ON l.body_id = b.body_id AND l.fiscal_year = %(year)s - 1
  LEFT JOIN rollup_closing c ON c.body_id = b.body_id AND c.fiscal_year = %(year)s
                            AND c.starts_on = %(reported_month)s
  LEFT JOIN (SELECT body_id, sum(cash) AS cash, sum(deposits) AS deposits
               FROM rollup_total WHERE fiscal_year <= %(year)s GROUP BY body_id) AS s
         ON s.body_id = b.body_id
 WHERE b.is_counted ORDER BY b.body_id
"""
_COMPARISON = """
INSERT INTO comparison (fiscal_year, compared_at, complete_to, reported_month, bodies, outliers)
VALUES (%(year)s, %(now)s, %(complete_to)s, %(reported_month)s, %(bodies)s, %(outliers)s)
    ON CONFLICT (fiscal_year)
    DO UPDATE SET compared_at = excluded.compared_at, complete_to = excluded.complete_to,
                  reported_month = excluded.reported_month, bodies = excluded.bodies,
                  outliers = excluded.outliers
"""
_GROUPS = """
INSERT INTO peer_group (fiscal_year, kind, size_class, size_classes, bodies, reported, quartiles)
SELECT %(year)s, kind, size_class, size_classes, bodies, reported, quartiles
  FROM json_to_recordset(%(groups)s::json)
       AS told (kind varchar, size_class smallint, size_classes smallint, bodies integer,
                reported integer, quartiles jsonb)
"""
_BODIES = """
INSERT INTO body_compared AS kept
       (body_id, fiscal_year, kind, size_class, measures, gravity, reasons)
SELECT told.body_id, %(year)s, told.kind, told.size_class, told.measures, told.gravity, told.reasons
  FROM json_to_recordset(%(bodies)s::json)
       AS told (body_id uuid, kind varchar, size_class smallint, measures jsonb, gravity integer,
                reasons jsonb)
  LEFT JOIN body_compared was ON was.body_id = told.body_id AND was.fiscal_year = %(year)s
 WHERE (was.kind, was.size_class, was.measures, was.gravity, was.reasons)
       IS DISTINCT FROM (told.kind, told.size_class, told.measures, told.gravity, told.reasons)
    ON CONFLICT (body_id, fiscal_year)
    DO UPDATE SET kind = excluded.kind, size_class = excluded.size_class,
                  measures = excluded.measures, gravity = excluded.gravity,
                  reasons = excluded.reasons
"""
_GROUP_COLUMNS = ("kind", "size_class", "size_classes", "bodies", "reported")
_GONE = "DELETE FROM body_compared WHERE fiscal_year = %(year)s AND body_id <> ALL (%(ids)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many bodies a comparison was of, and how many of them are out of line."""

    fiscal_year: int
    bodies: int
    outliers: int


class _Year(NamedTuple):
    """A body's year as it is asked for: the columns of _YEARS."""

    body_id: UUID
    kind: str
    budget: Decimal
    disbursed: Decimal
    collected: Decimal
    collected_percent: Decimal | None
    spent_percent: Decimal | None
    months_closed: int
    has_reported: bool
    collected_last_year: Decimal | None
    cash: Decimal
    deposits: Decimal
    is_unit: bool


def compare_if_due(now: datetime) -> list[Compared]:
    """Compare this fiscal year and the last, if the last comparison of each is old enough."""
    this = fiscal_year_of(timezone.localdate(now))
    found = []
    for year in (this, this - 1):
        before = rows(_COMPARED_AT, [year])
        if not before or now - before[0][0] >= BETWEEN:
            done = compare(fiscal_year=year, now=now)
            found += [done] if done else []
    return found


def compare(*, fiscal_year: int, now: datetime) -> Compared | None:
    """Compare all bodies with live books in a year; None: another one is at it.

    Args:
        fiscal_year: Buddhist era.
        now: by its Bangkok date it is known which months have ended.
    """
    today = timezone.localdate(now)
    reported_month = last_ended(fiscal_year, today=today)
    ended = sum(month_after(first) <= today for first in months(fiscal_year))
    facts = {"year": fiscal_year, "reported_month": reported_month}
    with transaction.atomic(using=CONTROL):
        if rows(_IS_ALONE) != [(True,)]:
            return None
        # Asked before the figures: they are complete to then at least.
        ((complete_to,),) = rows(COMPLETE_TO)
        years = [_Year(*row) for row in rows(_YEARS, facts)]
        groups, standings = peers.compared(_measured(one, ended) for one in years)
        told = list(_told(years, groups, standings, ended))
        _write(fiscal_year, groups, told)
        out_of_line = sum(one["gravity"] > 0 for one in told)
        counts = {"bodies": len(told), "outliers": out_of_line}
        run(_COMPARISON, {**facts, **counts, "now": now, "complete_to": complete_to})
    return Compared(fiscal_year=fiscal_year, **counts)


def _measured(year: _Year, ended: int) -> Measured:
    lag = outliers.closing_lag(months_ended=ended, months_closed=year.months_closed)
    known = {
        peers.COLLECTED: year.collected_percent,
        peers.SPENT: year.spent_percent,
        peers.LAG: Decimal(lag),
    }
    return Measured(
        body_id=year.body_id,
        kind=year.kind,
        budget=year.budget,
        has_reported=year.has_reported,
        measures={name: value for name, value in known.items() if value is not None},
    )


def _told(
    years: Sequence[_Year],
    groups: Sequence[PeersOfGroup],
    standings: Mapping[UUID, Standing],
    ended: int,
) -> Iterator[dict[str, Any]]:
    """Yield what is kept of each body."""
    by_class = {(one.kind, one.size_class): one for one in groups}
    for year in years:
        standing = standings[year.body_id]
        group = by_class.get((year.kind, standing.size_class))
        reasons = outliers.reasons(_facts(year, group, ended))
        yield {
            "body_id": year.body_id,
            "kind": year.kind,
            "size_class": standing.size_class,
            "measures": {
                name: {"value": str(value), "rank": standing.ranks.get(name)}
                for name, value in _measured(year, ended).measures.items()
            },
            "gravity": outliers.gravity_of(reasons),
            "reasons": [asdict(one) for one in reasons],
        }


def _facts(year: _Year, group: PeersOfGroup | None, ended: int) -> YearFacts:
    medians = {name: one.median for name, one in group.quartiles.items()} if group else {}
    return YearFacts(
        months_ended=ended,
        months_closed=year.months_closed,
        is_unit=year.is_unit,
        budget=year.budget,
        disbursed=year.disbursed,
        collected=year.collected,
        collected_percent=year.collected_percent,
        collected_median=medians.get(peers.COLLECTED),
        spent_percent=year.spent_percent,
        spent_median=medians.get(peers.SPENT),
        collected_last_year=year.collected_last_year,
        cash=year.cash,
        deposits=year.deposits,
    )


def _write(
    fiscal_year: int, groups: Sequence[PeersOfGroup], told: Sequence[dict[str, Any]]
) -> None:
    run("DELETE FROM peer_group WHERE fiscal_year = %s", [fiscal_year])
    shown = [
        {
            **{name: getattr(one, name) for name in _GROUP_COLUMNS},
            "quartiles": {
                name: {key: _text(value) for key, value in asdict(found).items()}
                for name, found in one.quartiles.items()
            },
        }
        for one in groups
    ]
    run(_GROUPS, {"year": fiscal_year, "groups": orjson.dumps(shown).decode()})
    for start in range(0, len(told), _AT_ONCE):
        some = orjson.dumps(told[start : start + _AT_ONCE]).decode()
        run(_BODIES, {"year": fiscal_year, "bodies": some})
    run(_GONE, {"year": fiscal_year, "ids": [one["body_id"] for one in told]})


def _text(value: Decimal | int) -> str | int:
    return str(value) if isinstance(value, Decimal) else value
