"""What is killed comes back clean, and nothing that was saved is lost."""

import os
import signal
import subprocess
import time

import psycopg
import pytest

from openlaas.stack import paths, postgres, processes
from openlaas.stack.binaries import wheel_binaries

from .conftest import STARTED


def save(supervisor) -> None:
    with supervisor.connect() as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")


def saved(supervisor) -> int:
    with supervisor.connect() as connection:
        return connection.execute("SELECT answer FROM kept").fetchone()[0]


def test_killed_supervisor_takes_its_servers_along_and_nothing_is_lost(start):
    first = start().until_says(STARTED)
    save(first)
    postmaster = first.postmaster
    first.stop(signal.SIGKILL)
    assert processes.wait_until(lambda: not processes.is_alive(postmaster), seconds=20)
    assert saved(start().until_says(STARTED)) == 42


def test_start_right_after_a_kill_waits_for_what_is_left(start):
    first = start().until_says(STARTED)
    save(first)
    first.stop(signal.SIGKILL)
    assert saved(start().until_says(STARTED)) == 42


def test_everything_killed_at_once_recovers(start):
    first = start().until_says(STARTED)
    save(first)
    os.kill(first.postmaster, signal.SIGSTOP)  # it cannot tidy up when its parent dies
    postmaster = first.postmaster
    first.stop(signal.SIGKILL)
    os.kill(postmaster, signal.SIGKILL)
    assert saved(start().until_says(STARTED)) == 42


def test_stale_lock_files_with_the_number_of_another_program_are_no_obstacle(start, var):
    first = start().until_says(STARTED)
    save(first)
    postmaster = first.postmaster
    locks = {
        path: path.read_text()
        for path in (var / "postgres" / "postmaster.pid", var / "socket" / postgres.SOCKET_LOCK)
    }
    assert first.stop() == 0
    with subprocess.Popen(["sleep", "60"]) as another:
        for path, text in locks.items():
            path.write_text(text.replace(str(postmaster), str(another.pid), 1))
        assert saved(start().until_says(STARTED)) == 42
        assert another.poll() is None
        another.kill()


def test_server_left_running_on_our_data_is_stopped_first(start, var):
    first = start().until_says(STARTED)
    save(first)
    assert first.stop() == 0
    places = paths.known_places(var)
    left = subprocess.Popen(
        [wheel_binaries().postgres, "-D", places.postgres_data],
        **places.account.popen_arguments(),
        cwd="/",
        stderr=subprocess.DEVNULL,
    )
    url = postgres.owner_url(places, secret_key=paths.secret_key(places))
    assert processes.wait_until(lambda: _answers(url), seconds=20)
    second = start().until_says("left by a supervisor").until_says(STARTED)
    assert left.wait(10) == 0
    assert saved(second) == 42


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_server_that_ends_is_started_again(start, number):
    supervisor = start().until_says(STARTED)
    save(supervisor)
    os.kill(supervisor.postmaster, number)
    supervisor.until_says("postgres runs again")
    assert saved(supervisor) == 42
    assert supervisor.stop() == 0


def test_stop_leaves_no_process_and_no_lock_file(start, var):
    supervisor = start().until_says(STARTED)
    began = time.monotonic()
    assert supervisor.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 10
    assert not (var / "postgres" / "postmaster.pid").exists()
    assert not list((var / "run").glob("*.pid"))
    assert "Stopping" in supervisor.said


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True
