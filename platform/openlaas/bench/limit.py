"""The limit: what PostgreSQL does of a posting when nothing stands before it but pgbench.

Note [A fair limit]
Each posting is ONE message: prelude, posting and COMMIT, in the very words that the API sends, as
the body's role, over the same bodies, with the same triggers, durable. Each connection keeps to its
own bodies and has touched them before it is counted. pgbench, written in C, gets more out of
PostgreSQL than bare psycopg processes on the same two cores, so the limit is pgbench's.
"""

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openlaas.bench.offices import Office
from openlaas.bench.recording import ENTRY, Messages
from openlaas.bench.samples import Sample
from openlaas.stack.errors import StackError

_MOST_SCRIPTS = 128  # that pgbench takes
_PROGRESS = re.compile(r"progress: ([0-9.]+) s, ([0-9.]+) tps, lat ([0-9.]+) ms.*, ([0-9]+) failed")
_BACKENDS_END_SECONDS = 0.2
_KEY = "bench-:bench_key"
_DRAW_KEY = "\\set bench_key random(1, 9000000000000000000)\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A posting of one body as pgbench reads it, and the database where that body is."""

    cell: str
    text: str


def scripts(
    messages: Messages, offices: Sequence[Office], *, key: str, whole: bool
) -> list[Script]:
    """Return each body's posting as one message.

    Args:
        messages: what the API said to post the first office's entry.
        offices: the first is the one recorded.
        key: the Idempotency-Key recorded; each repetition gets a new one.
        whole: everything the API says, idempotency and the rules' facts too; else the prelude, the
            message that posts and COMMIT, the least that can be called the same posting.
    """
    said = messages.to_books if whole else _least(messages.to_books)
    one_message = "; ".join(text.strip().rstrip(";") for text in said).replace(key, _KEY)
    recorded = offices[0]
    return [
        Script(
            cell=office.cell, text=_DRAW_KEY + _for_pgbench(_moved(one_message, recorded, office))
        )
        for office in offices
    ]


class Pgbench:
    """Connections that each keep to their own bodies."""

    def __init__(
        self, program: Path, parameters: dict[str, str], scripts: list[Script], connections: int
    ) -> None:
        self._program, self._parameters = program, parameters
        self._shares = list(_shares(scripts, connections))

    def run(
        self, seconds: float, *, warm_up_seconds: int, processor_seconds: Callable[[], float]
    ) -> Sample:
        """Post for so long after warming up; `processor_seconds` tells PostgreSQL's so far.

        Raises:
            StackError: pgbench, or a posting, failed.
        """
        whole_seconds = max(1, round(seconds))
        with tempfile.TemporaryDirectory() as folder:
            started = os.times()
            running = [
                self._start(share, Path(folder) / str(number), warm_up_seconds + whole_seconds)
                for number, share in enumerate(self._shares)
            ]
            marks: list[float] = []
            timer = threading.Timer(warm_up_seconds, lambda: marks.append(processor_seconds()))
            timer.start()
            said = [process.communicate()[1] for process in running]
            time.sleep(_BACKENDS_END_SECONDS)  # what they took is their parent's from then on
            marks.append(processor_seconds())
            ended = os.times()
        for process, words in zip(running, said, strict=True):
            if process.returncode != 0:
                timer.cancel()
                raise StackError(f"pgbench failed:\n{words[-2000:]}")
        done = sum(_transactions(words, after=warm_up_seconds) for words in said)
        in_all = sum(_transactions(words, after=0) for words in said)
        own = ended.children_user + ended.children_system
        own -= started.children_user + started.children_system
        return Sample(
            per_second=done / whole_seconds,
            app_ms=0.0,
            postgres_ms=(marks[1] - marks[0]) * 1000 / max(done, 1),
            driver_ms=own * 1000 / max(in_all, 1),
        )

    def _start(self, share: list[Script], folder: Path, seconds: int) -> subprocess.Popen[str]:
        folder.mkdir()
        command = [str(self._program), "--no-vacuum", "--protocol=simple", "--client=1"]
        command += ["--progress=1", f"--time={seconds}"]
        for number, script in enumerate(share):
            path = folder / f"{number}.sql"
            path.write_text(script.text, encoding="utf-8")
            command.append(f"--file={path}")
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
        told = {names[name]: value for name, value in self._parameters.items() if name in names}
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            command,
            env={**told, "PGDATABASE": share[0].cell, "PGOPTIONS": "-c search_path="},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


def _least(said: list[str]) -> list[str]:
    """Return prelude, posting and COMMIT."""
    prelude = re.match(
        r"BEGIN; SELECT set_config.*?; SELECT CASE .*? AS found; ", said[0], re.DOTALL
    )
    posting = next(text for text in said if ENTRY in text)
    if prelude is None:
        raise StackError(f"the first message has no prelude: {said[0][:300]}")
    return [prelude.group(), posting.removeprefix(prelude.group()), "COMMIT"]


def _moved(text: str, recorded: Office, office: Office) -> str:
    """Return the message as it is for another body."""
    for name in ("schema", "role", "code"):
        text = text.replace(getattr(recorded, name), getattr(office, name))
    return text


def _for_pgbench(text: str) -> str:
    """Join all statements into one message: to pgbench a plain semicolon ends a message."""
    without_comments = "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith("--")
    )
    return without_comments.replace(";", "\\;") + ";\n"


def _shares(scripts: list[Script], connections: int) -> list[list[Script]]:
    """Deal each cell's scripts to its part of the connections; more when pgbench asks for it."""
    cells = sorted({script.cell for script in scripts})
    shares = []
    for cell in cells:
        own = [script for script in scripts if script.cell == cell]
        parts = max(connections // len(cells), -(-len(own) // _MOST_SCRIPTS), 1)
        # A body alone is posted to by every connection.
        shares += [own[part::parts] or own for part in range(parts)]
    return shares


def _transactions(words: str, *, after: float) -> float:
    """Add up what pgbench reported of the seconds after this one."""
    before, total = 0.0, 0.0
    for at, per_second, _, failed in _PROGRESS.findall(words):
        if int(failed):
            raise StackError(f"{failed} postings failed under pgbench")
        if float(at) > after + 0.5:
            total += float(per_second) * (float(at) - before)
        before = float(at)
    return total
