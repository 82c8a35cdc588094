"""Copying a body's rows from one cell to another, and proving that both sides hold the same.

What only grows, entries, lines, events and kept answers, is copied while the body still serves; the
rest, and what came since, when nobody can write any more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from tenants.directory.models import Place
from tenants.provisioning.tables import Table, tables_of
from tenants.releases import kept

_BY_EVENT = ("journal_entry", "journal_line")
_ANSWERS = "answered_request"
_OUTBOX = ("body_code", "generation", "event_no", "kind", "recorded_at", "payload")
Connection = psycopg.Connection[Any]


class StructureDiffers(Exception):
    """The two places are at other releases: the tables of the books are not the same."""


class CopyDiffers(Exception):
    """What was copied is not what is there; nothing was switched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of a table that are copied and compared together.

    Attributes:
        source: the qualified table; ``target`` the same in the other cell.
        columns: all that can be copied.
        key: what orders the rows.
        where: which rows.
    """

    source: sql.Composable
    target: sql.Composable
    columns: sql.Composable
    key: sql.Composable
    where: sql.Composable

    def rows_of(self, table: sql.Composable) -> sql.Composed:
        """Return the query of the part's rows in one of the two tables."""
        words = sql.SQL("SELECT {} FROM {} WHERE {}")
        return words.format(self.columns, table, self.where)


