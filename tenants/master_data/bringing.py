"""Bringing cells to the versions of master data: the owner's work, never a web process's.

Note [A version arrives whole, once, in order]
A version is one transaction of its cell, under a lock, after the one before it and with its digest;
killed anywhere, it is brought again and either was there or was not. The cell's own table is the
truth: what the control plane is told of it (``master_arrival``) comes after, and again when it was
lost. A cell whose version has another digest is told apart, and brought no further.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import psycopg
import structlog

from tenants.directory.models import Cell
from tenants.master_data.kinds import (
    ACCOUNTS,
    BEGIN,
    CODES,
    END,
    HOLIDAYS,
    LIVES,
    Row,
    digest_of,
)
from tenants.master_data.queries import Approved, approved, cells_behind
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection
from tenants.rollups.kept import run

_LOCK = 7_204_119
_log = structlog.get_logger(__name__)

_KNOWN = """
SELECT CASE WHEN to_regclass('shared.master_version') IS NOT NULL THEN 1 END
"""
_HAS = "SELECT number, sha256 FROM shared.master_version ORDER BY number"
_LAST = "SELECT coalesce(max(number), 0) FROM shared.master_version"
_ARRIVED = """
INSERT INTO shared.master_version (number, kind, sha256)
VALUES (%(number)s, %(kind)s, %(sha256)s)
"""
_TOLD = """
INSERT INTO master_arrival (number, cell, arrived_at)
SELECT number, %(cell)s, %(now)s FROM unnest(%(numbers)s::int[]) AS number
    ON CONFLICT DO NOTHING
"""
_DATED_BEFORE = """
UPDATE shared.{table} SET until_fiscal_year = least(coalesce(until_fiscal_year, 9999),
                                                    %(from_fiscal_year)s - 1),
                          of_version = %(number)s
 WHERE {key} AND from_fiscal_year < %(from_fiscal_year)s
   AND coalesce(until_fiscal_year, 9999) >= %(from_fiscal_year)s
"""
_ENDED = """
UPDATE shared.{table} SET until_fiscal_year = %(until_fiscal_year)s, of_version = %(number)s
 WHERE {key} AND from_fiscal_year = (SELECT max(from_fiscal_year) FROM shared.{table} WHERE {key})
