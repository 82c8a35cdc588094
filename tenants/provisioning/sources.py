"""What the structure of a body's books is made of, as files; its release is named after them."""

import hashlib
from importlib import import_module
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

import accounting

BOOKS = Path(accounting.__file__).parent
SHARED_SCHEMA = BOOKS / "shared_schema"
NATIONAL_FILES = ("data/chart_of_accounts.csv", "data/budget_codes.csv")
# What a release may change; every other file stays as it was when a cell was made of it.
_MAY_CHANGE = frozenset({"shared_schema/grants.sql", *NATIONAL_FILES})


def source_digests() -> dict[str, str]:
    """Return the SHA-256 of each file that a cell's structure comes from, by its name."""
    found = {f"migrations/{path.name}": path for path in _migrations()}
    found |= {
        path.relative_to(BOOKS).as_posix(): path
        for path in [*SHARED_SCHEMA.rglob("*.sql"), *(BOOKS / file for file in NATIONAL_FILES)]
    }
    return {
        name: hashlib.sha256(found[name].read_bytes()).hexdigest()
        for name in sorted(found)
        if not name.endswith("/__init__.py")
    }


def release_name() -> str:
    """Return a name that changes whenever what a body's schema is made of changes."""
    told = "\n".join(f"{name} {digest}" for name, digest in source_digests().items())
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def rewritten(earlier: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return the files of an earlier release that are not what they were, by name.

    A cell cannot be brought from one release to the next by a file that was changed: it was run
    already. Migrations, and files in ``shared_schema/changes``, are added.
    """
    fixed = {name: digest for name, digest in earlier.items() if name not in _MAY_CHANGE}
    return [name for name, digest in fixed.items() if now.get(name) != digest]


def changes_of_shared() -> dict[str, str]:
    """Return the SQL of each change of ``shared``, in the order of their names."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((SHARED_SCHEMA / "changes").glob("*.sql"))
    }


def _migrations() -> list[Path]:
    """Return the files of the migrations that Django would apply, wherever settings put them."""
    module = import_module(MigrationLoader.migrations_module("accounting")[0] or "")
    return [path for folder in module.__path__ for path in Path(folder).glob("*.py")]
