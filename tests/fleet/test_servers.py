"""Cells on a second PostgreSQL server: it is stopped, and only its own bodies notice."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from openlaas.stack import paths
from openlaas.stack import servers as stack
from tenants.backend import breaker
from tenants.backend.breaker import Breaker
from tenants.backend.errors import ServerAway
from tenants.directory.models import Body
from tenants.directory.queries import bodies_to_try, body_with_books
from tenants.directory.records import BodyRecord
from tests.lifecycle.test_moves import wait_for, whole

AT_ONCE = 16


@dataclass
class SecondServer:
    """A real cluster of its own, that can be stopped and started."""

    servers: stack.Servers
    body: BodyRecord

    @property
    def host(self) -> str:
        return str(conninfo_to_dict(self.servers.environment["DATABASE_URL"])["host"])

    def stop(self) -> None:
        self.servers.children[0].stop()

    def start(self) -> None:
        if not self.servers.children[0].is_running():
            self.servers.restart(self.servers.children[0], announce=lambda _line: None)


@pytest.fixture(scope="module")
def openlaas(owner_environment) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "openlaas.cli", *words]
        return subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def second(owner_environment, openlaas) -> Iterator[SecondServer]:
    """A second server that was added, with a cell and a body whose books are there."""
    given = {name: owner_environment[name] for name in ("OPENLAAS_SECRET_KEY", "REDIS_URL")}
    with tempfile.TemporaryDirectory(prefix="openlaas-second-") as name:
        Path(name).chmod(0o711)
        places = paths.prepare_places(Path(name).resolve() / "var", announce=lambda _line: None)
        tuning = stack.Tuning(small=True, fsync=False)
        with stack.exclusive(places):
            servers = stack.start_servers(
                places, tuning=tuning, environ=given, announce=lambda _line: None
            )
            second = SecondServer(servers=servers, body=None)  # type: ignore[arg-type]
            try:
                for _ in range(2):  # safe to run again
                    done = openlaas("fleet", "add-server", "--host", second.host)
                    assert done.returncode == 0, done.stderr
                done = openlaas("fleet", "add-cell", "--host", second.host, "--json")
                cell = json.loads(done.stdout)["cell"]
                code = Body.objects.filter(state="registered").order_by("-code")[0].code
                done = openlaas("fleet", "provision", "--code", code, "--cell", cell)
                assert done.returncode == 0, done.stderr
                second.body = body_with_books(code)
                yield second
            finally:
                _forget(second, owner_environment["DATABASE_URL"])
                servers.stop()


def _forget(second: SecondServer, owner_url: str) -> None:
    """Leave the tests after these an ordinary fleet."""
    control = make_conninfo(owner_url, dbname="openlaas_control")
    with psycopg.connect(control, autocommit=True) as owner:
        owner.execute(
            "UPDATE body SET state = 'registered' FROM place, cell"
            " WHERE place.body_id = body.id AND cell.name = place.cell_id AND cell.host = %s",
            [second.host],
        )
        query = "DELETE FROM place USING cell WHERE cell.name = cell_id AND host = %s"
        owner.execute(query, [second.host])
        for table in ("cell", "server"):
            owner.execute(f"DELETE FROM {table} WHERE host = %s", [second.host])


@pytest.fixture
def running(second) -> Iterator[SecondServer]:
    second.start()
    yield second
    second.start()
    time.sleep(breaker.PAUSE_SECONDS)


def entries_of(body: BodyRecord) -> str:
    return f"bodies/{body.code}/journal-entries"


def test_a_body_on_the_second_server_is_served_like_any(running, officer_of, api, entry):
    assert running.body.cell_host == running.host
    token = officer_of(running.body).token
    assert api.post(entries_of(running.body), entry(), token=token).status_code == 201
    assert len(api.get(entries_of(running.body), token=token).json()["items"]) == 1


def test_a_stopped_server_is_told_by_name_at_once_and_the_others_serve(
    running, body, officer_of, api, entry
):
    away, here = officer_of(running.body).token, officer_of(body).token
    assert api.get(entries_of(running.body), token=away).status_code == 200
    running.stop()
    answers: list[object] = []

    def ask() -> None:
        answers.extend(api.post(entries_of(running.body), entry(), token=away) for _ in range(3))
        connections.close_all()  # this thread's own

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    posted = [api.post(entries_of(body), entry(), token=here) for _ in range(20)]
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in posted} == {201}
    assert len(answers) == 3 * AT_ONCE
    for answer in answers:
        assert answer.status_code == 503
        problem = answer.json()
        assert problem["code"] == "server_away"
        assert problem["retryable"]
        assert int(answer["Retry-After"]) > 0
        (refusal,) = problem["refusals"]
        assert "ไม่ตอบสนอง" in refusal["message_th"]
        assert "does not answer" in refusal["message_en"]


def test_the_portal_says_so_on_a_page(running, officer_of, api):
    from django.test import Client
    from django.utils import timezone

    from tenants.officers import sign_in

    officer = officer_of(running.body)
    token, _ = sign_in.open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    running.stop()
    client = Client(SERVER_NAME="localhost")
    client.cookies["openlaas_portal"] = token
    page = client.get(f"/b/{running.body.code}/journal")
    assert page.status_code == 503
    assert int(page["Retry-After"]) > 0
    assert "เครื่องแม่ข่ายไม่ตอบสนอง" in page.content.decode()


def test_readiness_stays_true_while_one_server_is_stopped(running, api):
    from django.test import Client

    tried = bodies_to_try(cells=2)
    assert len({one.cell_host for one in tried[:2]}) == 2, "a server before another cell"
    assert len({one.cell for one in tried}) == len(tried)
    running.stop()
    answer = Client(SERVER_NAME="localhost").get("/readyz")
    assert answer.json()["status"] == "ready"


def test_bodies_are_served_again_once_the_server_is_back(running, officer_of, api):
    token = officer_of(running.body).token
    running.stop()
    assert api.get(entries_of(running.body), token=token).status_code == 503
    running.start()
    deadline = time.monotonic() + 30
    while (answer := api.get(entries_of(running.body), token=token)).status_code != 200:
        assert time.monotonic() < deadline, answer.content
        time.sleep(0.1)


def test_prepare_keeps_the_second_servers_passwords_and_roles_right(running, openlaas, api):
    url = running.servers.environment["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("ALTER ROLE openlaas_login PASSWORD 'of another time'")
        owner.execute("REVOKE openlaas_slot_0700 FROM openlaas_login; DROP ROLE openlaas_slot_0700")
        roles = {name for (name,) in owner.execute("SELECT rolname FROM pg_roles")}
    assert "openlaas_control" not in roles, "nothing of the control plane is there"
    login = make_conninfo(
        os.environ["OPENLAAS_CELL_URL"], host=running.host, dbname=running.body.cell
    )
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(login)
    done = openlaas("prepare")
    assert done.returncode == 0, done.stderr
    assert "ready" in done.stderr
    with psycopg.connect(login) as connection:
        connection.execute("SET ROLE openlaas_slot_0700")


def test_provisioning_goes_on_without_a_server_that_is_away(running, openlaas):
    running.stop()
    code = Body.objects.filter(state="registered").order_by("-code")[0].code
    done = openlaas("fleet", "provision", "--code", code)
    assert done.returncode == 0, done.stderr
    assert body_with_books(code).cell_host == ""


def test_prepare_goes_on_without_a_server_that_is_away(running, openlaas):
    running.stop()
    done = openlaas("prepare")
    assert done.returncode == 0, done.stderr
    assert "away" in done.stderr


def test_a_server_that_does_not_answer_or_is_the_default_one_is_not_added(
    openlaas, owner_url, tmp_path
):
    done = openlaas("fleet", "add-server", "--host", str(tmp_path))
    assert (done.returncode, "Cannot add" in done.stderr) == (1, True)
    done = openlaas("fleet", "add-server", "--host", str(conninfo_to_dict(owner_url)["host"]))
    assert (done.returncode, "default server itself" in done.stderr) == (1, True)


# --- books that move from server to server --------------------------------------------------------


@pytest.fixture(scope="module")
def as_owner(owner_url):
    """Connect to a body's cell as the owner, on whichever server it is."""

    def connect(body: BodyRecord) -> psycopg.Connection:
        options = f"-c search_path={body.schema_name},shared"
        where = {"dbname": body.cell, "options": options, **body.server}
        return psycopg.connect(make_conninfo(owner_url, **where), autocommit=True)

    return connect