def same_tables(source: Connection, target: Connection, old: Place, new: Place) -> list[Table]:
    """Return the tables of the books, which must be the same in both places, at one release.

    Raises:
        StructureDiffers: they are not.
    """
    tables = tables_of(source, old.schema_name)
    release = kept.truth(source, [old.schema_name]).get(old.schema_name)
    is_same = release == kept.truth(target, [new.schema_name]).get(new.schema_name)
    if not is_same or tables != tables_of(target, new.schema_name):
        raise StructureDiffers(f"{old} and {new}")
    return tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Where the rows that are copied ahead end, in tables to which rows are only added.

    Attributes:
        event_no: the last event of the books; entries have no gaps, so this one is sharp.
        answered_before: no transaction that is under way began before it, so no answer of an
            earlier time can still come; were one to come, the counts at the end would differ.
    """

    event_no: int
    answered_before: datetime

    def ahead(self, table: str) -> sql.Composable | None:
        """Return which rows of a table come ahead; None for a table whose rows change."""
        if table in _BY_EVENT:
            return sql.SQL("event_no <= {}").format(self.event_no)
        if table == _ANSWERS:
            return sql.SQL("answered_at < {}").format(self.answered_before)
        return None


def parts_ahead(tables: list[Table], old: Place, new: Place, cut: Cut) -> list[Part]:
    """Return what can be copied while the body serves."""
    parts = [
        _part(table, old, new, where)
        for table in tables
        if (where := cut.ahead(table.name)) is not None
    ]
    return [*parts, _outbox_part(old, sql.SQL("event_no <= {}").format(cut.event_no))]


def parts_left(tables: list[Table], old: Place, new: Place, cut: Cut) -> list[Part]:
    """Return everything else."""
    parts = []
    for table in tables:
        ahead = cut.ahead(table.name)
        where = sql.SQL("true") if ahead is None else sql.SQL("NOT ({})").format(ahead)
        parts.append(_part(table, old, new, where))
    return [*parts, _outbox_part(old, sql.SQL("event_no > {}").format(cut.event_no))]


def whole_tables(tables: list[Table], old: Place, new: Place) -> list[Part]:
    """Return each table as one part, to be counted."""
    everything = sql.SQL("true")
    return [
        *(_part(table, old, new, everything) for table in tables),
        _outbox_part(old, everything),
    ]


def _part(table: Table, old: Place, new: Place, where: sql.Composable) -> Part:
    return Part(
        source=sql.Identifier(old.schema_name, table.name),
        target=sql.Identifier(new.schema_name, table.name),
        columns=_listed(table.columns),
        key=_listed(table.key or table.columns),
        where=where,
    )


def _outbox_part(old: Place, where: sql.Composable) -> Part:
    assert old.body is not None
    of_the_body = sql.SQL("body_code = {} AND generation = {} AND {}").format(
        old.body.code, old.generation, where
    )
    return Part(
        source=sql.Identifier("shared", "outbox"),
        target=sql.Identifier("shared", "outbox"),
        columns=_listed(_OUTBOX),
        key=_listed(("event_no",)),
        where=of_the_body,
    )


def _listed(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def cut_of(cell: Connection, place: Place) -> Cut:
    """Return where the rows end that are copied ahead; inside ``snapshot``."""
    query = sql.SQL("SELECT event_no, now() - interval '1 minute' FROM {}").format(
        sql.Identifier(place.schema_name, "journal_head")
    )
    found = cell.execute(query).fetchone()
    assert found is not None  # books without a head were never finished
    return Cut(event_no=found[0], answered_before=found[1])


def empty(cell: Connection, place: Place, tables: list[Table]) -> None:
    """Take every row of a place that is being made; inside ``loading``."""
    names = [sql.Identifier(place.schema_name, table.name) for table in tables]
    cell.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))


def analyse(cell: Connection, place: Place, tables: list[Table]) -> None:
    """Let the planner know the tables before anybody asks for their rows."""
    names = [sql.Identifier(place.schema_name, table.name) for table in tables]
    cell.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(names)))


@contextmanager
def snapshot(cell: Connection) -> Iterator[Connection]:
    """Read a cell as of one moment, rows as text being the same in every cell."""
    with cell.transaction():
        cell.execute(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
            " SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'"
        )
        yield cell


@contextmanager
def loading(cell: Connection, place: Place, tables: list[Table]) -> Iterator[Connection]:
    """Write rows that were posted elsewhere: their triggers have had their say there."""
    names = [sql.Identifier(place.schema_name, table.name) for table in tables]

    def each(words: str) -> sql.Composed:
        return sql.SQL("; ").join(sql.SQL(words).format(name) for name in names)

    with cell.transaction():
        cell.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'")
        cell.execute(each("ALTER TABLE {} DISABLE TRIGGER USER"))
        yield cell
        cell.execute(each("ALTER TABLE {} ENABLE TRIGGER USER"))


def copy(source: Connection, target: Connection, parts: list[Part]) -> int:
    """Stream the rows of each part from one cell into the other; return how many there were."""
    rows = 0
    for part in parts:
        told = sql.SQL("COPY ({}) TO STDOUT (FORMAT binary)").format(part.rows_of(part.source))
        heard = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(part.target, part.columns)
        reading, writing = source.cursor(), target.cursor()
        with reading.copy(told) as telling, writing.copy(heard) as hearing:
            for piece in telling:
                hearing.write(piece)
        rows += max(writing.rowcount, 0)
    return rows


def compare(source: Connection, target: Connection, parts: list[Part]) -> None:
    """Compare each part by count and by a hash over all rows in the order of their key.

    Raises:
        CopyDiffers: some part is not the same on both sides.
    """
    hashed = (
        "count(*)::text || ' ' || coalesce(encode(sha256(convert_to(string_agg(md5(part::text), ''"
        " ORDER BY ROW({key})::text COLLATE \"C\"), 'UTF8')), 'hex'), '')"
    )
    _same(source, target, parts, hashed)


def compare_counts(source: Connection, target: Connection, parts: list[Part]) -> None:
    """Compare how many rows each part has.

    Raises:
        CopyDiffers: some part has more rows on one side.
    """
    _same(source, target, parts, "count(*)::text")


def _same(source: Connection, target: Connection, parts: list[Part], told: str) -> None:
    """Ask both sides one question each, about every part."""
    here = source.execute(_question(parts, [part.source for part in parts], told)).fetchall()
    there = target.execute(_question(parts, [part.target for part in parts], told)).fetchall()
    for part, (_, of_source), (_, of_target) in zip(
        parts, sorted(here), sorted(there), strict=True
    ):
        if of_source != of_target:
            name = part.source.as_string()
            raise CopyDiffers(f"{name}: {of_source} here, {of_target} there")


def _question(parts: list[Part], tables: list[sql.Composable], told: str) -> sql.Composed:
    each = [
        sql.SQL("SELECT {number}, {told} FROM ({rows}) AS part").format(
            number=sql.Literal(number),
            told=sql.SQL(told).format(key=part.key),  # words of ours
            rows=part.rows_of(table),
        )
        for number, (part, table) in enumerate(zip(parts, tables, strict=True))
    ]
    return sql.SQL(" UNION ALL ").join(each)
