"""A request's time is divided among what it waited for, whole."""

import pytest

from openlaas.load.spent import spent

APP = {"queue": 9.0, "pool": 1.0, "cell": 8.0, "control": 2.0, "cpu": 3.0, "interpreter": 6.0}


def test_what_the_app_does_not_account_for_was_spent_before_it():
    found = spent(mean_ms=100, app_ms=APP, activity={})
    assert found.queued_ms == 80, "the proxy's queue is part of what is before"
    assert found.held_ms == {
        "a tenant connection": 1.0,
        "answers of the cells": 8.0,
        "answers of the control plane": 2.0,
        "its own work": 3.0,
        "the interpreter's lock or a core": 6.0,
    }


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ("on a core", "PostgreSQL's own work"),
        ("Lock: transactionid", "locks of rows"),
        ("LWLock: WALWrite", "WAL"),
        ("IO: WALSync", "WAL"),
        ("IPC: SyncRep", "a standby"),
        ("LWLock: LockManager", "PostgreSQL's inner locks"),
        ("IO: DataFileRead", "disks"),
        ("Client: ClientRead", "the app, which has not sent or read all of it"),
        ("Timeout: PgSleep", "something else in PostgreSQL"),
    ],
)
def test_the_cells_answers_are_divided_as_their_backends_were_seen(seen, words):
    found = spent(mean_ms=20, app_ms=APP, activity={seen: 3, "IO: DataFileWrite": 1})
    expected = {f"answers of the cells: {words}": 6.0}
    if words == "disks":
        expected = {"answers of the cells: disks": 8.0}
    assert expected.items() <= found.held_ms.items()
    assert found.queued_ms + sum(found.held_ms.values()) == pytest.approx(20)


def test_a_deployment_that_shows_no_counters_names_nothing():
    found = spent(mean_ms=20, app_ms={}, activity={"on a core": 5})
    assert (found.queued_ms, found.held_ms) == (0.0, {})
