"""SQL written by hand, sent as a body's role: what the database itself refuses."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import pytest

CASH, REVENUE = "1101010101.001", "4401010104.001"

Line = tuple[str, str, str]  # account, debit, credit
BALANCED: tuple[Line, ...] = ((CASH, "100.00", "0.00"), (REVENUE, "0.00", "100.00"))


@pytest.fixture(scope="session")
def inside() -> Callable[..., AbstractContextManager[object]]:
    """Open a body's transaction as the product does; give its cursor."""
    from django.db import connections

    from tenants.transactions import tenant_transaction

    @contextmanager
    def opened(body: object, *, read_only: bool = False) -> Iterator[object]:
        with (
            tenant_transaction(body, read_only=read_only),
            connections["tenant"].cursor() as cursor,
        ):
            yield cursor

    return opened


@pytest.fixture(scope="session")
def neighbour_of() -> Callable[[object], object]:
    """Find another body of the same cell, which is the same database."""
    from tenants.directory.queries import bodies_with_books

    def find(body: object) -> object:
        return next(
            other
            for other in bodies_with_books()
            if other.cell == body.cell and other.code != body.code
        )

    return find


@pytest.fixture
def fresh_neighbour(body, _unused_bodies):
    """A body of the same cell that nobody has touched yet."""
    return next(other for other in _unused_bodies if other.cell == body.cell)


@pytest.fixture(scope="session")
def write_entry() -> Callable[..., None]:
    """Write an entry and its lines past the product, by plain INSERTs."""

    def write(cursor: object, event_no: int, lines: tuple[Line, ...] = BALANCED) -> None:
        cursor.execute(
            "INSERT INTO journal_entry (event_no, kind, fiscal_year, no, entry_date, description,"
            " recorded_at, officer_id, officer_name_th, canonical, hash)"
            " VALUES (%s, 'JV', 2570, %s, '2026-10-05', 'by hand', %s, %s, 'nobody', '{}', '')",
            [event_no, event_no, datetime(2026, 10, 5, tzinfo=UTC), uuid.uuid4()],
        )
        for line_no, (account, debit, credit) in enumerate(lines, start=1):
            cursor.execute(
                "INSERT INTO journal_line (event_no, line_no, account, entry_date, debit, credit)"
                " VALUES (%s, %s, %s, '2026-10-05', %s, %s)",
                [event_no, line_no, account, debit, credit],
            )

    return write
