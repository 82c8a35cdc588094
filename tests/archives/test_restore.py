"""One body as it was at a marked moment, brought back beside its live books and put in their place.

The servers are its own: recovering one needs its base backup, its WAL, and a second start.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from openlaas.stack import backups, environment, retention
from openlaas.stack.account import server_account
from openlaas.stack.errors import StackError
from openlaas.stack.servers import embedded_servers

REPOSITORY = Path(__file__).parents[2]
CODE = "2110101"
POST = """
import json, sys, uuid
import django
django.setup()
from accounting.journal.drafts import read_entry
from accounting.journal.known import Posting
from accounting.journal.operations import post_entries
from accounting.officers import Officer
from tenants.directory.queries import body_with_books
from tenants.transactions import tenant_transaction
officer = Officer(id=uuid.uuid4(), name_th="นายสมชาย ใจดี", roles=frozenset({"ACCOUNTANT"}))
for amount in sys.argv[2:]:
    raw = {"entry_date": "2026-10-05", "description": f"รับ {amount}", "lines": [
        {"account": "1101010101.001", "debit": amount},
        {"account": "4401010104.001", "credit": amount}]}
    with tenant_transaction(body_with_books(sys.argv[1])):
        post_entries(postings=[Posting(draft=read_entry(raw))], officer=officer)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SimpleNamespace]:
    """A server with two cells, a body in each, that keeps its WAL."""
    with tempfile.TemporaryDirectory(prefix="openlaas-test-") as name:
        home = Path(name).resolve()
        home.chmod(0o711)
        folder = home / "backups"
        account = server_account(data=home / "var", checkout=home)
        backups.prepare_folder(folder, account)
        with embedded_servers(
            home / "var",
            small=True,
            fsync=False,
            environ={},
            postgres_settings=backups.wal_settings(folder),
        ) as servers:
            told = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
            told["PYTHONPATH"] = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "platform")))
            files = {"OPENLAAS_FILES": str(home / "files"), "OPENLAAS_BUILD": str(home / "build")}
            operators = environment.for_operators(told, {**servers, **files})
            found = Operators(operators, folder)
            found.run("prepare", "--cells", "2", "--capacity", "20")
            found.run("fleet", "provision", "--first", "2")
            yield found


