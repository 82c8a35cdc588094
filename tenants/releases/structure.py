"""What a schema consists of, as lines that can be compared: tables, indexes, triggers, rights."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg

from tenants.provisioning.servers import BODY_ROLE, TEMPLATE_SCHEMA
from tenants.releases.kept import grants_for

SHARED = "shared"
_RIGHTS, _TO_WRITE = "rights on ", {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
_LINES = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
_HASHES = f"""{_LINES}
SELECT nspname, md5(string_agg(name || '=' || said, E'\\n'
                               ORDER BY name COLLATE "C", said COLLATE "C"))
  FROM line GROUP BY nspname
"""  # noqa: S608 - our own words
_SAID = f"{_LINES} SELECT nspname, name, said FROM line ORDER BY nspname, name"  # noqa: S608


def of_template(template: psycopg.Connection[Any], grants: str) -> dict[str, dict[str, str]]:
    """Return the lines of ``shared`` and of a body's schema, as the template makes them.

    The template has no role of its own: rights are given to the common one, seen, and taken back.
    """
    with template.transaction(force_rollback=True):
        template.execute(grants_for(grants, schema=TEMPLATE_SCHEMA, role=BODY_ROLE).encode())
        found = lines(template, {SHARED: BODY_ROLE, TEMPLATE_SCHEMA: BODY_ROLE})
    return {"shared": found[SHARED], "body": found[TEMPLATE_SCHEMA]}


def lines(cell: psycopg.Connection[Any], roles: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return what each schema consists of: ``{schema: {name: what it is}}``.

    Args:
        cell: as the owner.
        roles: the role of each schema asked for, by the schema's name.
    """
    found: dict[str, dict[str, str]] = {schema: {} for schema in roles}
    for schema, name, said in cell.execute(_SAID, _asked(roles)):
        found[schema][name] = said
    return found


def hashes(cell: psycopg.Connection[Any], roles: dict[str, str]) -> dict[str, str]:
    """Return a hash of what each schema consists of; one query, however many there are."""
    return dict(cell.execute(_HASHES, _asked(roles)).fetchall())


def hash_of(said: dict[str, str]) -> str:
    """Return the hash that ``hashes`` would return of these lines."""
    told = "\n".join(f"{name}={said[name]}" for name in sorted(said))
    return hashlib.md5(told.encode(), usedforsecurity=False).hexdigest()


def closed(said: dict[str, str]) -> dict[str, str]:
    """Return the lines of a body's schema whose role may only read any more."""
    return {
        name: left
        for name, what in said.items()
        if (left := _to_read(what) if name.startswith(_RIGHTS) else what)
    }


def _to_read(rights: str) -> str:
    return ",".join(one for one in rights.split(",") if one not in _TO_WRITE)


def differences(meant: dict[str, str], found: dict[str, str]) -> list[str]:
    """Return in words what differs, by name."""
    words = [f"{name} is missing" for name in meant.keys() - found.keys()]
    words += [f"{name} is more than there should be" for name in found.keys() - meant.keys()]
    words += [
        f"{name} is {found[name]!r} and should be {meant[name]!r}"
        for name in meant.keys() & found.keys()
        if meant[name] != found[name]
    ]
    return sorted(words)


def _asked(roles: dict[str, str]) -> dict[str, list[str]]:
    return {"schemas": list(roles), "roles": list(roles.values())}
