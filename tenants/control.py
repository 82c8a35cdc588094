"""The control plane's door for SQL written by hand that every request runs.

The questions that every request asks join half a dozen tables: planning them took 1.0 ms, running
them 0.1 ms. So they are prepared, once for each connection; the control plane has one schema, so a
prepared statement means the same rows for everybody (in a cell it would not).
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connections
from django.db.backends.utils import CursorWrapper

CONTROL = "default"


def row(query: str, facts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a prepared statement; return its first row."""
    connection: Any = connections[CONTROL]
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    with CursorWrapper(cursor, connection) as prepared:
        prepared.execute(query, facts)
        found: tuple[Any, ...] | None = prepared.fetchone()
        return found
