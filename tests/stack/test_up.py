"""`openlaas up` and `openlaas doctor` as a person meets them."""

import json
import socket
import subprocess
import sys

from .conftest import STARTED, clean_environ


def test_used_port_is_named_with_another_to_take_and_nothing_is_started(start, var):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        supervisor = start("--port", str(port))
        assert supervisor.process.wait(30) == 1
    assert f"Port {port} of 127.0.0.1 is used" in supervisor.said
    assert f"PORT={port + 1} make run" in supervisor.said
    assert not (var / "postgres").exists()


def test_second_supervisor_is_refused_and_the_first_goes_on(start):
    first = start().until_says(STARTED)
    second = start()
    assert second.process.wait(30) == 1
    assert f"already running on {first.var} (process {first.process.pid})" in second.said
    with first.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert first.stop() == 0


def test_doctor_finds_a_new_folder_sound(var):
    done = doctor(var)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert findings["program postgres"]["is_ok"]
    assert findings["database"]["is_ok"] is None


def test_doctor_tells_what_a_running_stack_lacks(start, var):
    start().until_says(STARTED)
    done = doctor(var)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 1
    assert findings["supervisor"]["is_ok"]
    assert findings["database"]["is_ok"]
    assert findings["queue"]["is_ok"]
    assert findings["control plane"]["is_ok"] is False


def doctor(var) -> subprocess.CompletedProcess[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    return subprocess.run(
        [sys.executable, "-m", "openlaas.cli", "doctor", "--json", "--var", var, "--port", port],
        env=clean_environ(),
        capture_output=True,
        text=True,
        check=False,
    )
