"""The limit: what PostgreSQL does of a posting when nothing stands before it but pgbench.

Note [A fair limit]
Each posting is ONE message: the prelude in the very words that the API sends, limit.sql or
least.sql, and COMMIT, as the body's role, over the same bodies, with the same triggers, durable.
Each connection keeps to its own bodies and has touched them before it is counted. pgbench, written
in C, gets more out of PostgreSQL than bare psycopg processes on the same two cores.
"""

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from accounting.fiscal_year import fiscal_year_of
from openlaas.bench.offices import Office
from openlaas.bench.recording import Messages
from openlaas.bench.samples import Sample
from openlaas.stack.errors import StackError

_MOST_SCRIPTS = 128  # that pgbench takes
_PROGRESS = re.compile(r"progress: ([0-9.]+) s, ([0-9.]+) tps, lat ([0-9.]+) ms.*, ([0-9]+) failed")
_BACKENDS_END_SECONDS = 0.2
_PRELUDE = re.compile(r"BEGIN; SELECT set_config.*?; SELECT CASE .*?::int::text END; ", re.DOTALL)
_PREPARE = re.compile(r'PREPARE "([^"]+)" AS ([^;]+); ')
_EXECUTE = re.compile(r'EXECUTE "([^"]+)"(?:\(([^;]*)\))?')
LIMIT, LEAST = "limit.sql", "least.sql"  # all that a posting does, and its bare rows
DOCUMENT = ("document.sql",)  # what a document adds to either


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A posting of one body as pgbench reads it, and the database where that body is."""

    cell: str
    text: str


def scripts(
    messages: Messages, offices: Sequence[Office], *, today: date, files: Sequence[str] = (LIMIT,)
) -> list[Script]:
    """Return each body's posting as one message.

    Args:
        messages: what the API said to post an entry of the first body by code.
        offices: whose postings are wanted.
        today: the entries' date.
        files: those of the statements, in their order.
    """
    prelude = _PRELUDE.match(messages.to_books[0])
    if prelude is None:
        raise StackError(f"the first message has no prelude: {messages.to_books[0][:300]}")
    here = Path(__file__)
    words = "\n".join(here.with_name(name).read_text(encoding="utf-8") for name in files)
    facts = {"year": str(fiscal_year_of(today)), "day": str(today), "month": f"{today:%Y-%m}-01"}
    for name, value in facts.items():
        words = words.replace(f"<{name}>", value)
    return [
        Script(cell=office.cell, text=_for_pgbench(_opened(prelude.group(), words, office)))
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


def reading_scripts(recorded: Mapping[str, Messages], offices: Sequence[Office]) -> list[Script]:
    """Return each body's reading as one message: what the API said, its plans not prepared.

    Args:
        recorded: by the body's code, what the API said on a connection that was new to the body.
        offices: whose readings are wanted.
    """
    return [
        Script(
            cell=office.cell,
            text=_for_pgbench("".join(_inlined(text) for text in recorded[office.code].to_books)),
        )
        for office in offices
    ]


def _inlined(message: str) -> str:
    """Return a message with each EXECUTE replaced by the statement that was prepared in it."""
    prepared: dict[str, str] = dict(_PREPARE.findall(message))

    def inline(found: re.Match[str]) -> str:
        statement = prepared[found[1]]
        arguments = (found[2] or "").split(", ")
        for number in range(len(arguments), 0, -1):
            statement = statement.replace(f"${number}", arguments[number - 1])
        return statement

    return _EXECUTE.sub(inline, _PREPARE.sub("", message)) + "; "


def moved(text: str, recorded: Office, office: Office) -> str:
    """Return a message as it is for another body."""
    for name in ("schema", "role", "code"):
        text = text.replace(getattr(recorded, name), getattr(office, name))
    return text


def _opened(prelude: str, posting: str, office: Office) -> str:
    """Return the message for a body: the prelude was another body's."""
    words = re.sub(r'"b_[0-9a-z_]+"', f'"{office.schema}"', prelude)
    words = re.sub(r"'openlaas_slot_[0-9]+'", f"'{office.role}'", words)
    words = re.sub(r"= '[^']+' THEN '[^']+'", f"= '{office.code}' THEN '{office.code}'", words)
    return f"{words}{posting.replace('<body>', office.code).strip()}; COMMIT"


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
            raise StackError(f"{failed} transactions failed under pgbench")
        if float(at) > after + 0.5:
            total += float(per_second) * (float(at) - before)
        before = float(at)
    return total
