"""PostgreSQL and Valkey of one folder: one holder at a time, started in order, found ready."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from openlaas.stack import environment, paths, postgres, valkey
from openlaas.stack.binaries import Binaries, reachable_binaries
from openlaas.stack.children import Child
from openlaas.stack.errors import AlreadyRunning
from openlaas.stack.paths import Announce, Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """How the servers are set; the defaults are for `make run`.

    `small` fits them beside other work. `fsync` off is for tests that may lose everything.
    `postgres_settings` are added last.
    """

    small: bool = False
    fsync: bool = True
    postgres_settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Servers:
    """The servers that run, and the environment in which the app finds them."""

    places: Places
    environment: dict[str, str]
    children: list[Child] = field(default_factory=list)
    readiness: dict[str, Callable[[Child], None]] = field(default_factory=dict)

    def restart(self, child: Child, *, announce: Announce) -> None:
        """Start a server that ended, once nothing of it is left."""
        if child.program.name == "postgres":
            postgres.clear_leftovers(self.places, announce=announce)
        child.start()
        self.readiness[child.program.name](child)

    def stop(self) -> None:
        """Stop them in the reverse order, each keeping what it was told."""
        for child in reversed(self.children):
            child.stop()


@contextlib.contextmanager
def embedded_servers(
    var: Path | None = None,
    *,
    small: bool = False,
    fsync: bool = True,
    postgres_settings: Mapping[str, str] | None = None,
    environ: Mapping[str, str] = os.environ,
    announce: Announce = lambda _line: None,
) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Valkey for the length of a `with`; give DATABASE_URL and its companions.

    The data in `var` are used again if there are any. Without `var` a new folder is made, and
    removed at the end. A server whose variable is set in `environ` is not started: that one is
    given back. Call it from a thread that lives as long as the `with` does, the main one at best:
    the servers end with the thread that started them.

    Raises:
        AlreadyRunning: another process holds `var`.
        StackError: a server cannot be made or started.
    """
    tuning = Tuning(small=small, fsync=fsync, postgres_settings=postgres_settings or {})
    with contextlib.ExitStack() as stack:
        folder = var.resolve() if var else stack.enter_context(_temporary_folder())
        places = paths.prepare_places(folder, announce=announce)
        if var is None and places.servers != folder:
            stack.callback(shutil.rmtree, places.servers, ignore_errors=True)
        stack.enter_context(exclusive(places))
        servers = start_servers(places, tuning=tuning, environ=environ, announce=announce)
        stack.callback(servers.stop)
        yield servers.environment


def start_servers(
    places: Places, *, tuning: Tuning, environ: Mapping[str, str], announce: Announce
) -> Servers:
    """Start what `environ` does not name already; the caller holds the folder and stops them.

    Raises:
        StackError: a server cannot be made or started; those that were started are stopped.
    """
    secret = environ.get(environment.SECRET) or paths.secret_key(places)
    urls = {name: environ.get(name, "") for name in (environment.DATABASE, environment.QUEUE)}
    servers = Servers(places=places, environment={environment.SECRET: secret})
    try:
        binaries = None if all(urls.values()) else reachable_binaries(places, announce=announce)
        if binaries and not urls[environment.DATABASE]:
            urls[environment.DATABASE] = _start_postgres(
                servers, binaries, secret_key=secret, tuning=tuning, announce=announce
            )
        if binaries and not urls[environment.QUEUE]:
            urls[environment.QUEUE] = _start_valkey(
                servers, binaries, tuning=tuning, announce=announce
            )
    except BaseException:
        servers.stop()
        raise
    servers.environment |= urls
    return servers


@contextlib.contextmanager
def exclusive(places: Places) -> Iterator[None]:
    """Hold the folder; the lock dies with the process, so a killed one leaves nothing to clear.

    Raises:
        AlreadyRunning: another process holds it.
    """
    lock = places.run / "supervisor.lock"
    with lock.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"OpenLAAS is already running on {places.var} (process {_holder(stream)})."
                " Stop it with Ctrl-C there, or choose another folder:"
                " OPENLAAS_VAR=/another/folder PORT=8001 make run"
            ) from None
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        paths.give_to_checkout_owner(lock, var=places.var)
        yield


def is_held(var: Path) -> bool:
    """Tell whether a process holds the folder now."""
    try:
        with (var / "run" / "supervisor.lock").open(encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def memory_megabytes() -> int:
    """Return the memory that this machine or container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):  # "max": no limit
        machine = min(machine, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return machine // 2**20


def _start_postgres(
    servers: Servers, binaries: Binaries, *, secret_key: str, tuning: Tuning, announce: Announce
) -> str:
    places = servers.places
    postgres.clear_leftovers(places, announce=announce)
    postgres.create_cluster(
        places, binaries, secret_key=secret_key, announce=announce, fsync=tuning.fsync
    )
    settings = postgres.settings_for(
        memory_megabytes=memory_megabytes(),
        sockets=places.sockets,
        small=tuning.small,
        fsync=tuning.fsync,
    )
    postgres.write_settings(places, binaries, {**settings, **tuning.postgres_settings})
    url = postgres.owner_url(places, secret_key=secret_key)
    child = Child(postgres.program(places, binaries), places)
    servers.children.append(child)
    servers.readiness["postgres"] = lambda started: postgres.wait_until_ready(started, url)
    child.start()
    servers.readiness["postgres"](child)
    announce("PostgreSQL is ready")
    return url


def _start_valkey(
    servers: Servers, binaries: Binaries, *, tuning: Tuning, announce: Announce
) -> str:
    places = servers.places
    valkey.clear_leftovers(places, announce=announce)
    child = Child(valkey.program(places, binaries, fsync=tuning.fsync), places)
    servers.children.append(child)
    servers.readiness["valkey"] = valkey.wait_until_ready
    child.start()
    valkey.wait_until_ready(child)
    announce("Valkey is ready")
    return valkey.url(places)


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read().strip() or "unknown"


@contextlib.contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="openlaas-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            folder.chmod(0o711)  # root's servers run as another account, which must pass through
        yield folder.resolve() / "var"
