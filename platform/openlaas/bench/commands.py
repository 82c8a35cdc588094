"""Our own commands as an operator would run them, against the bench's servers."""

import os
import subprocess
from collections.abc import Mapping

from openlaas.stack import paths
from openlaas.stack.errors import StackError

_NOT_ABOUT_SERVERS = ("PATH", "HOME", "LANG", "PYTHONPATH")


def inherited() -> dict[str, str]:
    """Return what a bench's processes may know of the person's shell: nothing of their servers."""
    return {name: os.environ[name] for name in _NOT_ABOUT_SERVERS if name in os.environ}


def run(*words: str, environment: Mapping[str, str], standard_input: str = "") -> str:
    """Run a command to its end; return what it prints.

    Raises:
        StackError: it failed; the message has what it said.
    """
    done = subprocess.run(  # noqa: S603 - words of ours
        words,
        cwd=paths.REPOSITORY,
        env=dict(environment),
        input=standard_input,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"{' '.join(words)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout
