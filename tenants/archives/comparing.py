"""Telling live books and restored ones apart: which entries has one and not the other?"""

from dataclasses import asdict, dataclass
from typing import Any

from psycopg import sql

from accounting.journal.queries import NUMBER_OF
from tenants.directory.models import Place
from tenants.provisioning.schemas import server_of
from tenants.provisioning.servers import owner_connection

ENTRIES_TOLD = 100
_HASHES = "SELECT event_no, hash FROM {schema}.journal_entry ORDER BY event_no"
_ENTRIES = f"""
SELECT e.event_no, {NUMBER_OF}, e.entry_date::text, e.recorded_at::text, e.description,
       (SELECT sum(debit)::text FROM {{schema}}.journal_line l WHERE l.event_no = e.event_no)
  FROM {{schema}}.journal_entry e WHERE e.event_no = ANY(%s) ORDER BY e.event_no
"""  # noqa: S608 - constants; the schema is an identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry that only one side has; ``total`` in baht."""

    event_no: int
    number: str
    entry_date: str
    recorded_at: str
    description: str
    total: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What only one of two books has; of each side at most the first hundred entries are told.

    Attributes:
        common: entries that both have, hash for hash, from the first on.
        only_live: how many the live books have besides.
        only_restored: how many the restored books have besides.
    """

    common: int
    only_live: int
    only_restored: int
    live_entries: tuple[Entry, ...]
    restored_entries: tuple[Entry, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as a command prints it."""
        return asdict(self)


def difference(*, live: Place, restored: Place) -> Difference:
    """Compare two books of one body, entry by entry."""
    ours, theirs = _hashes(live), _hashes(restored)
    common = {event_no for event_no, hash_ in ours.items() if theirs.get(event_no) == hash_}
    only_live, only_restored = (sorted(set(side) - common) for side in (ours, theirs))
    return Difference(
        common=len(common),
        only_live=len(only_live),
        only_restored=len(only_restored),
        live_entries=_entries(live, only_live[:ENTRIES_TOLD]),
        restored_entries=_entries(restored, only_restored[:ENTRIES_TOLD]),
    )


def _hashes(place: Place) -> dict[int, str]:
    return dict(_rows(place, _HASHES))


def _entries(place: Place, events: list[int]) -> tuple[Entry, ...]:
    names = Entry.__dataclass_fields__
    rows = _rows(place, _ENTRIES, [events]) if events else []
    return tuple(Entry(**dict(zip(names, row, strict=True))) for row in rows)


def _rows(place: Place, query: str, parameters: list[Any] | None = None) -> list[Any]:
    asked = sql.SQL(query).format(schema=sql.Identifier(place.schema_name))
    with owner_connection(place.cell.name, server_of(place.cell)) as cell:
        return cell.execute(asked, parameters).fetchall()
