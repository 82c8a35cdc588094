"""Books out, checked by a stranger, and back; and one body as it was at a second.

Two instances with servers of their own. Random bodies of the first are filled, exported, checked by
the standalone verifier in a bare Python, and brought into the second, which has no books at all:
head and trial balance must be the same there. One body of the first is restored to a marked moment.
"""

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from openlaas.bench import commands, filling, offices
from openlaas.bench.offices import Office
from openlaas.bench.report import Report
from openlaas.stack import backups, environment, steps
from openlaas.stack.account import server_account
from openlaas.stack.paths import Announce
from openlaas.stack.servers import embedded_servers

_LIVE = """
SELECT place.cell_id, place.schema_name FROM place JOIN body ON body.id = place.body_id
 WHERE code = %s AND use = 'live'
"""
_HEAD = "SELECT event_no, hash FROM {}.journal_head"
_TRIAL_BALANCE = """
SELECT account, sum(debit)::text, sum(credit)::text FROM {}.journal_line GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How large the proof is."""

    bodies: int = 20
    of: int = 40
    most_entries: int = 400
    seed: int = 2569


@dataclass(slots=True, kw_only=True)
class Instance:
    """A running instance, and what an operator there is told."""

    operators: Mapping[str, str]
    servers: Mapping[str, str]

    def openlaas(self, *words: str) -> str:
        """Run one of our commands; return what it prints."""
        return commands.run(*steps.openlaas_command(*words), environment=self.operators)

    def asked(self, database: str, query: sql.SQL | sql.Composed, facts: Any = None) -> list[Any]:
        """Return rows that only the owner may see."""
        conninfo = make_conninfo(self.servers[environment.DATABASE], dbname=database)
        with psycopg.connect(conninfo, autocommit=True) as owner:
            return list(owner.execute(query, facts).fetchall())

    def books(self, code: str) -> tuple[Any, Any]:
        """Return head and trial balance of a body's live books, from the lines themselves."""
        ((cell, schema),) = self.asked("openlaas_control", sql.SQL(_LIVE), [code])
        head, balance = (
            self.asked(cell, sql.SQL(query).format(sql.Identifier(schema)))
            for query in (_HEAD, _TRIAL_BALANCE)
        )
        return head, balance


@dataclass(slots=True, kw_only=True)
class Proof:
    """What was measured, and every promise that was broken."""

    wishes: Wishes
    figures: dict[str, float] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)

    def expect(self, words: str, *, holds: bool) -> None:
        """Note a promise that is broken."""
        if not holds:
            self.findings.append(words)

    def report(self) -> Report:
        """Return the proof as figures; ``broken`` is zero when every promise was kept."""
        wishes = self.wishes
        return Report(
            name="archives",
            dataset={"bodies": wishes.bodies, "seed": wishes.seed, "findings": self.findings},
            figures={**self.figures, "broken": len(self.findings)},
        )


def prove(wishes: Wishes, *, announce: Announce) -> Proof:
    """Run the proof on servers of its own, in a folder that is removed.

    This process becomes a web process of the first instance.

    Raises:
        StackError: a server cannot be made, or a command fails.
    """
    proof = Proof(wishes=wishes)
    with _home() as home, _instance(home / "first", home / "backups", announce) as first:
        random = Random(wishes.seed)  # noqa: S311 - no secret
        offices.provision_bodies(wishes.of, operators=first.operators, announce=announce)
        for name in ("OPENLAAS_FILES", "OPENLAAS_BUILD"):
            os.environ[name] = first.operators[name]
        offices.become_web_process(first.servers)
        codes = _fill(wishes, random, announce)
        archives = _export_and_check(proof, first, codes, home, announce)
        with _instance(home / "second", None, announce) as second:
            _bring_in(proof, first, second, archives, announce)
        _restore(proof, first, codes[0], home / "backups", announce)
    return proof


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openlaas-archives-") as name:
        Path(name).chmod(0o711)  # root's servers run as another account, which passes through
        yield Path(name).resolve()


@contextlib.contextmanager
def _instance(home: Path, backup_folder: Path | None, announce: Announce) -> Iterator[Instance]:
    """Run servers of their own, with a file store of their own."""
    settings: Mapping[str, str] = {}
    if backup_folder is not None:
        account = server_account(data=home / "postgres", checkout=home.parent)
        backups.prepare_folder(backup_folder, account)
        settings = backups.wal_settings(backup_folder)
    with embedded_servers(
        home, small=True, environ={}, postgres_settings=settings, announce=announce
    ) as servers:
        own = {"OPENLAAS_FILES": str(home / "files"), "OPENLAAS_BUILD": str(home / "build")}
        operators = environment.for_operators(commands.inherited(), {**servers, **own})
        yield Instance(operators=operators, servers=servers)


def _fill(wishes: Wishes, random: Random, announce: Announce) -> list[str]:
    """Post into random bodies, and hang a paper on one entry of each; return their codes."""
    from openlaas.archives import papers  # noqa: PLC0415 - needs Django's settings

    codes = random.sample(papers.codes_with_books(), wishes.bodies)
    announce(f"Posting into {len(codes)} random bodies")
    for code in codes:
        _post(code, random.randint(20, wishes.most_entries))
        papers.attach_one(code, random.randbytes(2_000))
    return codes


def _post(code: str, entries: int) -> None:
    """Post until the body has so many entries."""
    office = Office(code=code, schema="", role="", cell="", token="")
    day = date(2026, 10, 5)  # in the fiscal years that are open
    filling.fill([office], entries=entries, lines=6, today=day, say=lambda _line: None)


