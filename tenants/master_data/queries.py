"""What the centre is shown of master data, and what cells are brought to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from accounting.fiscal_year import fiscal_year_of
from tenants.master_data.kinds import HOLIDAYS, Row
from tenants.master_data.state import is_in_force, nation_of
from tenants.rollups.kept import rows

_APPROVED = """
SELECT d.number, v.kind, v.rows::text, v.sha256
  FROM master_decision d JOIN master_version v ON v.id = d.version_id AND d.number IS NOT NULL
 WHERE %(kind)s::varchar IS NULL OR v.kind = %(kind)s
 ORDER BY d.number
"""
# How many rows there are is shown of a page of versions; the rows are shown of one.
_TOLD = """
    'version', v.id, 'kind', v.kind, 'title', v.title, 'letter', v.letter,
    'row_count', jsonb_array_length(v.rows), 'sha256', v.sha256, 'first_day', v.first_day,
    'proposed_at', v.proposed_at, 'proposed_by', author.name_th,
    'is_own', v.officer_id = %(officer)s,
    'state', CASE WHEN d.version_id IS NULL THEN 'proposed'
                  WHEN d.number IS NULL THEN 'withdrawn' ELSE 'approved' END,
    'number', d.number, 'reason', nullif(d.reason, ''),
    'decided_at', d.decided_at, 'decided_by', decider.name_th,
    'cells', (SELECT count(*) FROM master_arrival a JOIN cell c ON c.name = a.cell
               WHERE a.number = d.number),
    'cells_total', (SELECT count(*) FROM cell)
"""
_JOINED = """
  FROM master_version v
  JOIN officer author ON author.id = v.officer_id
  LEFT JOIN master_decision d ON d.version_id = v.id
  LEFT JOIN officer decider ON decider.id = d.officer_id
"""
_VERSIONS = f"""
WITH chosen AS MATERIALIZED (
     SELECT v.id, json_build_object({_TOLD.strip()}) AS shown {_JOINED.strip()}
      WHERE %(before)s::bigint IS NULL OR v.id < %(before)s
      ORDER BY v.id DESC LIMIT %(limit)s + 1),
page AS (SELECT * FROM chosen ORDER BY id DESC LIMIT %(limit)s)
SELECT json_build_object(
         'items', (SELECT coalesce(json_agg(shown ORDER BY id DESC), '[]') FROM page),
         'next', CASE WHEN (SELECT count(*) FROM chosen) > %(limit)s
                      THEN (SELECT min(id)::text FROM page) END)::text
"""
_VERSION = f"""
SELECT json_build_object({_TOLD.strip()}, 'rows', v.rows)::text {_JOINED.strip()}
 WHERE v.id = %(version)s
"""

_BEHIND = """
SELECT c.name, array_agg(d.number ORDER BY d.number)
  FROM cell c JOIN master_decision d ON d.number IS NOT NULL
 WHERE NOT EXISTS (SELECT FROM master_arrival a WHERE a.number = d.number AND a.cell = c.name)
 GROUP BY c.name ORDER BY c.name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """A version that counts; ``number`` is its place among all of them."""

    number: int
    kind: str
    rows: list[Row]
    sha256: str


def approved(*, kind: str | None = None) -> list[Approved]:
    """Return the approved versions, or those of one kind, in their order."""
    return [
        Approved(number=number, kind=kind, rows=orjson.loads(told), sha256=sha256)
        for number, kind, told, sha256 in rows(_APPROVED, {"kind": kind})
    ]


def last_number() -> int:
    """Return the number of the version that was approved last; 0: none was."""
    ((number,),) = rows("SELECT coalesce(max(number), 0) FROM master_decision")
    return int(number)


def cells_behind() -> dict[str, list[int]]:
    """Return the cells of which it is not told that they have every approved version."""
    return dict(rows(_BEHIND))


def versions(*, officer_id: Any, before: int | None, limit: int) -> str:
    """Return a page of versions, the latest first, as JSON; ``is_own`` are the officer's."""
    facts = {"officer": officer_id, "before": before, "limit": limit}
    ((text,),) = rows(_VERSIONS, facts)
    return str(text)


def version(*, officer_id: Any, number: int) -> str | None:
    """Return a version with its rows, as JSON; None when there is none."""
    found = rows(_VERSION, {"officer": officer_id, "version": number})
    return str(found[0][0]) if found else None


def in_force(*, kind: str, fiscal_year: int | None) -> list[Row]:
    """Return what holds of a kind in a fiscal year, or all of it, in the order of its keys.

    Of the days of a calendar those of no year are left out.
    """
    holdings = nation_of((one.kind, one.rows) for one in approved())[kind]
    if fiscal_year is None:
        return list(holdings)
    if kind == HOLIDAYS:
        return [
            row for row in holdings if _year_of(row) == fiscal_year and not row["is_called_off"]
        ]
    return [row for row in holdings if is_in_force(row, fiscal_year)]


def _year_of(row: Row) -> int:
    return fiscal_year_of(date.fromisoformat(str(row["day"])))
