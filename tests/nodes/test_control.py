"""Real processes behind a real HAProxy, looked after while clients post and read."""

import os
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from openlaas.bench.offices import Office
from openlaas.crashes import checks
from openlaas.crashes.history import History
from openlaas.nodes import control, wanted
from openlaas.nodes.readers import Readers
from openlaas.stack import paths, processes, supervisor
from openlaas.stack.errors import StackError
from openlaas.stack.ports import free_ports

BODIES, POSTING, READING = 6, 2, 2
WELL = {"200", "201", "422"}  # 422: some postings are meant to be refused
SECONDS = 20


@dataclass
class Behind:
    """Six bodies behind two processes, and one for reports and imports."""

    embedded: control.Embedded
    port: int
    offices: list[Office]

    def pids(self) -> dict[str, str]:
        return {
            node.name: (self.embedded.file.path.parent / f"{node.name}.pid").read_text()
            for node in self.embedded.file.read().nodes
        }


@pytest.fixture(scope="module")
def office(_unused_bodies, officer_of) -> Iterator[Behind]:
    offices = []
    for _ in range(BODIES):
        body = next(_unused_bodies)
        offices.append(
            Office(
                code=body.code,
                schema=body.schema_name,
                role=body.role,
                cell=body.cell,
                token=officer_of(body).token,
            )
        )
    with tempfile.TemporaryDirectory(prefix="openlaas-") as name:
        var = Path(name).resolve() / "var"
        places = paths.prepare_places(var, announce=lambda _line: None)
        (port,) = free_ports(1)
        wishes = supervisor.Wishes(var=var, port=port, nodes=2)
        told = {**os.environ, "OPENLAAS_POOL_CONNECTIONS": "6"}
        crew = supervisor._crew(wishes, places, told)
        crew.start(supervisor._first_nodes(wishes), announce=lambda _line: None)
        with Followed(crew):
            assert processes.wait_until(crew.is_whole, seconds=60), crew.proxy.last_words()
            yield Behind(control.Embedded(places), port, offices)


class Followed:
    """The supervisor's part: a thread that lives as long as what it has started."""

    def __init__(self, crew) -> None:
        self.crew, self.over, self.ended = crew, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._follow)

    def _follow(self) -> None:
        while not self.over.wait(0.05):
            self.crew.follow(announce=lambda _line: None)
        for child in self.crew.dismissed():
            child.stop()
        self.ended.set()

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_error: object) -> None:
        self.over.set()
        self.thread.join()
        assert self.ended.is_set()


def roll(office: Behind) -> None:
    before = office.pids()
    assert office.embedded.roll(seconds=SECONDS, announce=lambda _line: None) == 3
    after = office.pids()
    assert set(after) == set(before) == {"web-1", "web-2", "side-1"}
    assert not set(after.values()) & set(before.values())


def add_and_remove(office: Behind) -> None:
    assert office.embedded.add("web", announce=lambda _line: None) == "web-3"
    seats = office.embedded.proxy.seats_of("web-3")
    assert [seat.is_ready for seat in seats] == [True]
    file = office.embedded.file.path.with_name("haproxy.cfg")
    assert file.read_text().count("server web-") == 3, "a proxy started anew will know it"
    pid = int(office.pids()["web-3"].split()[0])
    office.embedded.remove("web-3", seconds=SECONDS, announce=lambda _line: None)
    assert not processes.is_alive(pid)
    assert {seat.node for seat in office.embedded.proxy.seats()} == {"web-1", "web-2", "side-1"}


def drain_and_ready(office: Behind) -> None:
    proxy = office.embedded.proxy
    control.drain(proxy, "web-1", seconds=SECONDS)
    (before,) = proxy.seats_of("web-1")
    other = proxy.seats_of("web-2")[0].served
    assert processes.wait_until(
        lambda: proxy.seats_of("web-2")[0].served > other + 20, seconds=SECONDS
    )
    (after,) = proxy.seats_of("web-1")
    assert after.served == before.served, "nothing is sent to it"
    control.ready(proxy, "web-1")


@pytest.mark.parametrize("do", [roll, add_and_remove, drain_and_ready])
def test_nobodys_request_fails_of_it(office, owner_url, do):
    from openlaas.crashes.clients import Client, finish

    history = History()
    clients = [
        Client(n, port=office.port, offices=office.offices, history=history, seed=1)
        for n in range(POSTING)
    ]
    readers = Readers(office.offices, port=office.port, clients=READING, seed=1)
    with readers.at_work():
        for client in clients:
            client.start()
        do(office)
        finish(clients, seconds=SECONDS)
    assert set(history.outcomes) <= WELL
    assert set(readers.answers) == {"200"}
    assert history.outcomes.total() > 5
    assert list(checks.of_the_clients(history)) == []
    lost = Counter[str]()
    for body in office.offices:
        books = checks.read_books(body, owner_url=owner_url)
        told = [posting for posting in history.postings if posting.office == body]
        broken = checks.promises_kept_to(told, books)
        lost.update(promise for promise, _ in broken if promise in {"lost", "altered", "forgotten"})
        counted = Counter(entry.reference for entry in books.entries)
        assert not [reference for reference, n in counted.items() if n > 1]
    assert lost == Counter()


def test_a_process_tells_how_often_a_connection_knew_its_body(office):
    readers = Readers(office.offices, port=office.port, clients=2, seed=2)
    with readers.at_work():
        assert processes.wait_until(lambda: readers.answers.total() > 60, seconds=SECONDS)
    shown = {node.name: node for node in control.shown(office.embedded.proxy)}
    assert set(shown) == {"web-1", "web-2", "side-1"}
    assert shown["side-1"].pools == ("reports", "imports")
    rates = [shown[f"web-{n}"].hit_rate for n in (1, 2)]
    assert any(rate is not None and rate > 0.5 for rate in rates), rates
    assert all(node.state == "UP" for node in shown.values())


def test_the_last_that_serves_is_not_taken_away(office):
    with pytest.raises(StackError, match="only one that serves reports; add one first"):
        control.drain(office.embedded.proxy, "side-1", seconds=1)
    with pytest.raises(StackError, match="no node 'web-9'; it knows side-1, web-1, web-2"):
        control.drain(office.embedded.proxy, "web-9", seconds=1)


def test_one_command_changes_the_nodes_at_a_time(office):
    with (
        office.embedded.file.alone(),
        pytest.raises(StackError, match="Another command is changing the nodes"),
    ):
        office.embedded.roll(seconds=1, announce=lambda _line: None)


def test_no_more_are_added_than_the_databases_have_connections_for():
    now = wanted.first(web=2, ports=[1, 2, 3], metrics_port=4)
    for port in range(wanted.SPARE):
        now, _ = now.with_another("web", port=10 + port)
    with pytest.raises(StackError, match="openlaas up --haproxy --nodes 5"):
        now.with_another("web", port=20)


def test_a_stack_without_nodes_says_how_to_have_some(folder):
    places = paths.prepare_places(folder / "var", announce=lambda _line: None)
    paths.secret_key(places)
    done = subprocess.run(
        [sys.executable, "-m", "openlaas.cli", "nodes", "list", "--var", str(folder / "var")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "openlaas up --haproxy --nodes 4" in done.stderr.replace("\n", " ")
