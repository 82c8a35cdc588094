"""The door to the body's schema for SQL written by hand. The edge has opened the transaction."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from django.db import connections

from accounting.scripts import Script

ALIAS = "tenant"


def body_code() -> str:
    """Return whose books are open; the transaction's opening has proved it."""
    return str(_connection().tenant_code)


def row(query: str, facts: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Run a statement; return its first row. Outside a tenant transaction it raises."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(query, facts)
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


def rows(query: str, facts: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement; return all its rows."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(query, facts)
        return list(cursor.fetchall())


def rows_of_each(script: Script, facts: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    """Run a script's statements in one message; return the rows of each."""
    connection = _connection()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(connection.text_of(script, facts))
        return [_rows(result) for result in islice(cursor.results(), script.count)]


def answer(script: Script, facts: Mapping[str, Any]) -> str | None:
    """Run a script in one message; return the text in the only row of its last statement."""
    *_, found = rows_of_each(script, facts)
    return str(found[0][0]) if found else None


def write_with_next(script: Script, facts: Mapping[str, Any]) -> None:
    """Run a script in front of the next question, or of COMMIT, in its message.

    Whatever is asked afterwards in the transaction sees what it wrote.
    """
    _connection().with_next(script, facts)


def ask_with_next(script: Script, facts: Mapping[str, Any], check: Callable[..., None]) -> None:
    """Ask in the message of the next question; ``check`` gets the last row before its answer."""
    _connection().with_next(script, facts, check)


def at_commit(script: Script, facts: Mapping[str, Any]) -> None:
    """Run a script in the message that carries COMMIT: nothing after it may need its result."""
    _connection().with_commit(script, facts)


def _rows(result: Any) -> list[tuple[Any, ...]]:
    return list(result.fetchall()) if result.rownumber is not None else []


def _connection() -> Any:
    return connections[ALIAS]  # its backend is tenants.backend