"""
_CODE = {"table": "budget_code", "key": "scheme = %(scheme)s AND code = %(code)s"}
_LIFE = {"table": "useful_life", "key": "asset_class = %(asset_class)s"}
# By kind and act, in their order; what each row says stands in parameters.
_STATEMENTS: Mapping[tuple[str, str], Sequence[str]] = {
    (CODES, BEGIN): (
        _DATED_BEFORE.format(**_CODE),
        """
        INSERT INTO shared.budget_code (scheme, code, from_fiscal_year, name_th, name_en, parent,
                                        level, account, of_version)
        VALUES (%(scheme)s, %(code)s, %(from_fiscal_year)s, %(name_th)s, %(name_en)s, %(parent)s,
                %(level)s, %(account)s, %(number)s)
        """,
    ),
    (CODES, END): (_ENDED.format(**_CODE),),
    (ACCOUNTS, BEGIN): (
        """
        INSERT INTO shared.account (code, name_th, name_en, type, normal_side, is_contra, parent,
                                    level, postable, from_fiscal_year, of_version)
        SELECT %(code)s, %(name_th)s, %(name_en)s, above.type, %(normal_side)s, %(is_contra)s,
               above.code, above.level + 1, %(postable)s, %(from_fiscal_year)s, %(number)s
          FROM shared.account above WHERE above.code = %(parent)s
        """,
    ),
    (ACCOUNTS, END): (
        """
        UPDATE shared.account SET retired_from_fiscal_year = %(retired_from_fiscal_year)s,
                                  of_version = %(number)s
         WHERE code = %(code)s
        """,
    ),
    (HOLIDAYS, BEGIN): (
        """
        INSERT INTO shared.holiday AS kept (day, name_th, name_en, is_called_off, of_version)
        VALUES (%(day)s, %(name_th)s, %(name_en)s, false, %(number)s)
            ON CONFLICT (day) DO UPDATE
               SET name_th = excluded.name_th, name_en = excluded.name_en, is_called_off = false,
                   of_version = excluded.of_version
        """,
    ),
    (HOLIDAYS, END): (
        """
        UPDATE shared.holiday SET is_called_off = true, of_version = %(number)s
         WHERE day = %(day)s
        """,
    ),
    (LIVES, BEGIN): (
        _DATED_BEFORE.format(**_LIFE),
        """
        INSERT INTO shared.useful_life (asset_class, from_fiscal_year, name_th, name_en,
                                        least_years, most_years, account, of_version)
        VALUES (%(asset_class)s, %(from_fiscal_year)s, %(name_th)s, %(name_en)s, %(least_years)s,
                %(most_years)s, %(account)s, %(number)s)
        """,
    ),
    (LIVES, END): (_ENDED.format(**_LIFE),),
}


class UnableToBring(Exception):
    """A cell cannot be brought to a version; nothing of that version is in it."""


def bring(cell: psycopg.Connection[Any], versions: Sequence[Approved]) -> list[int]:
    """Bring a cell to versions; return the numbers that it has now.

    Args:
        cell: a connection of the owner, in autocommit.
        versions: all that were approved, in their order.

    Raises:
        UnableToBring: its ``shared`` is of an earlier release, it has a version that is another
            one here, or a row could not be said.
        psycopg.Error: the cell is away.
    """
    if cell.execute(_KNOWN).fetchone() != (1,):
        raise UnableToBring("its shared is of a release before there was master data")
    has = dict(cell.execute(_HAS).fetchall())
    for version in versions:
        if version.number not in has:
            _bring_one(cell, version)
            has[version.number] = version.sha256
        elif has[version.number] != version.sha256:
            raise UnableToBring(f"version {version.number} is another one there")
    return sorted(has)


def _bring_one(cell: psycopg.Connection[Any], version: Approved) -> None:
    if digest_of(version.rows) != version.sha256:
        raise UnableToBring(f"the rows of version {version.number} are not those approved")
    with cell.transaction():
        cell.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        (last,) = cell.execute(_LAST).fetchone() or (0,)
        if last >= version.number:
            return  # another run has been here
        if last != version.number - 1:
            raise UnableToBring(f"version {last + 1} comes before {version.number}")
        for row in version.rows:
            _say(cell, version, row)
        arrived = {"number": version.number, "kind": version.kind, "sha256": version.sha256}
        cell.execute(_ARRIVED, arrived)


def _say(cell: psycopg.Connection[Any], version: Approved, row: Row) -> None:
    """Say a row; the last of its statements touches one row of the cell, or it does not fit."""
    *before, last = _STATEMENTS[version.kind, str(row["act"])]
    facts = {**row, "number": version.number}
    for statement in before:
        cell.execute(statement.encode(), facts)
    if cell.execute(last.encode(), facts).rowcount != 1:
        raise UnableToBring(f"version {version.number} does not fit what is there: {row}")


def bring_all(*, now: datetime, every: bool = False) -> dict[str, str]:
    """Bring the cells that lack a version to all of them; return why some could not be, by name.

    Args:
        now: when the control plane is told.
        every: ask also the cells of which it is told that they lack nothing.

    Raises:
        django.db.Error: the control plane is away.
    """
    cells = Cell.objects.order_by("name")
    asked = list(cells if every else cells.filter(name__in=cells_behind()))
    versions = approved() if asked else []
    failed = {}
    for one in asked:
        try:
            with owner_connection(one.name, server_of(one)) as cell:
                numbers = bring(cell, versions)
        except (UnableToBring, psycopg.Error) as error:
            failed[one.name] = str(error)
            _log.warning("master_data_not_brought", cell=one.name, error=str(error))
        else:
            run(_TOLD, {"cell": one.name, "numbers": numbers, "now": now})
    return failed
