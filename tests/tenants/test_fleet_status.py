"""`openlaas fleet status`: what an operator sees of servers, cells, waits and catalogues."""

import contextlib
import json
import subprocess
import sys
import threading
import time
from datetime import datetime

import psycopg
import pytest
from django.utils import timezone

from tenants.directory.models import Cell, Place
from tenants.directory.queries import bodies_with_books
from tenants.fleet_health import queries


@pytest.fixture
def status(owner_url):
    """Ask as the command does."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters

    def ask():
        with override_settings(OWNER_PARAMETERS=connection_parameters(owner_url)):
            return queries.fleet_status()

    return ask


def cell_of(found, name):
    return next(cell for cell in found["cells"] if cell["name"] == name)


def test_it_tells_all_of_it(status, body):
    found = status()
    cell = cell_of(found, body.cell)
    assert found["servers"]["default"]["is_reachable"]
    assert found["servers"]["default"]["usable_connections"] == 200 - 3 - 20
    assert 0 < found["servers"]["default"]["connections"] <= 200
    assert cell["bodies"] == Place.objects.filter(cell_id=body.cell, use="live").count()
    assert cell["capacity"] == 1000
    assert cell["relations"] > cell["bodies"] * 10
    assert cell["size_bytes"] > cell["catalogue_bytes"] > 0
    assert set(cell["catalogue"]) >= {"pg_class", "pg_attribute", "pg_depend"}
    assert cell["frozen_xid_age"] > 0
    assert 0 < found["bodies"]["open"] <= sum(one["bodies"] for one in found["cells"])
    assert found["places"]["live"] == sum(one["bodies"] for one in found["cells"])
    assert found["migrations"]["state"] == "done"


def test_spare_places_are_counted_apart(status, body):
    place = Place.objects.create(
        cell_id=body.cell,
        slot=999,
        schema_name="spare_for_a_test",
        use="spare",
        taken_at=datetime.now(tz=timezone.get_current_timezone()),
    )
    before = cell_of(status(), body.cell)
    place.delete()
    after = cell_of(status(), body.cell)
    assert (before["spare"], after["spare"]) == (1, 0)
    assert before["bodies"] == after["bodies"]
    assert before["places"] == after["places"] + 1


def test_a_server_that_does_not_answer_spoils_nothing(status, body):
    other_body = next(one for one in bodies_with_books() if one.cell != body.cell)
    Cell.objects.filter(name=body.cell).update(host="127.0.0.1", port=1)
    try:
        found = status()
    finally:
        Cell.objects.filter(name=body.cell).update(host="", port=None)
    assert not found["servers"]["127.0.0.1:1"]["is_reachable"]
    assert "relations" not in cell_of(found, body.cell)
    assert cell_of(found, other_body.cell)["relations"] > 0
    assert any(words.startswith("server 127.0.0.1:1 does not answer") for words in found["worries"])


def test_a_cell_whose_database_is_gone_is_named(status, body):
    Cell.objects.create(name="openlaas_cell_gone", created_at=timezone.now())
    try:
        found = status()
    finally:
        Cell.objects.filter(name="openlaas_cell_gone").delete()
    assert "cell openlaas_cell_gone: its database is missing" in found["worries"]


def test_the_oldest_transaction_and_the_slowest_wait_are_told(status, body, as_owner, monkeypatch):
    monkeypatch.setattr(queries, "WAIT_SECONDS_TO_WATCH", -1)
    monkeypatch.setattr(queries, "TRANSACTION_SECONDS_TO_WATCH", -1)
    with as_owner(body) as holder, as_owner(body) as waiter, holder.transaction():
        holder.execute("LOCK TABLE journal_head")
        thread = threading.Thread(target=_wait_until_cancelled, args=[waiter])
        thread.start()
        deadline = time.monotonic() + 60
        while not (cell := cell_of(found := status(), body.cell))["slowest_wait"]:
            assert time.monotonic() < deadline
        holder.execute("SELECT pg_cancel_backend(%s)", [waiter.info.backend_pid])
        thread.join(60)
    assert cell["slowest_wait"]["on"] == "Lock relation"
    assert cell["oldest_transaction"]["state"] == "idle in transaction"
    assert any("has waited" in words for words in found["worries"])
    assert any("a transaction is" in words for words in found["worries"])


def _wait_until_cancelled(waiter: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.errors.QueryCanceled):
        waiter.execute("SELECT FROM journal_head")


def test_worries_are_told_of_what_passes_its_limit():
    well = {"name": "c", "places": 1, "capacity": 10, "is_open": True}
    server = {"is_reachable": True, "connections": 1, "usable_connections": 177}

    def told(cell=None, **changed):
        servers = {"default": {**server, **changed}}
        return queries.worries({"servers": servers, "cells": [{**well, **(cell or {})}]})

    assert told() == []
    assert told(connections=177) == []
    assert "178 connections in use" in told(connections=178)[0]
    assert "VACUUM" in told({"frozen_xid_age": 1_500_000_000})[0]
    assert "90%" in told({"catalogue_bloat": 0.9})[0]
    assert "11 places" in told({"places": 11})[0]


def test_the_command_ends_with_1_when_something_is_wrong(owner_environment, body):
    def run(*words):
        command = [sys.executable, "-m", "openlaas.cli", "fleet", "status", *words]
        return subprocess.run(
            command, env=owner_environment, capture_output=True, text=True, check=False
        )

    done = run("--json")
    found = json.loads(done.stdout)
    assert done.returncode == (1 if found["worries"] else 0), done.stderr
    Cell.objects.filter(name=body.cell).update(host="127.0.0.1", port=1)
    try:
        done = run()
    finally:
        Cell.objects.filter(name=body.cell).update(host="", port=None)
    assert done.returncode == 1
    assert "127.0.0.1:1" in done.stdout
    assert "does not answer" in " ".join(done.stdout.split())


def test_a_process_that_is_not_the_owner_cannot_ask(body):
    from tenants.provisioning.servers import NotTheOwner

    with pytest.raises(NotTheOwner):
        queries.fleet_status()
