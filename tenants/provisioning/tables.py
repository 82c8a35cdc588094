"""The tables of a schema, for whatever copies them: a move, an archive, a restore."""

from dataclasses import dataclass
from typing import Any

import psycopg

# Generated columns are left out: the database makes them again.
_TABLES = """
SELECT t.relname, array_agg(c.attname::text ORDER BY c.attnum), coalesce(key.columns, '{}')
  FROM pg_class t
  JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
                     AND c.attgenerated = ''
  LEFT JOIN LATERAL (
       SELECT array_agg(k.attname::text ORDER BY part.place) AS columns
         FROM pg_index i
         CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS part (attnum, place)
         JOIN pg_attribute k ON k.attrelid = t.oid AND k.attnum = part.attnum
        WHERE i.indrelid = t.oid AND i.indisprimary) AS key ON true
 WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = %s) AND t.relkind = 'r'
 GROUP BY t.oid, t.relname, key.columns ORDER BY t.relname
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: what can be copied of it, and in which order its rows are always told.

    Attributes:
        columns: as the table has them, generated ones left out.
        key: the columns of its primary key.
    """

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


def tables_of(cell: psycopg.Connection[Any], schema_name: str) -> list[Table]:
    """Return the tables of a schema by name; the cost is that of the schema, not of the cell."""
    return [
        Table(name=name, columns=tuple(columns), key=tuple(key))
        for name, columns, key in cell.execute(_TABLES, [schema_name])
    ]