def test_a_body_moves_to_another_server_and_back_under_postings(
    running, body, posting_to, openlaas, as_owner, findings_of
):
    with posting_to(body) as clients:
        for cell in (running.body.cell, body.cell):
            wait_for(clients, 5)
            done = openlaas("body", "move", body.code, "--to", cell)
            assert done.returncode == 0, done.stderr
            wait_for(clients, 5)
            moved = body_with_books(body.code)
            assert moved.cell == cell
    assert moved.cell_host == ""
    whole(moved, clients, as_owner)
    assert findings_of(moved, as_owner) == []
    with as_owner(running.body) as there:
        query = "SELECT count(*) FROM shared.outbox WHERE body_code = %s"
        assert there.execute(query, [body.code]).fetchone() == (0,)
    assert openlaas("body", "release", body.code).returncode == 0


def test_a_whole_cell_goes_to_another_server_however_often_it_is_killed(
    running, openlaas, owner_environment, officer_of, api, entry
):
    cell = json.loads(openlaas("fleet", "add-cell", "--capacity", "20", "--json").stdout)["cell"]
    codes = [one.code for one in Body.objects.filter(state="registered").order_by("code")[:4]]
    words = [word for code in codes for word in ("--code", code)]
    assert openlaas("fleet", "provision", "--cell", cell, *words).returncode == 0
    tokens = {code: officer_of(body_with_books(code)).token for code in codes}

    def post() -> None:
        for code in codes:
            path = f"bodies/{code}/journal-entries"
            assert api.post(path, entry(), token=tokens[code]).status_code == 201

    def gone() -> int:
        return sum(body_with_books(code).cell != cell for code in codes)

    post()  # connections to the cell are open in this process
    command = [sys.executable, "-m", "openlaas.cli", "fleet", "move-cell", cell]
    command += ["--to", running.host]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=owner_environment, **quiet) as killed:
        deadline = time.monotonic() + 30
        while not gone():
            assert time.monotonic() < deadline
            time.sleep(0.002)
        killed.kill()
    assert gone() < len(codes)

    done = openlaas("fleet", "move-cell", cell, "--to", running.host, "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["stayed"] == []
    assert told["left"] == {"kept": len(codes)}
    found = [body_with_books(code) for code in codes]
    assert {(one.cell, one.cell_host, one.state) for one in found} == {
        (told["to_cell"], running.host, "open")
    }
    post()
    for code in codes:
        page = api.get(f"bodies/{code}/journal-entries", token=tokens[code]).json()
        assert sorted(one["number"] for one in page["items"]) == ["JV-00001/70", "JV-00002/70"]
    verified = openlaas("verify", *words, "--json")
    assert json.loads(verified.stdout)["findings"] == 0
    assert [openlaas("body", "release", code).returncode for code in codes] == [0] * len(codes)


def test_a_cell_is_not_moved_to_a_server_that_nobody_added(openlaas, body):
    done = openlaas("fleet", "move-cell", body.cell, "--to", "db.nowhere", "--json")
    assert (done.returncode, json.loads(done.stdout)[0]["code"]) == (1, "no_such_server")
    done = openlaas("fleet", "move-cell", "no_cell", "--to-cell", body.cell, "--json")
    assert (done.returncode, json.loads(done.stdout)[0]["code"]) == (1, "no_such_cell")


# --- the breaker alone ----------------------------------------------------------------------------


def refuse() -> None:
    raise psycopg.OperationalError("connection refused")


def test_after_a_failure_nobody_tries_for_a_moment_and_then_one_does(monkeypatch):
    monkeypatch.setattr(breaker, "PAUSE_SECONDS", 60.0)
    known, tries = Breaker("db2:5432"), []

    def counted() -> None:
        tries.append(1)
        refuse()

    for _ in range(5):
        with pytest.raises(ServerAway, match="db2"):
            known.connect(counted)
    assert len(tries) == 1
    known._away_until = 0.0  # the moment is over
    inside, go_on = threading.Event(), threading.Event()

    def slowly() -> str:
        inside.set()
        assert go_on.wait(30)
        return "connected"

    found: list[str] = []
    prober = threading.Thread(target=lambda: found.append(known.connect(slowly)))
    prober.start()
    assert inside.wait(30)
    for _ in range(5):
        with pytest.raises(ServerAway, match="tried again"):
            known.connect(counted)
    go_on.set()
    prober.join()
    assert found == ["connected"]
    assert len(tries) == 1
    assert known.connect(lambda: "all may connect") == "all may connect"


@pytest.mark.parametrize("said", ["FATAL:  password authentication failed", "FATAL:  too many"])
def test_a_server_that_refuses_for_a_reason_is_not_away(said):
    known = Breaker("db2:5432")

    def refused() -> None:
        raise psycopg.OperationalError(f"connection failed: {said}")

    for _ in range(2):
        with pytest.raises(psycopg.OperationalError, match="FATAL"):
            known.connect(refused)


def test_a_server_that_is_starting_is_away():
    known = Breaker("db2:5432")

    def starting() -> None:
        raise psycopg.OperationalError("FATAL:  the database system is starting up")

    with pytest.raises(ServerAway):
        known.connect(starting)


def test_a_server_that_vanished_from_the_network_is_given_up_within_a_second(monkeypatch):
    monkeypatch.setattr(breaker, "ANSWER_SECONDS", 0.2)
    with socket.socket() as listening, contextlib.ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        host, port = listening.getsockname()
        # Whoever is not accepted fills the queue; from then on nobody is answered at all.
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.settimeout(0)
            one.connect_ex((host, port))
        with pytest.raises(psycopg.OperationalError, match="timed out"):
            breaker.knock(host, str(port))
    breaker.knock("/a/folder/of/sockets", "5432")
