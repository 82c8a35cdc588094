"""The door to the body's schema for SQL written by hand. The edge has opened the transaction."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import connections

ALIAS = "tenant"


def body_code() -> str:
    """Return whose books are open; the transaction's opening has proved it."""
    connection: Any = connections[ALIAS]  # its backend is of ours
    return str(connection.tenant_code)


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


def last_row(queries: str, facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """Run several statements in one message; return the first row of the last one."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(queries, facts)
        while cursor.nextset():
            pass
        found: tuple[Any, ...] = cursor.fetchone()
        return found


def copy_to_csv(query: str, path: Path) -> int:
    """Write the rows of a query of constants into a CSV file with a header; return how many."""
    with connections[ALIAS].cursor() as cursor, path.open("wb") as file:
        with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as rows:
            for piece in rows:
                file.write(piece)
        return int(cursor.rowcount)


def ask_with_next(
    queries: str, facts: Mapping[str, Any], *, statements: int, check: Callable[..., None]
) -> None:
    """Ask in the message of the next question; ``check`` gets the last row before its answer."""
    connection: Any = connections[ALIAS]  # its backend is of ours
    connection.with_next(queries, facts, statements=statements, check=check)


def at_commit(query: str, facts: Mapping[str, Any]) -> None:
    """Run a statement in the message that carries COMMIT: nothing after it may need its result."""
    connection: Any = connections[ALIAS]  # its backend is of ours
    connection.with_commit(query, facts)
