"""The embedded PostgreSQL server: made once, set for many schemas, started and found again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from openlaas.database_urls import role_password
from openlaas.stack import processes
from openlaas.stack.binaries import Binaries
from openlaas.stack.children import Child, Program
from openlaas.stack.errors import DiskFull, StackError
from openlaas.stack.paths import Announce, Places, require_free_space

OWNER_ROLE = "openlaas_owner"
PORT = 5432  # part of the socket's name; nothing listens on it
SOCKET_LOCK = f".s.PGSQL.{PORT}.lock"
SETTINGS_FILE = "openlaas.conf"

NEEDED_TO_CREATE_MEGABYTES = 1_000
NEEDED_TO_START_MEGABYTES = 100
_READY_SECONDS = 120  # a crash recovery reads up to max_wal_size
_FAST_SHUTDOWN_SECONDS = 60
_SMALLEST_BUFFERS_MEGABYTES = 128
_LARGEST_BUFFERS_MEGABYTES = 2_048

# Many databases of many small tables: visit seldom, and go through them slowly. Each table vacuumed
# or analysed tells every backend to forget what it knows of it, and a thousand bodies gone through
# at full speed are many tables. One of few rows is cleaned by those who use it, so it can wait.
_AUTOVACUUM = {
    "autovacuum_naptime": "5min",
    "autovacuum_vacuum_threshold": "500",
    "autovacuum_analyze_threshold": "1000",
    "autovacuum_vacuum_cost_delay": "20ms",
    "autovacuum_vacuum_cost_limit": "200",
    "autovacuum_freeze_max_age": "500000000",
}


def settings_for(
    *, memory_megabytes: int, sockets: Path, small: bool = False, fsync: bool = True
) -> dict[str, str]:
    """Return the server's settings for this much memory; `small` is for tests beside other work."""
    buffers = min(
        max(memory_megabytes // 4, _SMALLEST_BUFFERS_MEGABYTES), _LARGEST_BUFFERS_MEGABYTES
    )
    if small:
        buffers = _SMALLEST_BUFFERS_MEGABYTES
    settings = {
        # Reached by a Unix socket alone: nothing on the network can try a password.
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "password_encryption": "scram-sha-256",
        "timezone": "Asia/Bangkok",
        "log_timezone": "Asia/Bangkok",
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(memory_megabytes // 2, 256)}MB",
        "maintenance_work_mem": "64MB"
        if small
        else f"{min(max(memory_megabytes // 16, 64), 512)}MB",
        # Creating or copying a tenant's schema locks each of its relations in one transaction.
        "max_locks_per_transaction": "512",
        "max_wal_size": "1GB" if small else "4GB",
        "checkpoint_timeout": "15min",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # Opening millions of files one by one to sync them takes minutes after a crash.
        "recovery_init_sync_method": "syncfs" if os.uname().sysname == "Linux" else "fsync",
        **_AUTOVACUUM,
        # Short queries over small tables gain nothing from either, and pay for planning them.
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "track_io_timing": "on",
        "deadlock_timeout": "1s",
        "log_destination": "stderr",
        "log_line_prefix": "%m [%p] %q%u@%d ",
        "log_min_messages": "warning",
        "log_lock_waits": "on",
        "log_checkpoints": "off",
    }
    return settings if fsync else settings | {"fsync": "off"}


def settings_text(settings: Mapping[str, str]) -> str:
    """Return the settings as a configuration file."""
    lines = ["# Written at every start of the stack; ALTER SYSTEM overrides it."]
    for name, value in settings.items():
        quoted = value.replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    return "\n".join([*lines, ""])


def owner_url(places: Places, *, secret_key: str) -> str:
    """Return the URL of the owner role, with its password."""
    password = role_password(secret_key=secret_key, role=OWNER_ROLE)
    host = quote(str(places.sockets), safe="")
    return f"postgresql://{OWNER_ROLE}:{password}@/postgres?host={host}&port={PORT}"


def create_cluster(
    places: Places, binaries: Binaries, *, secret_key: str, announce: Announce, fsync: bool = True
) -> None:
    """Make the data directory unless it is there; whole or not at all, whenever we are killed.

    Raises:
        DiskFull: the disk has no room for a new server.
        StackError: initdb refuses, in its own words.
    """
    data, unfinished = places.postgres_data, places.servers / "postgres.new"
    if (data / "PG_VERSION").exists():
        require_free_space(data, megabytes=NEEDED_TO_START_MEGABYTES, purpose="PostgreSQL")
        return
    require_free_space(
        places.servers, megabytes=NEEDED_TO_CREATE_MEGABYTES, purpose="a new PostgreSQL server"
    )
    announce(f"Creating a PostgreSQL server in {data}")
    shutil.rmtree(unfinished, ignore_errors=True)
    places.account.make_folder(unfinished)
    password_file = places.servers / "owner-password"
    places.account.write_file(password_file, role_password(secret_key=secret_key, role=OWNER_ROLE))
    try:
        _run_initdb(places, binaries, data=unfinished, password_file=password_file, fsync=fsync)
    finally:
        password_file.unlink()
    unfinished.rename(data)


def write_settings(places: Places, binaries: Binaries, settings: Mapping[str, str]) -> None:
    """Write the settings file that postgresql.conf includes."""
    compression = _best_wal_compression(places, binaries)
    places.account.write_file(
        places.postgres_data / SETTINGS_FILE,
        settings_text({"wal_compression": compression, **settings}),
    )


def program(places: Places, binaries: Binaries) -> Program:
    """Return how the server is started and stopped.

    Stopping is PostgreSQL's fast shutdown (sessions are rolled back, everything is written), also
    when the supervisor is killed; its immediate shutdown, which costs a recovery, comes only after.
    """
    return Program(
        name="postgres",
        command=(str(binaries.postgres), "-D", str(places.postgres_data)),
        environment=_clean_environment(),
        folder=places.servers,
        account=places.account,
        stop_signal=signal.SIGINT,
        stop_seconds=_FAST_SHUTDOWN_SECONDS,
        hard_signal=signal.SIGQUIT,
        orphan_signal=signal.SIGINT,
    )


def clear_leftovers(places: Places, *, announce: Announce) -> None:
    """Stop a server that a killed supervisor left on our data, then drop lock files of the dead.

    PostgreSQL drops them by itself unless their process number is in use again, by any program;
    then it refuses to start, and in a container numbers come back within seconds. So a lock file
    goes only when no process works in our data directory.

    Raises:
        StackError: the server left behind does not stop.
    """
    data = places.postgres_data
    locks = (data / "postmaster.pid", places.sockets / SOCKET_LOCK)
    postmaster = _number_in(locks[0])
    if postmaster and processes.works_in(postmaster, data) and processes.is_alive(postmaster):
        announce(
            f"Stopping PostgreSQL (process {postmaster}), left by a supervisor that was killed"
        )
        os.kill(postmaster, signal.SIGINT)
        stopped = processes.wait_until(
            lambda: not processes.is_alive(postmaster), seconds=_FAST_SHUTDOWN_SECONDS
        )
        if not stopped:
            raise StackError(
                f"PostgreSQL (process {postmaster}) runs on {data} and does not stop."
                f" End it with `kill -QUIT {postmaster}` and start again."
            )
    if not processes.wait_until(lambda: not processes.working_in(data), seconds=30):
        raise StackError(
            f"Processes {processes.working_in(data)} of a PostgreSQL that is gone still work in"
            f" {data}. End them with `kill -QUIT` and start again."
        )
    for lock in locks:
        lock.unlink(missing_ok=True)


def wait_until_ready(child: Child, url: str) -> None:
    """Return once the owner can sign in.

    Raises:
        StackError: the server ended, refuses the password, or is not ready in time.
    """
    refusal = ""

    def answers() -> bool:
        nonlocal refusal
        if not child.is_running():
            raise child.death()
        try:
            with psycopg.connect(url, connect_timeout=5):
                return True
        except psycopg.OperationalError as error:
            refusal = str(error).strip()
            if "authentication failed" in refusal:
                raise StackError(
                    f"PostgreSQL in {child.places.postgres_data} was made with another secret"
                    f" than this one. Put back {child.places.secret_file} or the"
                    " OPENLAAS_SECRET_KEY of that time."
                ) from error
            return False

    if not processes.wait_until(answers, seconds=_READY_SECONDS):
        raise StackError(f"PostgreSQL is not ready after {_READY_SECONDS} s: {refusal}")


def _run_initdb(
    places: Places, binaries: Binaries, *, data: Path, password_file: Path, fsync: bool
) -> None:
    command = [
        str(binaries.initdb),
        f"--pgdata={data}",
        f"--username={OWNER_ROLE}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # PostgreSQL's own C.UTF-8 sorts the same on every system and release of it, so no index
        # is ever broken by an upgrade of the C library.
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        *([] if fsync else ["--no-sync"]),
    ]
    done = subprocess.run(
        command,
        cwd=places.servers,
        env=_clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **places.account.popen_arguments(),
    )
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        if "No space left on device" in done.stdout:
            raise DiskFull(f"The disk of {data.parent} became full while PostgreSQL was created.")
        raise StackError(f"PostgreSQL could not be created; initdb says:\n{done.stdout.strip()}")
    main = data / "postgresql.conf"
    text = main.read_text(encoding="utf-8")
    places.account.write_file(main, f"{text}\ninclude_if_exists = '{SETTINGS_FILE}'\n")


def _best_wal_compression(places: Places, binaries: Binaries) -> str:
    for method in ("lz4", "pglz"):  # lz4 costs a fifth of pglz's time, but is compiled in or not
        command = [str(binaries.postgres), "-D", str(places.postgres_data)]
        command += ["-c", f"wal_compression={method}", "-C", "wal_compression"]
        answer = subprocess.run(
            command,
            cwd=places.servers,
            env=_clean_environment(),
            capture_output=True,
            check=False,
            **places.account.popen_arguments(),
        )
        if answer.returncode == 0:
            return method
    return "off"


def _clean_environment() -> dict[str, str]:
    # No PGPORT, PGDATA or LC_ALL of the person's shell, and no secrets of ours.
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _number_in(lock: Path) -> int | None:
    try:
        return int(lock.read_text(encoding="utf-8", errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