def _export_and_check(
    proof: Proof, first: Instance, codes: list[str], home: Path, announce: Announce
) -> dict[str, Path]:
    """Export each body and check its archive as a stranger would; return the archives by code."""
    announce(f"Exporting {len(codes)} bodies, each checked by the standalone verifier")
    verifier = home / "verify_papers.py"  # which checks what the two beside it check too
    verifier.write_text(first.openlaas("verifier", "--papers"), encoding="utf-8")
    (home / "verify_budget.py").write_text(first.openlaas("verifier", "--budget"), encoding="utf-8")
    (home / "verify.py").write_text(first.openlaas("verifier"), encoding="utf-8")
    archives, export_seconds, check_seconds, entries = {}, [], [], 0
    for code in codes:
        archives[code] = home / f"{code}.zip"
        started = time.monotonic()
        manifest = json.loads(first.openlaas("export", code, str(archives[code]), "--json"))
        exported = time.monotonic()
        command = [sys.executable, "-I", "-S", str(verifier), str(archives[code])]
        command.append(manifest["digest"])
        done = subprocess.run(command, env={}, cwd="/", capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        check_seconds.append(time.monotonic() - exported)
        export_seconds.append(exported - started)
        entries += manifest["head"]["event_no"]
        words = f"{code}: the verifier says {(done.stdout + done.stderr)[-300:]}"
        proof.expect(words, holds=done.returncode == 0)
    proof.figures |= {
        "bodies": len(codes),
        "entries": entries,
        "archives_mb": round(sum(path.stat().st_size for path in archives.values()) / 1e6, 2),
        "export_command_median_s": round(statistics.median(export_seconds), 2),
        "standalone_verifier_median_s": round(statistics.median(check_seconds), 2),
    }
    return archives


def _bring_in(
    proof: Proof, first: Instance, second: Instance, archives: dict[str, Path], announce: Announce
) -> None:
    """Import into the empty instance; compare, and export from there once more."""
    second.openlaas("prepare", "--cells", "1", "--capacity", "100")
    announce(f"Bringing {len(archives)} archives into an empty instance")
    started = time.monotonic()
    paths = list(map(str, archives.values()))
    done = json.loads(second.openlaas("import-archive", *paths, "--as-live", "--json"))
    seconds = time.monotonic() - started
    same = {"head": 0, "trial balance": 0}
    for code in archives:
        for name, ours, theirs in zip(same, first.books(code), second.books(code), strict=True):
            same[name] += ours == theirs
            proof.expect(f"{code}: another {name} after the import", holds=ours == theirs)
    codes = [word for code in archives for word in ("--code", code)]
    verified = json.loads(second.openlaas("verify", *codes, "--json"))
    proof.expect(f"verify says {verified['details']}", holds=verified["findings"] == 0)
    code, path = next(iter(archives.items()))
    again = path.with_name("again.zip")
    digest = json.loads(second.openlaas("export", code, str(again), "--json"))["digest"]
    before = json.loads(first.openlaas("export", code, f"{path}.1", "--json"))["digest"]
    proof.expect(f"{code}: another digest after the round trip", holds=digest == before)
    proof.figures |= {
        "import_command_s": round(seconds, 2),
        "import_median_s": statistics.median(one["seconds"] for one in done),
        "same_heads": same["head"],
        "same_trial_balances": same["trial balance"],
        "verify_findings_after_import": verified["findings"],
        "same_digest_after_round_trip": int(digest == before),
    }


def _restore(proof: Proof, first: Instance, code: str, folder: Path, announce: Announce) -> None:
    """Restore one body to a marked moment, and put it in the live place."""
    announce(f"Restoring {code} to a marked moment")
    started = time.monotonic()
    first.openlaas("backup", "base", "--backups", str(folder))
    base_seconds = time.monotonic() - started
    ((before, _),) = first.books(code)[0]
    _post(code, before + 1)
    ((mark,),) = first.asked("postgres", sql.SQL("SELECT clock_timestamp()"))
    _post(code, before + 3)
    started = time.monotonic()
    moment = datetime.isoformat(mark)
    words = ("body", "restore", code, "--to-time", moment, "--backups", str(folder), "--json")
    told = json.loads(first.openlaas(*words))
    restore_seconds = time.monotonic() - started
    entries, difference = told["imported"]["entries"], told["difference"]
    found = f"{entries} entries restored, of {before + 1} before the mark"
    proof.expect(found, holds=entries == before + 1)
    only = (difference["only_live"], difference["only_restored"])
    proof.expect(f"only live, only restored: {only}, not (2, 0)", holds=only == (2, 0))
    started = time.monotonic()
    swapped = json.loads(first.openlaas("body", "swap", code, "--json"))
    swap_seconds = time.monotonic() - started
    ((now, _),) = first.books(code)[0]
    proof.expect(f"{now} entries are live after the swap", holds=now == before + 1)
    verified = json.loads(first.openlaas("verify", "--code", code, "--json"))
    proof.expect(f"verify says {verified['details']}", holds=verified["findings"] == 0)
    proof.figures |= {
        "base_backup_s": round(base_seconds, 1),
        "base_backup_mb": round(_megabytes(folder / "base")),
        "restore_command_s": round(restore_seconds, 1),
        "swap_command_s": round(swap_seconds, 1),
        "events_taken_back": swapped["events_taken_back"],
    }
    shutil.rmtree(folder / "restored")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
