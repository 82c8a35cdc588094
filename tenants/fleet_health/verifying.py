"""Verifying the books of one cell, some bodies at a time: the work of one process.

Most bodies of a fleet have no entry, or none yet: one question, in one message, tells that there is
nothing that could be wrong. Whatever else is there is looked at in full.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import django.db
import psycopg
from django.conf import settings

from accounting.journal.verification import Finding, first_look, verify_books
from tenants.backend.errors import TenantError
from tenants.fleet_health.books import Books
from tenants.provisioning.outside_check import outbox_findings
from tenants.provisioning.servers import owner_connection
from tenants.transactions import one_question, tenant_transaction

Result = dict[str, Any]
_TOLD = "SELECT DISTINCT body_code FROM shared.outbox WHERE body_code = ANY (%s)"
_NOT_READABLE = (psycopg.Error, django.db.Error, TenantError)


class CellVerifier:
    """The owner's connection to the cell at hand, kept while a process stays in the cell."""

    def __init__(self) -> None:
        self._cell = ""
        self._owner: psycopg.Connection[Any] | None = None
        self._stack = ExitStack()

    def verified(self, books: Sequence[Books], *, kept_head: str | None) -> Iterator[Result]:
        """Yield the result of each of some books of one cell as soon as it is there.

        Books that cannot be read are a finding, and no reason to stop before the others.

        Args:
            books: all of one cell.
            kept_head: see ``verify_books``; of the live books of a single body.
        """
        try:
            told = self._bodies_told(books)
        except psycopg.Error as error:
            for one in books:
                yield _result(one, [_finding("server", error)], entries=0, seconds=0.0)
            return
        for one in books:
            started = time.monotonic()
            try:
                findings, entries = self._look(one, told, kept_head=kept_head)
            except _NOT_READABLE as error:
                findings, entries = [_finding("reading", error)], 0
            yield _result(one, findings, entries=entries, seconds=time.monotonic() - started)

    def close(self) -> None:
        """Leave the cell."""
        self._stack.close()
        self._owner = None

    def _bodies_told(self, books: Sequence[Books]) -> set[str]:
        """Return those of the bodies that the cell's outbox tells of; asked before their books."""
        self._enter(books[0])
        if self._owner is None:
            return set()
        found = self._owner.execute(_TOLD, [[one.code for one in books]])
        return {code for (code,) in found}

    def _enter(self, books: Books) -> None:
        is_here = self._owner is not None and not self._owner.closed and self._cell == books.cell
        if not settings.OWNER_PARAMETERS or is_here:
            return
        self.close()
        self._owner = self._stack.enter_context(owner_connection(books.cell, books.server))
        self._cell = books.cell

    def _look(
        self, books: Books, told: set[str], *, kept_head: str | None
    ) -> tuple[list[Finding], int]:
        with one_question(books):
            look = first_look(body_code=books.code, generation=books.generation)
        meant = (books.code, books.body_id, books.generation)
        said = (look.body_code, look.body_id, look.generation)
        findings = []
        if meant != said:
            detail = f"the directory means {meant}, the schema says {said}"
            findings = [Finding(check="identity", event_no=None, detail=detail)]
        is_live = books.use == "live"
        if look.is_untouched and kept_head is None and not (is_live and books.code in told):
            return findings, 0
        # What an outbox tells is of the live books: those of another time have no rows there.
        if is_live and self._owner is not None:
            findings += outbox_findings(self._owner, books)
        with tenant_transaction(books, read_only=True, statement_timeout_ms=0):
            found = verify_books(kept_head=kept_head if is_live else None)
        return [*found.findings, *findings], found.entries


def _finding(check: str, error: Exception) -> Finding:
    return Finding(check=check, event_no=None, detail=f"{type(error).__name__}: {error}")


def _result(books: Books, findings: list[Finding], *, entries: int, seconds: float) -> Result:
    return {
        "body": books.code,
        "use": books.use,
        "generation": books.generation,
        "cell": books.cell,
        "schema": books.schema_name,
        "entries": entries,
        "seconds": round(seconds, 4),
        "findings_count": len(findings),
        "findings": [
            {
                "body": books.code,
                "cell": books.cell,
                "schema": books.schema_name,
                "check": finding.check,
                "event_no": finding.event_no,
                "detail": finding.detail,
            }
            for finding in findings
        ],
    }
