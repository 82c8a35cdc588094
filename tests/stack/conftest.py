"""A folder that the servers' account can reach, and `openlaas up` as a process of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from openlaas.stack import paths, postgres, processes

STARTED = "The servers are ready"


def clean_environ() -> dict[str, str]:
    """The environment of a person who has set nothing up."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OPENLAAS_")}
    for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
        mine.pop(name, None)
    roots = [str(paths.REPOSITORY), str(paths.REPOSITORY / "platform")]
    return {**mine, "PYTHONPATH": os.pathsep.join(roots), "PYTHONUNBUFFERED": "1"}


@dataclass
class Supervisor:
    """`openlaas up` with these words, running until the end of the test."""

    var: Path
    words: tuple[str, ...] = ("--servers-only",)
    output: Path = field(init=False)
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.output = self.var.with_name(f"output-{time.monotonic_ns()}")
        command = [sys.executable, "-m", "openlaas.cli", "up", "--var", str(self.var), *self.words]
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                command, env=clean_environ(), stdout=stream, stderr=subprocess.STDOUT
            )

    @property
    def said(self) -> str:
        return self.output.read_text()

    def until_says(self, words: str, *, seconds: float = 30) -> "Supervisor":
        found = processes.wait_until(
            lambda: words in self.said or self.process.poll() is not None, seconds=seconds
        )
        assert found, self.said
        assert words in self.said, self.said
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def connect(self) -> psycopg.Connection:
        known = paths.known_places(self.var)
        assert known is not None
        url = postgres.owner_url(known, secret_key=paths.secret_key(known))
        return psycopg.connect(url, autocommit=True, connect_timeout=5)

    @property
    def postmaster(self) -> int:
        return int((self.var / "postgres" / "postmaster.pid").read_text().split()[0])


@pytest.fixture
def var() -> Iterator[Path]:
    # Not tmp_path: pytest makes it root's alone, and root's servers run as somebody else.
    with tempfile.TemporaryDirectory(prefix="openlaas-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve() / "var"


@pytest.fixture
def start(var: Path) -> Iterator[type[Supervisor]]:
    """Start supervisors on `var`; whatever the test leaves of them is stopped."""
    started: list[Supervisor] = []

    def begin(*words: str) -> Supervisor:
        started.append(Supervisor(var, words or ("--servers-only",)))
        return started[-1]

    yield begin  # type: ignore[misc]
    for supervisor in started:
        if supervisor.process.poll() is None:
            supervisor.stop()
    assert not processes.working_in(var / "postgres")
