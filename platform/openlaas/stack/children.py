"""A program that the stack keeps: it has its own log, is watched and stopped, never orphaned."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from openlaas.stack import processes
from openlaas.stack.account import Account
from openlaas.stack.errors import DiskFull, StackError
from openlaas.stack.paths import Places, give_to_checkout_owner

_LARGEST_LOG_BYTES = 20 * 2**20
_TAIL_BYTES = 4_000
_TAIL_LINES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to start and how to end it.

    `stop_signal` asks it to finish what it has begun; `hard_signal` follows when that takes longer
    than `stop_seconds`. `orphan_signal` is what the kernel sends it when the supervisor is killed.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20
    hard_signal: signal.Signals = signal.SIGKILL
    orphan_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Child:
    """A program of this stack, running or not."""

    program: Program
    places: Places
    restarts: int = 0
    started_at: float = 0.0  # by the monotonic clock
    retry_at: float = 0.0  # by the same; zero while it is not waiting for a restart
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _is_asked_to_stop: bool = False
    _log_starts_at_byte: int = 0
    _log_shown_to_byte: int = 0

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.places.log / f"{self.program.name}.log"

    @property
    def pid(self) -> int | None:
        """Its process number while it runs."""
        return self._process.pid if self.is_running() and self._process else None

    def start(self) -> None:
        """Start the program in a process group of its own, so that Ctrl-C reaches only us.

        Raises:
            StackError: the system cannot start it.
        """
        account = self.program.account
        before_exec = processes.die_with_parent(self.program.orphan_signal)
        with self._open_log() as log:
            try:
                self._process = subprocess.Popen(
                    self.program.command,
                    cwd=self.program.folder,
                    env=dict(self.program.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=before_exec,  # noqa: PLW1509 (it makes two system calls)
                    **(account.popen_arguments() if account else {}),
                )
            except (OSError, subprocess.SubprocessError) as error:
                raise StackError(f"Cannot start {self.program.name}: {error}.") from error
        self.started_at, self.retry_at = time.monotonic(), 0.0
        self._is_asked_to_stop = False
        with contextlib.suppress(OSError):  # a full disk does not keep it from running
            mark = processes.start_mark(self._process.pid)
            self._pid_file.write_text(f"{self._process.pid} {mark}\n", encoding="utf-8")
            give_to_checkout_owner(self._pid_file, var=self.places.var)

    def is_running(self) -> bool:
        """Tell whether the program has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def exit_code(self) -> int | None:
        """Return how it ended; a negative number is the signal that ended it."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """Ask the program to finish what it has begun, and do not wait for it."""
        if self._process is not None and not self._is_asked_to_stop:
            self._is_asked_to_stop = True
            self._process.send_signal(self.program.stop_signal)

    def stop(self) -> None:
        """Ask the program to finish, insist when it does not, leave none of its group."""
        process = self._process
        if process is None:
            return
        self.ask_to_stop()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self.program.stop_seconds)
        for wanted, seconds in ((self.program.hard_signal, 10.0), (signal.SIGKILL, None)):
            if process.poll() is None:
                process.send_signal(wanted)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(seconds)
        self.clear_group()
        self._pid_file.unlink(missing_ok=True)

    def clear_group(self) -> None:
        """End what a dead program left in its group, so that a new one finds its port free."""
        if self._process is not None and self._process.poll() is not None:
            processes.signal_group(self._process.pid, signal.SIGKILL)

    def end_leftover(self) -> None:
        """End the program that a killed supervisor left, if it is surely that one."""
        with contextlib.suppress(OSError, ValueError):
            number, _, mark = self._pid_file.read_text(encoding="utf-8").strip().partition(" ")
            if mark:
                processes.end_group(int(number), mark=mark, seconds=self.program.stop_seconds)
            self._pid_file.unlink()

    def new_lines(self) -> list[str]:
        """Return the whole lines it wrote since this was last asked."""
        with self.log.open("rb") as stream:
            stream.seek(max(self._log_shown_to_byte, self._log_starts_at_byte))
            text, newline, _rest = stream.read().rpartition(b"\n")
            self._log_shown_to_byte = stream.tell() - len(_rest)
        return text.decode(errors="replace").splitlines() if newline else []

    def last_words(self) -> str:
        """Return the last lines it wrote since it was started."""
        try:
            with self.log.open("rb") as stream:
                size = stream.seek(0, os.SEEK_END)
                stream.seek(max(self._log_starts_at_byte, size - _TAIL_BYTES))
                lines = stream.read().decode(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_TAIL_LINES:])

    def death(self) -> StackError:
        """Return why it ended, in words; a full disk is named as such."""
        words = self.last_words()
        code = self.exit_code()
        how = (
            f"was ended by {signal.Signals(-code).name}" if code and code < 0 else f"ended ({code})"
        )
        if "No space left on device" in words or "ENOSPC" in words:
            return DiskFull(
                f"{self.program.name} {how}: the disk of {self.places.servers} is full. Nothing"
                " that was saved is lost. Make room and start again."
            )
        return StackError(f"{self.program.name} {how}. The end of {self.log}:\n{words}")

    @property
    def _pid_file(self) -> Path:
        return self.places.run / f"{self.program.name}.pid"

    def _open_log(self) -> BinaryIO:
        try:
            if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG_BYTES:
                self.log.replace(self.log.with_suffix(".log.1"))
            stream = self.log.open("ab")
            self._log_starts_at_byte = stream.seek(0, os.SEEK_END)
            give_to_checkout_owner(self.log, var=self.places.var)
        except OSError as error:
            raise StackError(f"Cannot write {self.log}: {error.strerror}.") from error
        return stream
