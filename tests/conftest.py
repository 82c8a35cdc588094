"""One PostgreSQL and one Valkey for the whole run, with two cells and a pool of bodies.

The servers are started before any test module is imported, because importing the product needs
its settings. The test process is given what a web process is given: it cannot act as the owner.
What only the owner may do is done by the `openlaas` command, or as ``owner_url``.

`make test` shares the files of tests out to as many processes as there are cores (pytest-xdist);
each has servers and a build folder of its own, and nothing in common with the others.
"""

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests import budgets

# The first of the register: province 11, then the next. prove_guards.py needs only a few.
BODIES = int(os.environ.get("OPENLAAS_TEST_BODIES", "260"))
MORE_BODIES = 50
REPOSITORY = Path(__file__).parents[1]
PYTHONPATH = os.pathsep.join(str(REPOSITORY / folder) for folder in (".", "platform"))
BUILD = Path(os.environ.get("OPENLAAS_BUILD", REPOSITORY / "build"))
_servers = contextlib.ExitStack()
_owner_environment: dict[str, str] = {}
_exercised: Counter[str] = Counter()  # posting rules, by how many entries name each


def pytest_sessionstart(session: pytest.Session) -> None:
    if _only_shares_out(session.config):
        return
    from openlaas.stack import environment
    from openlaas.stack.servers import embedded_servers

    if session.config.option.collectonly:
        os.environ.setdefault("OPENLAAS_SECRET_KEY", "collecting only")
        os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/nothing")
        _set_up_django()
        return
    given = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    given["PYTHONPATH"] = PYTHONPATH  # this tree, whichever one is installed
    servers = _servers.enter_context(embedded_servers(small=True, fsync=False, environ={}))
    build = BUILD / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    servers |= {"OPENLAAS_BUILD": str(build), "OPENLAAS_FILES": str(build / "files")}
    _owner_environment.update(environment.for_operators(given, servers))
    try:
        openlaas("prepare", "--capacity", "1000")
        openlaas("fleet", "provision", "--first", str(BODIES))
        _gather_static_files(build / "static")
    except BaseException:
        _servers.close()
        raise
    for name in ("DATABASE_URL", "REDIS_URL", "OPENLAAS_SECRET_KEY"):
        os.environ.pop(name, None)
    os.environ.update(environment.for_processes({}, servers))
    _set_up_django()


def pytest_sessionfinish(session: pytest.Session) -> None:
    try:
        if "DATABASE_URL" in _owner_environment:
            _exercised.update(_rules_exercised(_owner_environment["DATABASE_URL"]))
    finally:
        _servers.close()
    budgets.write_used(os.environ.get("PYTEST_XDIST_WORKER", "alone"))
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["exercised"] = dict(_exercised)
    elif _exercised:
        told = json.dumps(dict(sorted(_exercised.items())), indent=1)
        (BUILD / "test-rules.json").write_text(told, encoding="utf-8")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Add what one of the processes exercised; called in the one that shares out."""
    _exercised.update(getattr(node, "workeroutput", {}).get("exercised", {}))


def _only_shares_out(config: pytest.Config) -> bool:
    """Tell whether this process runs no test itself, and gives them to others."""
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def _rules_exercised(owner: str) -> Counter[str]:
    """Count the entries that name each posting rule, in all books: `openlaas rules` tells them.

    The product counts nothing; what a test exercised through it stands in the journals.
    """
    counts: Counter[str] = Counter()
    cells = "SELECT datname FROM pg_database WHERE datname LIKE '%cell%' AND NOT datistemplate"
    journals = """SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n
                      ON n.oid = c.relnamespace
                   WHERE c.relname = 'journal_entry' AND pg_relation_size(c.oid) > 0"""
    with psycopg.connect(owner) as control:
        names = [name for (name,) in control.execute(cells)]
    for name in names:
        with psycopg.connect(make_conninfo(owner, dbname=name)) as cell:
            for (schema,) in cell.execute(journals).fetchall():
                of_one = f"SELECT rule, count(*) FROM {schema}.journal_entry GROUP BY rule"
                counts.update({rule: count for rule, count in cell.execute(of_one) if rule})
    return counts


def _set_up_django() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "openlaas.settings"
    django.setup()
    from django.conf import settings

    settings.MIDDLEWARE = ["tests.budgets.EndpointBudget", *settings.MIDDLEWARE]


@pytest.fixture(autouse=True)
def _every_endpoint_keeps_its_budget() -> Iterator[None]:
    yield
    assert budgets.take_exceeded() == []


def openlaas(*words: str) -> str:
    """Run our own command as an operator would; return what it prints."""
    command = [sys.executable, "-m", "openlaas.cli", *words]
    done = subprocess.run(
        command, env=_owner_environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _gather_static_files(folder: Path) -> None:
    """Collect what pages show; copies of the tree that are given one place for it do so once."""
    if shared := os.environ.get("OPENLAAS_TEST_STATIC"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(shared)
        if (folder / "staticfiles.json").exists():
            return
    else:
        folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, env=_owner_environment, check=True)


@pytest.fixture(scope="session")
def owner_environment() -> dict[str, str]:
    """The environment of an operator's command."""
    return dict(_owner_environment)


@pytest.fixture(scope="session")
def owner_url() -> str:
    """The databases' owner, a superuser here: for planting faults and looking behind the guards."""
    return _owner_environment["DATABASE_URL"]


@pytest.fixture(scope="session")
def as_owner(owner_url: str) -> Callable[[object], psycopg.Connection]:
    """Connect to a body's cell as the owner, its schema current: behind every guard."""

    def connect(body: object) -> psycopg.Connection:
        conninfo = make_conninfo(owner_url, dbname=body.cell)
        options = f"-c search_path={body.schema_name},shared"
        return psycopg.connect(conninfo, autocommit=True, options=options)

    return connect


@pytest.fixture(scope="session")
def full_size() -> bool:
    """Whether a proof was asked for at its full size (`make prove-isolation`), by a person."""
    return os.environ.get("OPENLAAS_FULL_SIZE") == "1"


DEMO_BODIES = 12 if BODIES > 100 else 2  # put aside for tests that need the province of the demo


def _bodies_one_by_one(bodies: list[object]) -> Iterator[object]:
    """These bodies, then the next of the register, which are given books; none that a test made.

    Nor one twice: a test that takes a body's books away leaves it for the next to be given some.
    """
    from tenants.directory.queries import bodies_with_books

    given = {body.code for body in bodies}
    yield from bodies
    for count in itertools.count(BODIES + MORE_BODIES, MORE_BODIES):
        known = {body.code for body in bodies_with_books()}
        openlaas("fleet", "provision", "--first", str(count))
        new = [body for body in bodies_with_books() if body.code not in known | given]
        given |= {body.code for body in new}
        yield from new


@pytest.fixture(scope="session")
def _bodies() -> tuple[Iterator[object], Iterator[object]]:
    from openlaas.demo.making import PROVINCE
    from tenants.directory.queries import bodies_with_books

    bodies = bodies_with_books()
    of_demo = [body for body in bodies if body.province_code == PROVINCE][-DEMO_BODIES:]
    others = [body for body in bodies if body not in of_demo]
    return _bodies_one_by_one(others), iter(of_demo)


@pytest.fixture(scope="session")
def _unused_bodies(_bodies: tuple[Iterator[object], Iterator[object]]) -> Iterator[object]:
    return _bodies[0]


@pytest.fixture(scope="session")
def unused_bodies_of_demo(_bodies: tuple[Iterator[object], Iterator[object]]) -> Iterator[object]:
    """Bodies of the demonstration's province whose books nobody has touched yet; not many."""
    return _bodies[1]


@pytest.fixture
def body(_unused_bodies: Iterator[object]):
    """A body whose books nobody has touched yet."""
    return next(_unused_bodies)


@pytest.fixture
def other_body(_unused_bodies: Iterator[object]):
    """Another one, of which the first must learn nothing."""
    return next(_unused_bodies)


_numbers = itertools.count(1)


@dataclass(frozen=True)
class TestOfficer:
    """An officer made for a test; the password is the same for all."""

    __test__ = False
    id: uuid.UUID
    username: str
    password: str
    token: str


PASSWORD = "thirteen white elephants"


