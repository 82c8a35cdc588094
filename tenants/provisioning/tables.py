"""The tables of a schema, for whatever copies them: a move, an archive, a restore."""

from dataclasses import dataclass
from typing import Any

import psycopg

# Generated columns are left out: the database makes them again. A schema's tables are found by what
# depends on it: pg_class has no index by schema, and a cell has a hundred thousand relations.
_TABLES = """
SELECT t.relname, array_agg(c.attname::text ORDER BY c.attnum), coalesce(key.columns, '{}')
  FROM pg_depend d
  JOIN pg_class t ON t.oid = d.objid AND t.relkind = 'r'
  JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
                     AND c.attgenerated = ''
  LEFT JOIN LATERAL (
       SELECT array_agg(k.attname::text ORDER BY part.place) AS columns
         FROM pg_index i
         CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS part (attnum, place)
         JOIN pg_attribute k ON k.attrelid = t.oid AND k.attnum = part.attnum
        WHERE i.indrelid = t.oid AND i.indisprimary) AS key ON true
 WHERE d.refclassid = 'pg_namespace'::regclass AND d.classid = 'pg_class'::regclass
   AND d.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = %s)
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
