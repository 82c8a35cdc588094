"""Commands as an operator runs them, and pages as a browser sees them."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

@pytest.fixture(scope="session")
def run_body(owner_environment) -> Callable[..., object]:
    """Run `openlaas body …`; give its JSON, of a refusal the list of its reasons."""

    def run(*words: str, status: int = 0) -> object:
        command = [sys.executable, "-m", "openlaas.cli", "body", *words, "--json"]
        done = subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == status, done.stdout + done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def in_state(body) -> Iterator[Callable[..., object]]:
    """Give the body a state behind every rule, and its record again."""
    from tenants.directory.models import Body
    from tenants.directory.queries import body_with_books

    def give(state: str, **columns: object) -> object:
        Body.objects.filter(code=body.code).update(state=state, **columns)
        return body_with_books(body.code)

    yield give
    Body.objects.filter(code=body.code).update(state="open", state_until=None)


@pytest.fixture
def browser(officer_of) -> Callable[..., object]:
    """A browser in which an officer of a body is signed in."""
    from django.test import Client
    from django.utils import timezone

    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def make(body: object, role: str = "ACCOUNTANT") -> object:
        officer = officer_of(body, role)
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client = Client(SERVER_NAME="localhost")
        client.cookies[COOKIE] = token
        return client

    return make


@pytest.fixture(scope="session")
def books_of(as_owner) -> Callable[[object], dict[str, object]]:
    """Tell what a body's books hold, read behind the product."""

    def look(body: object) -> dict[str, object]:
        with as_owner(body) as owner:
            one = lambda query: owner.execute(query).fetchone()  # noqa: E731
            return {
                "head": one("SELECT event_no, hash FROM journal_head"),
                "entries": one("SELECT count(*) FROM journal_entry")[0],
                "lines": one("SELECT count(*) FROM journal_line")[0],
                "balances": one("SELECT count(*), sum(debit) FROM account_balance"),
                "counters": one("SELECT count(*), sum(last_no) FROM document_counter"),
                "outbox": owner.execute(
                    "SELECT count(*) FROM shared.outbox WHERE body_code = %s", [body.code]
                ).fetchone()[0],
            }

    return look
