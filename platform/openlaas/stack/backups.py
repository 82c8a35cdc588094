"""Base backups of a PostgreSQL server, its WAL kept in a folder, and a cluster as of a moment.

A backup folder holds ``base/<time>/`` (each a data directory, as pg_basebackup leaves it, verified)
and ``wal/`` (what the server has archived since). A moment after a backup's end can be had again as
long as that backup and all WAL after it are kept. Production has pgBackRest for the same
(infra/decisions/backups.md). What nobody needs any more is told by ``retention``.
"""

import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from openlaas.stack import processes
from openlaas.stack.account import Account, server_account
from openlaas.stack.binaries import Binaries
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, socket_folder

_FACTS = "openlaas-backup.json"
_READY_SECONDS = 3_600  # replaying a day of a busy server takes its time
_ARCHIVED_SECONDS = 120
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A base backup: every moment from ``finished_at`` on can be reached from it."""

    folder: Path
    started_at: datetime
    finished_at: datetime


def wal_settings(folder: Path) -> dict[str, str]:
    """Return the settings that let a server keep its WAL in a backup folder; it must be restarted.

    A segment gets its name when it is whole and on the disk; one that is there already is compared,
    because PostgreSQL asks again after a crash. At most a minute of changes is not archived yet.
    """
    kept = shlex.quote(str(wal_folder(folder)))
    return {
        "archive_mode": "on",
        "archive_timeout": "60s",
        "archive_command": (
            f"if [ -f {kept}/%f ]; then cmp -s %p {kept}/%f;"
            f" else cp %p {kept}/%f.unfinished && sync {kept}/%f.unfinished"
            f" && mv {kept}/%f.unfinished {kept}/%f; fi"
        ),
    }


def wal_folder(folder: Path) -> Path:
    """Return where the server's WAL is kept."""
    return folder / "wal"


def prepare_folder(folder: Path, account: Account) -> None:
    """Make the folder, and in it the one that the server's account writes WAL to.

    Raises:
        StackError: that account cannot reach it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if account.is_other:
        folder.chmod(0o711)  # the account passes through
    account.make_folder(wal_folder(folder))
    if not account.can_reach(wal_folder(folder)):
        raise StackError(f"User {account.name!r} cannot enter {folder}: choose another for backups")
    (folder / "base").mkdir(mode=0o700, exist_ok=True)


def take_base(folder: Path, *, owner: Mapping[str, str], binaries: Binaries) -> Base:
    """Copy a whole running server into the backup folder, and verify the copy.

    Killed, it leaves a folder that no restore uses and the next run removes.

    Args:
        folder: the backup folder.
        owner: libpq parameters of the server's owner.
        binaries: its programs have PostgreSQL's client programs beside them.

    Raises:
        StackError: the server refuses, or the copy is not what the server sent.
    """
    started_at = datetime.now(tz=UTC)
    unfinished = folder / "base" / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    programs = binaries.postgres.parent
    where = ("--host", owner["host"], "--port", owner.get("port", "5432"))
    who = ("--username", owner["user"], "--no-password")
    copy = (str(programs / "pg_basebackup"), "--pgdata", str(unfinished), "--checkpoint=fast")
    _run((*copy, *where, *who), {"PGPASSWORD": owner.get("password", "")})
    _run((str(programs / "pg_verifybackup"), "--quiet", str(unfinished)), {})
    finished_at = datetime.now(tz=UTC)
    facts = {"started_at": started_at.isoformat(), "finished_at": finished_at.isoformat()}
    (unfinished / _FACTS).write_text(json.dumps(facts), encoding="utf-8")
    done = unfinished.with_name(f"{finished_at:%Y%m%dT%H%M%S.%fZ}")
    unfinished.rename(done)
    return Base(folder=done, started_at=started_at, finished_at=finished_at)


def bases(folder: Path) -> list[Base]:
    """Return the finished base backups, the oldest first."""
    found = []
    for facts in sorted(folder.glob(f"base/[0-9]*/{_FACTS}")):
        told = {
            name: datetime.fromisoformat(at) for name, at in json.loads(facts.read_text()).items()
        }
        found.append(Base(folder=facts.parent, **told))
    return found


def base_for(folder: Path, moment: datetime) -> Base:
    """Return the last base backup that was finished before a moment.

    Raises:
        StackError: there is none.
    """
    earlier = [base for base in bases(folder) if base.finished_at <= moment]
    if not earlier:
        raise StackError(f"{folder} has no base backup that was finished before {moment}")
    return earlier[-1]


def archive_until_now(server: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let a server archive everything that was committed before this call.

    A commit of its own follows, so that recovery finds where a moment before it ends.

    Raises:
        StackError: it does not archive, or not in time.
    """
    ((mode,),) = server.execute("SHOW archive_mode").fetchall()
    if mode == "off":
        raise StackError("the server keeps no WAL: see `openlaas backup settings`")
    server.execute("SELECT pg_logical_emit_message(true, 'openlaas', 'a moment to restore to')")
    ((segment,),) = server.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchall()
    query = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"

    def is_archived() -> bool:
        return server.execute(query, [segment]).fetchall() == [(True,)]

    if not processes.wait_until(is_archived, seconds=_ARCHIVED_SECONDS):
        raise StackError(f"the server has not archived {segment} for {_ARCHIVED_SECONDS} s")