@pytest.fixture(scope="session")
def officer_of() -> Callable[..., TestOfficer]:
    """Make an officer who holds a role in a body, signed in to the API."""
    from django.utils import timezone

    from tenants.officers import appointments, sign_in
    from tests.officers import AREAS, watch

    def make(body: object, role: str = "ACCOUNTANT") -> TestOfficer:
        now = timezone.now()
        username = f"{body.code}-{role.lower()}-{next(_numbers)}"
        officer_id = appointments.register_officer(
            username=username, name_th="นางสาวสมหญิง ใจดี", password=PASSWORD, now=now
        )
        if role in AREAS:
            watch(officer_id, body, role)
        else:
            appointments.appoint(
                officer_id=officer_id,
                role=role,
                body_code=body.code,
                from_date=date(2020, 1, 1),
                now=now,
            )
        token, _ = sign_in.open_sign_in(officer_id=officer_id, kind="api", now=now)
        return TestOfficer(id=officer_id, username=username, password=PASSWORD, token=token)

    return make


class Phone:
    """An authenticator app: it shows the code of a moment."""

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def code_at(self, moment: datetime) -> str:
        import pyotp

        return pyotp.TOTP(self.secret).at(moment)


@pytest.fixture(scope="session")
def enrol() -> Callable[..., tuple[Phone, list[str]]]:
    """Enrol an app for an officer, confirmed with a code of long ago, and give the paper."""
    from django.utils import timezone

    from tenants.officers.second_step import authenticator

    def make(officer: TestOfficer) -> tuple[Phone, list[str]]:
        then = timezone.now() - timedelta(days=1)
        authenticator.begin_app(officer_id=officer.id, now=then)
        phone = Phone(authenticator.secret_to_confirm(officer_id=officer.id))
        paper = authenticator.confirm_app(officer_id=officer.id, code=phone.code_at(then), now=then)
        return phone, paper

    return make


@pytest.fixture(scope="session")
def api() -> "ApiClient":
    """A client of the API, inside this process."""
    return ApiClient()


class ApiClient:
    """Speaks to the API as a program does: JSON, a bearer token, an Idempotency-Key."""

    def get(self, path: str, *, token: str = "", **headers: str):
        return self._client.get(f"/api/v1/{path}", headers=self._headers(token, headers))

    def delete(self, path: str, *, token: str = "", **headers: str):
        return self._client.delete(f"/api/v1/{path}", headers=self._headers(token, headers))

    def post(self, path: str, body: object, *, token: str = "", key: str | None = "", **headers):
        """Post JSON; ``key`` is the Idempotency-Key, empty for a new one, None for none."""
        import orjson

        if key is not None:
            headers["Idempotency-Key"] = key or uuid.uuid4().hex
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        content_type = headers.pop("Content-Type", "application/json")
        return self._client.post(
            f"/api/v1/{path}",
            data=data,
            content_type=content_type,
            headers=self._headers(token, headers),
        )

    def put(self, path: str, body: object, *, token: str = "", **headers: str):
        import orjson

        return self._client.put(
            f"/api/v1/{path}",
            data=orjson.dumps(body),
            content_type="application/json",
            headers=self._headers(token, headers),
        )

    @cached_property
    def _client(self):
        from django.test import Client

        return Client(raise_request_exception=False, SERVER_NAME="localhost")

    def _headers(self, token: str, headers: dict[str, str]) -> dict[str, str]:
        return {**({"Authorization": f"Bearer {token}"} if token else {}), **headers}


@pytest.fixture(scope="session")
def entry() -> Callable[..., dict[str, object]]:
    """Build a balanced entry of two lines, in an open month unless told otherwise."""

    def build(amount: str = "100.00", **changed: object) -> dict[str, object]:
        return {
            "entry_date": "2026-10-05",
            "description": "รับเงินรายได้จัดเก็บเอง",
            "lines": [
                {"account": "1101010101.001", "debit": amount},
                {"account": "4401010104.001", "credit": amount},
            ],
            **changed,
        }

    return build


@pytest.fixture(scope="session")
def live_server_url() -> Iterator[str]:
    """The program as it is served: granian, two workers, no owner's rights."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "openlaas.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4"),
    ]
    log = Path(os.environ["OPENLAAS_BUILD"]) / "live-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server, log)
        yield url
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=2) as r:
            if r.status == 200:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not become ready: {log.read_text()[-2000:]}")