class Operators:
    """An operator's commands on the server."""

    def __init__(self, told: dict[str, str], folder: Path) -> None:
        self.told, self.folder = told, folder

    def run(self, *words: str) -> str:
        command = [sys.executable, "-m", "openlaas.cli", *words]
        done = subprocess.run(command, env=self.told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def post(self, *amounts: str) -> None:
        command = [sys.executable, "-c", POST, CODE, *amounts]
        done = subprocess.run(command, env=self.told, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def ask(self, query: str, database: str = "openlaas_control") -> list[tuple]:
        conninfo = make_conninfo(self.told["DATABASE_URL"], dbname=database)
        with psycopg.connect(conninfo, autocommit=True) as owner:
            return owner.execute(query).fetchall()

    def do(self, statements: str, database: str) -> None:
        conninfo = make_conninfo(self.told["DATABASE_URL"], dbname=database)
        with psycopg.connect(conninfo, autocommit=True) as owner:
            for statement in statements.split(";"):
                owner.execute(statement)


def test_a_body_comes_back_as_of_a_moment_and_takes_the_live_place(server):
    server.post("1.00")
    server.run("backup", "base", "--backups", str(server.folder))
    server.post("2.00")
    # The other cell is left out of the recovery, whatever its WAL tells of it.
    server.do("CREATE TABLE public.new AS SELECT generate_series(1, 50000)", "openlaas_cell_02")
    server.do("DELETE FROM shared.account; VACUUM FULL pg_class", "openlaas_cell_02")
    ((mark,),) = server.ask("SELECT clock_timestamp()::text")
    server.post("3.00", "4.00")

    words = ("--to-time", mark, "--backups", str(server.folder), "--json")
    told = json.loads(server.run("body", "restore", CODE, *words))

    beside = told["imported"]["schema_name"]
    assert told["imported"]["entries"] == 2, "what was posted before the mark, and nothing after it"
    difference = told["difference"]
    assert (difference["common"], difference["only_restored"]) == (2, 0)
    assert [entry["total"] for entry in difference["live_entries"]] == ["3.00", "4.00"]
    assert entries(server, f"b_{CODE}") == [1, 2, 3, 4], "the live books are untouched"
    assert not list((server.folder / "restoring").iterdir()), "the copy of the server is gone"

    swapped = json.loads(server.run("body", "swap", CODE, "--json"))

    assert (swapped["live_schema"], swapped["kept_schema"]) == (beside, f"b_{CODE}")
    assert swapped["events_taken_back"] == 2
    uses = dict(
        server.ask("SELECT schema_name, use FROM place WHERE schema_name LIKE 'b_2110101%'")
    )
    assert uses == {f"b_{CODE}": "kept", beside: "live"}
    assert server.ask(f"SELECT state, state_message_th FROM body WHERE code = '{CODE}'") == [
        ("open", "")
    ]
    server.post("5.00")
    assert entries(server, beside) == [1, 2, 3]
    assert entries(server, f"b_{CODE}") == [1, 2, 3, 4], "nothing is deleted"
    server.run("verify", "--code", CODE)


def entries(server, schema: str) -> list[int]:
    query = f"SELECT event_no FROM {schema}.journal_entry ORDER BY 1"
    return [event_no for (event_no,) in server.ask(query, "openlaas_cell_01")]


def test_what_expires_takes_nothing_that_a_moment_to_keep_needs(server):
    """The server is recovered from the oldest backup that stays, and the WAL from its start."""
    server.run("backup", "base", "--backups", str(server.folder))
    kept = backups.bases(server.folder)[-1]
    earlier = backups.bases(server.folder)[:-1]
    assert earlier
    ((mark,),) = server.ask("SELECT clock_timestamp()::text")
    server.post("6.00")
    words = ("backup", "expire", "--backups", str(server.folder), "--json")
    assert json.loads(server.run(*words))["bases"] == []  # of today, all of them

    later = kept.finished_at + timedelta(days=2)
    gone = retention.expired(server.folder, keep_days=1, now=later)
    assert [base.folder for base in gone.bases] == [base.folder for base in earlier]
    assert gone.wal
    assert gone.reaches_from == kept.finished_at
    retention.remove(server.folder, gone)

    assert backups.bases(server.folder) == [kept]
    told = json.loads(
        server.run(
            *("body", "restore", CODE, "--to-time", mark),
            *("--backups", str(server.folder), "--json"),
        )
    )
    assert told["difference"]["only_live"] == 1
    with pytest.raises(StackError, match="no base backup"):
        backups.base_for(server.folder, kept.finished_at - timedelta(seconds=1))


def test_a_moment_that_is_not_one_is_refused(tmp_path):
    import typer
    from django.utils import timezone

    from openlaas.archives.restoring import restore_body
    from openlaas.cli.restore import restore
    from openlaas.stack.binaries import wheel_binaries

    with pytest.raises(typer.BadParameter, match="offset"):
        restore(CODE, to_time="2026-01-01T00:00:00", folder=tmp_path)
    now = timezone.now()
    with pytest.raises(StackError, match="has not passed"):
        restore_body(
            CODE, moment=now, folder=tmp_path, binaries=wheel_binaries(), now=now, announce=print
        )


def test_a_base_backup_under_the_pen_is_none(tmp_path):
    (tmp_path / "base" / "unfinished").mkdir(parents=True)
    assert backups.bases(tmp_path) == []
    with pytest.raises(StackError, match="no base backup"):
        backups.base_for(tmp_path, datetime.now(tz=UTC))
