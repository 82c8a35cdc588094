"""Commands as an operator runs them, pages as browsers see them, clients that remember all."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

# The program of an operator that is killed at a named point, by itself and for good.
KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from tenants.lifecycle import generations
from tenants.moving import operations

def after_step(step):
    print(step, flush=True)
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

told = {"code": sys.argv[2], "reason": "test", "clock": timezone.now, "after_step": after_step}
if sys.argv[1] == "new-generation":
    generations.new_generation(changed_by="test", **told)
else:
    operations.move_body(cell=sys.argv[1], moved_by="test", **told)
"""


# An operator's process that stays: it runs each command that it is told, and tells what it printed.
OPERATOR = """
import json, sys
import django
django.setup()
from typer.testing import CliRunner
import openlaas.cli
from openlaas.cli import commands
commands.register(openlaas.cli.app)
for line in sys.stdin:
    done = CliRunner().invoke(openlaas.cli.app, json.loads(line))
    told = [done.exit_code, done.stdout, repr(done.exception)]
    print(json.dumps(told), file=sys.__stdout__, flush=True)
"""


@pytest.fixture(scope="session")
def operator(owner_environment) -> Iterator[Callable[..., tuple[int, str]]]:
    """Run `openlaas …` with an operator's rights; give its exit code and what it printed."""
    environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", OPERATOR], env=environment, **pipes) as process:
        alone = threading.Lock()

        def run(*words: str) -> tuple[int, str]:
            with alone:
                print(json.dumps(words), file=process.stdin, flush=True)
                code, printed, error = json.loads(process.stdout.readline())
            return code, printed or error

        yield run
        process.stdin.close()


@pytest.fixture(scope="session")
def run_body(operator) -> Callable[..., object]:
    """Run `openlaas body …`; give its JSON, of a refusal the list of its reasons."""

    def run(*words: str, status: int = 0) -> object:
        code, printed = operator("body", *words, "--json")
        assert code == status, printed
        return json.loads(printed)

    return run


@pytest.fixture(scope="session")
def killed_after(owner_environment) -> Callable[..., None]:
    """Run a move to a cell, or a new generation, in a process that is killed after a step."""

    def run(target: str, code: str, step: str) -> None:
        environment = {**owner_environment, "DJANGO_SETTINGS_MODULE": "openlaas.settings"}
        command = [sys.executable, "-c", KILLED, target, code, step]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == -9, done.stdout + done.stderr
        assert done.stdout.split()[-1] == step

    return run


@pytest.fixture
def other_cell() -> Callable[[object], str]:
    """The cell in which a body does not live."""
    cells = ("openlaas_cell_01", "openlaas_cell_02")
    return lambda body: next(cell for cell in cells if cell != body.cell)


@dataclass
class Clients:
    """What programs sent to a body and were told: every key until it was answered for good."""

    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


@pytest.fixture
def posting_to(api, officer_of, entry) -> Callable[..., object]:
    """Let threads post to a body for the length of a `with`, as programs should."""

    @contextmanager
    def post(body: object, *, threads: int = 3) -> Iterator[Clients]:
        clients, ends, token = Clients(), threading.Event(), officer_of(body).token

        def send(key: str) -> object:
            path = f"bodies/{body.code}/journal-entries"
            return api.post(path, entry(reference=key), token=token, key=key)

        workers = [
            threading.Thread(target=post_until, args=[ends, send, clients, f"client-{number}"])
            for number in range(threads)
        ]
        for worker in workers:
            worker.start()
        try:
            yield clients
        finally:
            ends.set()
            for worker in workers:
                worker.join()

    return post


def post_until(ends: threading.Event, send: Callable, clients: Clients, name: str) -> None:
    """Post again and again, each key until it is answered for good."""
    from django.db import connections

    place = 0
    while not ends.is_set():
        place += 1
        settle(f"{name}-{place:06d}", send, clients)
    connections.close_all()


def settle(key: str, send: Callable, clients: Clients) -> None:
    deadline = (
        time.monotonic() + 30
    )  # no move takes so long; a test that waits for ever tells nothing
    while time.monotonic() < deadline:
        answer = send(key)
        if answer.status_code == 201:
            told = answer.json()
            clients.acknowledged[key] = (told["event_no"], told["hash"])
            return
        if answer.status_code not in {409, 503} or not answer.json()["retryable"]:
            clients.troubles.append(f"{answer.status_code} {answer.content[:300]}")
            return
        clients.refused.append(answer.json()["code"])
        time.sleep(0.01)
    clients.troubles.append(f"{key} was never answered")


@pytest.fixture
def findings_of() -> Callable[[object, Callable[[object], object]], list[object]]:
    """Verify a body's books from inside, and its outbox and identity from outside."""

    def look(body: object, as_owner: Callable[[object], object]) -> list[object]:
        from accounting.journal.verification import verify_books
        from tenants.provisioning.outside_check import outbox_findings
        from tenants.transactions import tenant_transaction

        with tenant_transaction(body, read_only=True):
            found = list(verify_books().findings)
        with as_owner(body) as owner:
            said = owner.execute("SELECT body_code, generation FROM body_identity").fetchall()
            assert said == [(body.code, body.generation)]
            return [*found, *outbox_findings(owner, body)]

    return look


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
