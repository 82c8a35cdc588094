"""One child: restarted when it dies, stopped when it is asked, explained when it fails."""

import signal
import sys
import time

import pytest

from openlaas.stack import paths, processes, steps, supervisor
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import DiskFull, StackError
from openlaas.stack.servers import Servers


@pytest.fixture
def places(var):
    return paths.prepare_places(var, announce=print)


def child_that(places, script: str, **changes) -> Child:
    command = (sys.executable, "-c", script)
    program = Program(name="child", command=command, environment={}, folder=places.var, **changes)
    return Child(program, places)


def test_child_that_dies_is_started_again_and_its_log_goes_on(places):
    child = child_that(places, "import time; print('hello', flush=True); time.sleep(60)")
    servers, said = Servers(places=places, environment={}), []
    child.start()
    first = child.pid
    assert processes.wait_until(lambda: "hello" in child.last_words(), seconds=10)
    signal_and_wait(child, signal.SIGKILL)
    supervisor.revive(child, servers, announce=said.append, now=time.monotonic())
    assert "was ended by SIGKILL" in said[0]
    assert "again in 1 s" in said[0]
    supervisor.revive(child, servers, announce=said.append, now=time.monotonic() + 1)
    assert child.pid not in {None, first}
    assert processes.wait_until(lambda: child.log.read_text().count("hello") == 2, seconds=10)
    child.stop()
    assert not child.is_running()


def test_restarts_come_less_and_less_often_up_to_a_limit():
    assert [supervisor.backoff_seconds(count) for count in (0, 1, 2, 3, 4, 5, 1000)] == [
        *(1, 2, 4, 8, 16),
        *(30, 30),
    ]
    assert [supervisor.backoff_seconds(count, longest=3) for count in (0, 1, 2)] == [1, 2, 3]


def test_child_that_ran_long_starts_over_with_the_shortest_wait(places):
    child = child_that(places, "pass")
    servers = Servers(places=places, environment={})
    child.start()
    assert processes.wait_until(lambda: not child.is_running(), seconds=10)
    child.restarts = 5
    supervisor.revive(child, servers, announce=print, now=child.started_at + 61)
    assert child.restarts == 1
    child.stop()


def test_child_that_does_not_listen_is_ended_with_its_own_children(places):
    script = (
        "import signal, subprocess, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(subprocess.Popen(['/bin/sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    child = child_that(places, script, stop_seconds=0.2)
    child.start()
    assert processes.wait_until(lambda: child.last_words().isdigit(), seconds=10)
    grandchild = int(child.last_words())
    child.stop()
    assert not child.is_running()
    assert processes.wait_until(lambda: not processes.is_alive(grandchild), seconds=5)


def test_leftover_of_a_killed_supervisor_is_ended_and_another_program_is_not(places):
    child = child_that(places, "import time; time.sleep(60)")
    child.start()
    number_file = places.run / "child.pid"
    number, mark = number_file.read_text().split(maxsplit=1)
    number_file.write_text(f"{number} an earlier program's start\n")
    child_that(places, "").end_leftover()
    assert child.is_running()
    number_file.write_text(f"{number} {mark}")
    child_that(places, "").end_leftover()
    assert processes.wait_until(lambda: not child.is_running(), seconds=5)
    child.stop()


def test_full_disk_is_named_as_the_cause(places):
    child = child_that(places, "raise SystemExit('write failed: No space left on device')")
    child.start()
    assert processes.wait_until(lambda: not child.is_running(), seconds=10)
    death = child.death()
    assert isinstance(death, DiskFull)
    assert "disk" in str(death)
    child.stop()


def test_step_shows_what_it_writes_and_its_failure_stops_the_start(places):
    said: list[str] = []

    def run(script: str) -> None:
        steps.run_step(
            places,
            name="step",
            command=(sys.executable, "-c", script),
            environment={},
            announce=said.append,
        )

    run("print('one'); print('two')")
    assert said == ["step | one", "step | two"]
    with pytest.raises(StackError, match=r"'step' failed \(exit code 3\)"):
        run("raise SystemExit(3)")


def signal_and_wait(child: Child, number: signal.Signals) -> None:
    processes.signal_group(child.pid, number)
    assert processes.wait_until(lambda: not child.is_running(), seconds=10)
