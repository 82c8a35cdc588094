"""The folder of a bench's own servers. A bench fills books: it takes no folder but its own."""

import hashlib
import json
import shutil
from pathlib import Path

from openlaas.stack import paths
from openlaas.stack.errors import StackError
from openlaas.stack.paths import Announce

_MARK = "bench.json"
_WHAT_DATABASES_ARE_MADE_OF = (
    "accounting/migrations/*.py",
    "accounting/shared_schema/**/*.sql",
    "accounting/data/*.csv",
    "accounting/books_seed.py",
    "tenants/migrations/*.py",
    "tenants/provisioning/*.py",
    "loadtests/peers/*/*/migrations/*.py",
)


class NotOurFolder(StackError):
    """The folder holds something that no bench has put there."""


def take_folder(var: Path, *, announce: Announce) -> Path:
    """Return the folder, empty or filled by an earlier bench with the same schemas.

    Raises:
        NotOurFolder: somebody else's servers or files are in it.
    """
    release, mark = _release(), var / _MARK
    if mark.is_file():
        if json.loads(mark.read_text())["release"] == release:
            return var
        announce(f"{var} has schemas of another release: filling it anew")
        places = paths.known_places(var)
        if places is not None:
            shutil.rmtree(places.servers)
        shutil.rmtree(var, ignore_errors=True)
    elif var.exists() and any(var.iterdir()):
        raise NotOurFolder(f"{var} is not empty, and no bench filled it. Choose another with --var")
    var.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps({"release": release}) + "\n")
    return var


def _release() -> str:
    """Return a name that changes when the bench's databases would be made differently."""
    digest = hashlib.sha256()
    for pattern in _WHAT_DATABASES_ARE_MADE_OF:
        for path in sorted(paths.REPOSITORY.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