# Note [Databases left out of a recovery]
# Recovery replays the WAL of every database of the server, and one cell is wanted. Of the others no
# relation is copied: the first change of a page after the backup's checkpoint brings the whole page
# with it (full_page_writes), so replay makes what it touches from nothing, and nobody looks at it.
# pgBackRest does the same with files of zeros. Folders and pg_filenode.map stay: WAL names them.


@contextlib.contextmanager
def cluster_as_of(
    folder: Path,
    moment: datetime,
    *,
    owner: Mapping[str, str],
    binaries: Binaries,
    announce: Announce,
    left_out: Collection[int] = (),
) -> Iterator[dict[str, str]]:
    """Run a copy of the server as it was at a moment, for the length of a `with`.

    It listens on a socket of its own, archives nothing and is removed at the end. Gives libpq
    parameters of its owner, whose password is the one of that time. Databases whose number (oid) is
    ``left_out`` are not usable in it; leaving them out saves copying them.

    Raises:
        StackError: no backup reaches the moment, or the copy cannot be started.
    """
    base = base_for(folder, moment)
    home = folder / "restoring" / f"{os.getpid()}-{time.monotonic_ns()}"
    account = server_account(data=wal_folder(folder), checkout=folder)
    try:
        announce(f"Copying the base backup of {base.finished_at:%Y-%m-%d %H:%M:%S} UTC")
        data, sockets = _lay_out(home, base, account, frozenset(map(str, left_out)))
        _write_settings(data, sockets, wal_folder(folder), moment)
        announce(f"Recovering to {moment.isoformat()}")
        with _running(data, home, account, binaries) as process:
            parameters = {**owner, "host": str(sockets), "port": "5432"}
            _wait_until_recovered(process, parameters, home / "log")
            yield parameters
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(socket_folder(home), ignore_errors=True)


def _lay_out(
    home: Path, base: Base, account: Account, left_out: frozenset[str]
) -> tuple[Path, Path]:
    """Copy a base backup where the servers' account can run it; return data and socket folders."""
    home.parent.mkdir(exist_ok=True)
    if account.is_other:
        home.parent.chmod(0o711)
    account.make_folder(home)
    data, sockets = home / "data", socket_folder(home)

    def relations_left_out(folder: str, names: list[str]) -> list[str]:
        is_left_out = Path(folder).parent == base.folder / "base" and Path(folder).name in left_out
        return [name for name in names if is_left_out and name[0].isdigit()]

    shutil.copytree(base.folder, data, symlinks=True, ignore=relations_left_out)
    account.make_folder(sockets)
    if account.is_other:
        for path in (data, *data.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    data.chmod(0o700)
    return data, sockets


def _write_settings(data: Path, sockets: Path, wal: Path, moment: datetime) -> None:
    """Write settings of our own, whichever the server had: nothing of it is used but its rows."""
    settings = {
        "data_directory": str(data),
        "hba_file": str(data / "openlaas-restore-hba.conf"),
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "restore_command": f"cp {shlex.quote(str(wal))}/%f %p",
        "recovery_target_time": moment.astimezone(UTC).isoformat(sep=" "),
        "recovery_target_inclusive": "on",
        "recovery_target_action": "promote",
        "hot_standby": "off",
        "archive_mode": "off",
        "max_connections": "20",
        "shared_buffers": "128MB",
        "max_wal_size": "4GB",
        "fsync": "off",  # whatever happens to it, it is made again
        "full_page_writes": "off",
        "autovacuum": "off",
        "password_encryption": "scram-sha-256",
        "recovery_init_sync_method": "syncfs" if os.uname().sysname == "Linux" else "fsync",
    }
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    ]
    (data / "openlaas-restore.conf").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (data / "openlaas-restore-hba.conf").write_text("local all all scram-sha-256\n")
    (data / "postgresql.auto.conf").write_text("")
    (data / "recovery.signal").touch()
    owner = data.stat()
    for name in ("openlaas-restore.conf", "openlaas-restore-hba.conf", "recovery.signal"):
        os.chown(data / name, owner.st_uid, owner.st_gid)


@contextlib.contextmanager
def _running(
    data: Path, home: Path, account: Account, binaries: Binaries
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the copy; it ends with us, however we end."""
    settings = data / "openlaas-restore.conf"
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            (str(binaries.postgres), "-D", str(data), "-c", f"config_file={settings}"),
            cwd=home,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGQUIT),  # noqa: PLW1509 (two system calls)
            **account.popen_arguments(),
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait()


def _wait_until_recovered(
    process: subprocess.Popen[bytes], parameters: Mapping[str, str], log: Path
) -> None:
    refusal = ""

    def is_there() -> bool:
        nonlocal refusal
        if process.poll() is not None:
            raise StackError(f"the moment cannot be reached: {_reason(log)}")
        try:
            with psycopg.connect(**{**parameters, "dbname": "postgres"}) as server:  # type: ignore[arg-type]
                return server.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
        except psycopg.OperationalError as error:
            refusal = str(error).strip()
            return False

    if not processes.wait_until(is_there, seconds=_READY_SECONDS):
        raise StackError(f"the copy is not ready after {_READY_SECONDS} s: {refusal}")


def _reason(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return "\n".join(fatal or lines[-12:])


def _run(command: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Run one of PostgreSQL's programs to its end.

    Raises:
        StackError: it failed, in its own words.
    """
    done = subprocess.run(
        command,
        env={"PATH": os.defpath, "LC_ALL": "C", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise StackError(f"{Path(command[0]).name} failed:\n{done.stdout.strip()}")
