"""The real `openlaas up` on a fresh folder, the processes below it, and how one is killed."""

import contextlib
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from openlaas.bench import commands, served
from openlaas.stack import environment, paths, processes
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places
from openlaas.stack.servers import is_held

WORKERS = 2
KINDS = ("app worker", "app server", "backend", "postmaster")
_READY = "OpenLAAS is ready"
_READY_SECONDS = 180
_CATCH_SECONDS = 0.05  # how long a backend is watched for that is at work
_VICTIM_SECONDS = 60
_DEATH_SECONDS = 5  # a process that waits for its disk dies a little later
_MARK = "made-by-prove-crashes"


@dataclass(slots=True, kw_only=True)
class Stack:
    """A running `openlaas up`, and what an operator beside it is told."""

    supervisor: Child
    places: Places
    port: int
    operators: Mapping[str, str]

    def victims(self, kind: str) -> list[int]:
        """Return the processes of a kind that can be killed now."""
        web, postmaster = self._number_of("web"), self._number_of("postgres")
        if kind == "consumer":
            consumer = self._number_of("rollups")
            return [consumer] if consumer else []
        if kind == "app server":
            return [web] if web else []
        if kind == "postmaster":
            return [postmaster] if postmaster else []
        if kind == "app worker":
            return [pid for pid in processes.children_of(web) if " granian " in _title(pid)]
        return [pid for pid in processes.children_of(postmaster) if _serves_the_app(pid)]

    def _number_of(self, program: str) -> int:
        """Return the number of one of the supervisor's programs; zero while there is none."""
        with contextlib.suppress(OSError, ValueError):
            text = (self.places.run / f"{program}.pid").read_text(encoding="utf-8")
            number = int(text.partition(" ")[0])  # no number while it is being written
            return number if number in processes.children_of(self.supervisor.pid or 0) else 0
        return 0


@contextlib.contextmanager
def running_stack(
    var: Path,
    *,
    announce: Announce,
    served_by: tuple[str, ...] = ("--workers", str(WORKERS)),
) -> Iterator[Stack]:
    """Run `openlaas up` on a new folder for the length of a `with`.

    Args:
        var: the folder.
        announce: is told what happens.
        served_by: words that tell `openlaas up` by which processes to serve.

    Raises:
        StackError: it does not come up, or does not end by itself when it is asked to.
    """
    _make_fresh(var)
    places = paths.prepare_places(var, announce=announce)
    (port,) = served.free_ports(1)
    words = ("up", "--no-demo", "--var", str(var), "--port", str(port), *served_by)
    told = {**commands.inherited(), "OPENLAAS_BUILD": str(var / "build"), "PYTHONUNBUFFERED": "1"}
    supervisor = Child(
        Program(
            name="up",
            command=(sys.executable, "-m", "openlaas.cli", *words, "--longest-wait", "1"),
            environment=told,
            folder=paths.REPOSITORY,
            stop_signal=signal.SIGINT,
            stop_seconds=120,
        ),
        places,
    )
    supervisor.start()
    try:
        _wait_until_ready(supervisor)
        operators = dict(told)
        environment.use_local_stack(operators, var=var)
        operators["DJANGO_SETTINGS_MODULE"] = "openlaas.settings"
        yield Stack(supervisor=supervisor, places=places, port=port, operators=operators)
    finally:
        supervisor.stop()
    if supervisor.exit_code() != 0:
        raise StackError(f"`openlaas up` did not end in order: {supervisor.last_words()}")


def remove(stack: Stack) -> None:
    """Remove the folder of a stack that has ended: its data, logs and secret."""
    shutil.rmtree(stack.places.servers)
    shutil.rmtree(stack.places.var, ignore_errors=True)


def kill_one(stack: Stack, kind: str, random: Random) -> None:
    """Kill one process of the kind with SIGKILL, a busy one where there is a choice.

    Only what descends from our own supervisor is killed.

    Raises:
        StackError: no such process came up in a minute.
    """
    deadline = time.monotonic() + _VICTIM_SECONDS
    while time.monotonic() < deadline:
        victims = stack.victims(kind)
        if kind == "backend":
            victims = _at_work(stack) or victims
        if victims and _kill(random.choice(victims), root=stack.supervisor.pid or 0):
            return
        time.sleep(0.05)
    raise StackError(f"there is no {kind} to kill: {stack.supervisor.last_words()}")


def _kill(pid: int, *, root: int) -> bool:
    """Kill a process; False when it has ended or does not descend from the root."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        # The handle means this process for good, so what is true of it now is true of the victim.
        if not processes.descends_from(pid, root):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [], _DEATH_SECONDS)
    except ProcessLookupError:
        return False
    finally:
        os.close(handle)
    return True


def _at_work(stack: Stack) -> list[int]:
    """Return a backend that is inside a transaction, if one is caught at it soon."""
    deadline = time.monotonic() + _CATCH_SECONDS
    while time.monotonic() < deadline:
        for pid in stack.victims("backend"):
            if not _title(pid).endswith(" idle"):
                return [pid]
    return []


def _serves_the_app(pid: int) -> bool:
    title = _title(pid)
    return title.startswith("postgres: openlaas_") and "openlaas_owner" not in title


def _title(pid: int) -> str:
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return ""
    return text.decode(errors="replace").strip()


def _make_fresh(var: Path) -> None:
    """Empty the folder of an earlier proof; take no other one.

    Raises:
        StackError: something is there that no proof has made, or that still runs; or no Linux.
    """
    if not hasattr(os, "pidfd_open"):
        raise StackError("Killing surely the process that was meant needs Linux.")
    if is_held(var):
        raise StackError(f"A stack runs in {var}. Stop it, or choose another folder: --var")
    if var.exists() and any(var.iterdir()):
        if not (var / _MARK).exists():
            raise StackError(f"{var} is not empty, and no proof made it. Choose another: --var")
        places = paths.known_places(var)
        if places is not None:
            shutil.rmtree(places.servers, ignore_errors=True)
        shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True, exist_ok=True)
    (var / _MARK).touch()


def _wait_until_ready(supervisor: Child) -> None:
    said: list[str] = []

    def is_ready() -> bool:
        said.extend(supervisor.new_lines())
        return not supervisor.is_running() or any(_READY in line for line in said)

    processes.wait_until(is_ready, seconds=_READY_SECONDS)
    if not any(_READY in line for line in said):
        raise StackError("`openlaas up` does not come up:\n" + "\n".join(said[-20:]))
