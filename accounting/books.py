"""The door to the body's schema for SQL written by hand. The edge has opened the transaction."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import connections

ALIAS = "tenant"


def sql_beside(module: str, name: str) -> str:
    """Return the statements of a file beside a module, on one line without their comments.

    psycopg remembers how a statement is parsed when it has less than 4,096 characters.
    """
    text = Path(module).with_name(name).read_text(encoding="utf-8")
    lines = (line.split("--")[0].strip() for line in text.splitlines())
    return " ".join(line for line in lines if line)


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


def rows_of_each(queries: str, facts: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    """Run several statements in one message; return the rows of each."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(queries, facts)
        found = [list(cursor.fetchall())]
        while cursor.nextset():
            found.append(list(cursor.fetchall()))
        return found


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


def write_with_next(statements: str, facts: Mapping[str, Any]) -> None:
    """Run statements in front of the next question, or of COMMIT, in its message.

    Whatever is asked afterwards in the transaction sees what they wrote.
    """
    connection: Any = connections[ALIAS]  # its backend is of ours
    connection.with_next(statements, facts, statements=statements.count(";") + 1, check=None)


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
