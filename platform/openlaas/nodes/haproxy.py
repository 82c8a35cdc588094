"""HAProxy as a program of this machine: found, asked whether it understands, run."""

import shutil
import signal
import subprocess
from pathlib import Path

from openlaas.stack.children import Program
from openlaas.stack.errors import StackError

NAME = "haproxy"
_BESIDE_THE_PATH = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
_STOP_SECONDS = 8


class NoHaproxy(StackError):
    """HAProxy is not installed; no Python package has it."""


def executable() -> str:
    """Return where HAProxy is.

    Raises:
        NoHaproxy: nowhere.
    """
    found = shutil.which(NAME) or shutil.which(NAME, path=":".join(_BESIDE_THE_PATH))
    if found is None:
        raise NoHaproxy(
            "HAProxy is not installed. On Debian or Ubuntu: sudo apt-get install haproxy"
        )
    return found


def complaints(configuration: Path) -> str:
    """Return what HAProxy has to say against a configuration; empty when it would start with it."""
    done = subprocess.run(  # noqa: S603 - words of ours
        [executable(), "-c", "-f", str(configuration)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0 and "WARNING" not in said:
        return ""
    return said or f"it ends with {done.returncode}"


def program(configuration: Path) -> Program:
    """Return how the proxy of an embedded stack is started and stopped.

    SIGUSR1 lets it finish what is under way; when the supervisor is killed, SIGTERM ends it at
    once, for then nobody is behind it either.
    """
    return Program(
        name=NAME,
        command=(executable(), "-db", "-f", str(configuration)),
        environment={},
        folder=configuration.parent,
        stop_signal=signal.SIGUSR1,
        stop_seconds=_STOP_SECONDS,
        hard_signal=signal.SIGTERM,
    )
