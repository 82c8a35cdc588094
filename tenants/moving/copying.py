"""Copying a body's rows from one cell to another, and proving that both sides hold the same.

What only grows, entries and lines by event number, is copied while the body still serves; the rest
and the last events are copied when nobody can write any more.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tenants.directory.models import Place
from tenants.provisioning.tables import Table, tables_of

_GROWING = ("journal_entry", "journal_line")
_OUTBOX = ("body_code", "generation", "event_no", "kind", "recorded_at", "payload")
Connection = psycopg.Connection[Any]


class StructureDiffers(Exception):
    """The two cells hold other releases: the tables of a body are not the same."""


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
    """Return the tables of the books, which must be the same in both places.

    Raises:
        StructureDiffers: they are not.
    """
    tables = tables_of(source, old.schema_name)
    if tables != tables_of(target, new.schema_name):
        raise StructureDiffers(f"{old} and {new}")
    return tables


def parts_ahead(tables: list[Table], old: Place, new: Place, *, up_to: int) -> list[Part]:
    """Return what can be copied while the body serves: entries, lines, events up to a number."""
    growing = [table for table in tables if table.name in _GROWING]
    return _parts(growing, old, new, sql.SQL("event_no <= {}").format(up_to))


def parts_left(tables: list[Table], old: Place, new: Place, *, after: int) -> list[Part]:
    """Return everything else."""
    growing = [table for table in tables if table.name in _GROWING]
    others = [table for table in tables if table.name not in _GROWING]
    later = _parts(growing, old, new, sql.SQL("event_no > {}").format(after))
    return [*later, *(_part(table, old, new, sql.SQL("true")) for table in others)]


def _parts(tables: list[Table], old: Place, new: Place, where: sql.Composable) -> list[Part]:
    return [
        *(_part(table, old, new, where) for table in tables),
        _outbox_part(old, where),
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


def head_of(cell: Connection, place: Place) -> int:
    """Return the number of the last event of the books."""
    head = sql.SQL("SELECT event_no FROM {}").format(
        sql.Identifier(place.schema_name, "journal_head")
    )
    found = cell.execute(head).fetchone()
    assert found is not None  # books without a head were never finished
    return int(found[0])


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
    for part in parts:
        here, there = _told(source, part, part.source), _told(target, part, part.target)
        if here != there:
            raise CopyDiffers(f"{part.source.as_string()}: {here} here, {there} there")


def _told(cell: Connection, part: Part, table: sql.Composable) -> tuple[int, str | None]:
    query = sql.SQL(
        "SELECT count(*), encode(sha256(convert_to(string_agg(md5(part::text), '' ORDER BY"
        " ROW({})::text COLLATE \"C\"), 'UTF8')), 'hex') FROM ({}) AS part"
    ).format(part.key, part.rows_of(table))
    found = cell.execute(query).fetchone()
    assert found is not None  # an aggregate has one row
    return found[0], found[1]
