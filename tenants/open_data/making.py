"""Makes the files of open data from the centre's figures, all of a year in one transaction."""

import csv
import gzip
import hashlib
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from tenants.open_data.columns import BUDGETS, FORMATS, OUTCOMES, TABLES, Column, columns_of
from tenants.open_data.models import OpenDataFile
from tenants.rollups.central import TOTAL
from tenants.rollups.classes import EXPENDITURE, REVENUE, class_of
from tenants.rollups.kept import rows, run

_YEARS = """
SELECT fiscal_year FROM area_revenue UNION SELECT fiscal_year FROM area_estimate
 UNION SELECT fiscal_year FROM area_budget
"""
_COMPLETE_TO = """
SELECT CASE WHEN bool_and(r.complete_to IS NOT NULL) THEN min(r.complete_to) END
  FROM (SELECT DISTINCT cell_id FROM place WHERE use = 'live') AS used
  LEFT JOIN rollup_cell r ON r.cell = used.cell_id
"""
_BODIES = """
SELECT b.id, b.code, b.full_name_th, b.kind, p.code, p.name_th,
       coalesce(d.code, ''), coalesce(d.name_th, ''), %(fiscal_year)s::int,
       (SELECT count(*)::int FROM rollup_closing c
         WHERE c.body_id = b.id AND c.fiscal_year = %(fiscal_year)s AND c.closed > 0)
  FROM body b
  JOIN place ON place.body_id = b.id AND place.use = 'live'
  JOIN province p ON p.code = b.province_id
  LEFT JOIN district d ON d.code = b.district_id
 WHERE NOT b.is_training ORDER BY b.code
"""
_SUMS = {
    (BUDGETS, REVENUE): """
SELECT body_id, category, sum(estimated) FROM rollup_estimate
 WHERE fiscal_year = %(fiscal_year)s GROUP BY body_id, category
""",
    (BUDGETS, EXPENDITURE): f"""
SELECT body_id, expenditure_class, sum({TOTAL}) FROM rollup_budget
 WHERE fiscal_year = %(fiscal_year)s GROUP BY body_id, expenditure_class
""",  # noqa: S608 - a constant
    (OUTCOMES, REVENUE): """
SELECT body_id, category, sum(collected) FROM rollup_revenue
 WHERE fiscal_year = %(fiscal_year)s GROUP BY body_id, category
""",
    (OUTCOMES, EXPENDITURE): """
SELECT body_id, expenditure_class, sum(disbursed) FROM rollup_budget
 WHERE fiscal_year = %(fiscal_year)s GROUP BY body_id, expenditure_class
""",
}
_Sums = dict[tuple[UUID, str, str], Decimal]  # by body, scheme and class


def make_all(*, now: datetime) -> list[int]:
    """Make the files of every year that there are figures of; return the years."""
    years = sorted(year for (year,) in rows(_YEARS))
    for year in years:
        make_year(year, now=now)
    return years


def make_year(fiscal_year: int, *, now: datetime) -> None:
    """Make the files of a year anew; whoever reads meanwhile gets those of before.

    Args:
        fiscal_year: Buddhist era.
        now: when they are made.
    """
    with transaction.atomic():
        # One picture for all four files: a budget and its outcome must not be of two moments.
        run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        ((complete_to,),) = rows(_COMPLETE_TO)
        bodies = rows(_BODIES, {"fiscal_year": fiscal_year})
        for table in TABLES:
            columns, records = columns_of(table), list(_records(table, bodies, fiscal_year))
            for kind in FORMATS:
                content = _WRITERS[kind](columns, records)
                OpenDataFile.objects.update_or_create(
                    fiscal_year=fiscal_year,
                    name=f"{table}.{kind}",
                    defaults={
                        "content": gzip.compress(content, mtime=0),
                        "size": len(content),
                        "sha256": hashlib.sha256(content).hexdigest(),
                        "bodies": len(bodies),
                        "complete_to": complete_to,
                        "made_at": now,
                    },
                )


def _records(
    table: str, bodies: Sequence[tuple[Any, ...]], fiscal_year: int
) -> Iterator[list[str | int]]:
    sums = _sums(table, fiscal_year)
    amounts = [column for column in columns_of(table) if column.scheme]
    for body_id, *who in bodies:
        yield [*who, *(f"{sums[body_id, one.scheme, one.key]:.2f}" for one in amounts)]


def _sums(table: str, fiscal_year: int) -> _Sums:
    """Return the amounts of each body by class, and over all classes under an empty one."""
    found: _Sums = defaultdict(lambda: Decimal(0))
    for scheme in (REVENUE, EXPENDITURE):
        for body_id, code, amount in rows(_SUMS[table, scheme], {"fiscal_year": fiscal_year}):
            found[body_id, scheme, class_of(scheme, code)] += amount
            found[body_id, scheme, ""] += amount
    return found


def _as_csv(columns: Sequence[Column], records: Sequence[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(records)
    return text.getvalue().encode()


def _as_json(columns: Sequence[Column], records: Sequence[Sequence[str | int]]) -> bytes:
    names = [column.name for column in columns]
    return orjson.dumps([dict(zip(names, record, strict=True)) for record in records])


_WRITERS: dict[str, Callable[[Sequence[Column], Sequence[Sequence[str | int]]], bytes]] = {
    "csv": _as_csv,
    "json": _as_json,
}
