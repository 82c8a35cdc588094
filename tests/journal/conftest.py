"""Books to work on, and what the tests of the journal do with them, all inside this process."""

import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from types import SimpleNamespace

import pytest

CASH, REVENUE = "1101010101.001", "4401010104.001"


@pytest.fixture(scope="session")
def officer():
    from accounting.officers import Officer

    return Officer(
        id=uuid.uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
    )


@pytest.fixture(scope="session")
def entering() -> Callable[..., AbstractContextManager[None]]:
    """Open a body's transaction; leaving it is a real COMMIT, with every deferred trigger."""
    from tenants.transactions import tenant_transaction

    return partial(tenant_transaction, statement_timeout_ms=0)


@pytest.fixture(scope="session")
def posting() -> Callable[..., object]:
    """Make a balanced posting of two lines, or of the lines given."""
    from accounting.journal.drafts import read_entry
    from accounting.journal.known import Posting

    def make(day: str, amount: str = "100.00", **changed: object) -> object:
        raw = {
            "entry_date": day,
            "description": "รับเงินรายได้จัดเก็บเอง",
            "lines": [
                {"account": CASH, "debit": amount},
                {"account": REVENUE, "credit": amount},
            ],
            **changed,
        }
        return Posting(draft=read_entry(raw))

    return make


@pytest.fixture(scope="session")
def post(entering, officer) -> Callable[..., list[object]]:
    """Post into a body, all or none, in a transaction of their own."""
    from accounting.journal.operations import post_entries

    def at_once(body: object, *postings: object) -> list[object]:
        with entering(body):
            return post_entries(postings=postings, officer=officer)

    return at_once


@pytest.fixture(scope="session")
def verified(entering) -> Callable[..., object]:
    """Verify a body's books as the product does."""
    from accounting.journal.verification import verify_books

    def look(body: object, **options: object) -> object:
        with entering(body, read_only=True):
            return verify_books(**options)

    return look


@pytest.fixture(scope="session")
def exported(owner_url) -> Callable[..., dict[str, object]]:
    """Write a body's archive into a folder; return the manifest."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    from accounting.attachments import store
    from tenants.archives.facts import facts_of
    from tenants.archives.writing import write_archive

    def write(body: object, folder: object) -> dict[str, object]:
        facts = facts_of(body.code)
        content = partial(store.content, body_id=uuid.UUID(facts.id))
        conninfo = make_conninfo(owner_url, dbname=body.cell)
        with psycopg.connect(conninfo, autocommit=True) as cell:
            return write_archive(
                cell=cell,
                schema_name=body.schema_name,
                facts=facts,
                path=folder,
                content=lambda sha256: content(sha256=sha256),
                as_folder=True,
            ).manifest

    return write


@pytest.fixture(scope="session")
def reports(entering) -> SimpleNamespace:
    """Read a body's reports as text, each in a transaction of its own."""
    from accounting.journal import reports as journal_reports

    def reading(report: Callable[..., str]) -> Callable[..., str]:
        def read(body: object, **asked: object) -> str:
            with entering(body):
                return report(**asked)

        return read

    return SimpleNamespace(
        trial_balance=reading(journal_reports.trial_balance),
        ledger=reading(journal_reports.ledger),
        difference=reading(journal_reports.difference),
        loads=json.loads,
    )
