"""Other programs on this machine: which one a number means, and how to end one surely."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

_POLL_SECONDS = 0.05
_PR_SET_PDEATHSIG = 1
_PARENT_FIELD, _STARTED_FIELD = 1, 19  # of /proc/<pid>/stat, after the program's name
_HAS_PROC = Path("/proc/self/stat").exists()  # Linux; elsewhere `ps` answers
_libc = ctypes.CDLL(None, use_errno=True) if _HAS_PROC else None


def is_alive(pid: int) -> bool:
    """Tell whether a process of this number exists and is more than a zombie."""
    if _HAS_PROC:
        fields = _stat_fields(pid)
        return bool(fields) and fields[0] not in {"Z", "X"}
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def start_mark(pid: int) -> str:
    """Return when the process started, as the system words it; empty when there is none.

    Number and start together name a process for good: numbers are used again, in a container
    within seconds.
    """
    if _HAS_PROC:
        fields = _stat_fields(pid)
        return fields[_STARTED_FIELD] if fields else ""
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether the process has `folder` as its current one, as a postmaster has its data."""
    if _HAS_PROC:
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
        except OSError:
            return False
    command = ["ps", "-o", "command=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return str(folder) in answer


def working_in(folder: Path) -> list[int]:
    """Return the processes that have `folder` as their current one; none where /proc is absent."""
    numbers = (int(entry.name) for entry in Path("/proc").glob("[0-9]*"))
    return [pid for pid in numbers if works_in(pid, folder) and is_alive(pid)]


def children_of(pid: int) -> list[int]:
    """Return the processes that this one has started and that have not been waited for."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        texts = [(thread / "children").read_text(encoding="ascii") for thread in threads]
    except OSError:
        return []
    return [int(word) for text in texts for word in text.split() if is_alive(int(word))]


def descends_from(pid: int, root: int) -> bool:
    """Tell whether the process was started by `root`, or by what that started."""
    while pid > 1 and pid != root:
        fields = _stat_fields(pid)
        pid = int(fields[_PARENT_FIELD]) if fields else 0
    return pid == root


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for the condition; return whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def end_group(pid: int, *, mark: str, seconds: float) -> None:
    """End a program that an earlier supervisor left, with everything in its process group.

    Does nothing when the number now belongs to another program.
    """
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        if not is_alive(pid) or start_mark(pid) != mark:
            return
        signal_group(pid, wanted)
        wait_until(lambda: not is_alive(pid), seconds=seconds)


def signal_group(pid: int, wanted: signal.Signals) -> None:
    """Signal the whole process group that `pid` leads, if any of it is left."""
    try:
        os.killpg(pid, wanted)
    except (ProcessLookupError, PermissionError):
        return


def die_with_parent(wanted: signal.Signals) -> Callable[[], None]:
    """Return what a new child must call so that it gets `wanted` when we die, however we die.

    The kernel ties this to the *thread* that starts the child: start children from one that
    lives as long as they shall.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(wanted), 0, 0, 0)
            if os.getppid() != parent:  # the parent died before the request was made
                os.kill(os.getpid(), wanted)

    return ask_the_kernel


def _stat_fields(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
