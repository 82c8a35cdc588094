"""Everything that changes an open item; each change is kept as a movement of its document.

Items are locked in the order of their ids, after the document that moves them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting import books
from accounting.errors import AccountingError, Refusal
from accounting.officers import Officer
from accounting.open_items import rules
from accounting.open_items.rules import Item, Wanted

SETTLE, WRITE_OFF = "settle", "write_off"
_PURPOSE_MAX = 100  # what the column keeps; the document keeps it whole

_OPEN = """
INSERT INTO open_item (id, kind, document_id, account, party_id, party_name, purpose, opened_on,
                       due_on, amount)
VALUES (uuidv7(), %(kind)s, %(document_id)s, %(account)s, %(party_id)s, %(party_name)s,
        %(purpose)s, %(opened_on)s, %(due_on)s, %(amount)s)
RETURNING id
"""
_LOCK = """
SELECT id, kind, account, party_id, party_name, purpose, opened_on, amount,
       amount - settled - written_off
  FROM open_item WHERE id = ANY(%(ids)s::uuid[]) ORDER BY id FOR UPDATE
"""
_MOVE = """
WITH item AS (
    UPDATE open_item
       SET settled = settled + CASE WHEN %(kind)s = 'settle' THEN %(amount)s::numeric ELSE 0 END,
           written_off = written_off
               + CASE WHEN %(kind)s = 'write_off' THEN %(amount)s::numeric ELSE 0 END,
           last_movement_no = last_movement_no + 1
     WHERE id = %(item_id)s RETURNING id, last_movement_no
)
INSERT INTO open_item_movement (item_id, movement_no, kind, amount, document_id, moved_on,
                                officer_id)
SELECT id, last_movement_no, %(kind)s, %(amount)s, %(document_id)s, %(moved_on)s, %(officer_id)s
  FROM item
RETURNING movement_no
"""
_MOVED_BY = """
SELECT m.item_id, m.kind, sum(m.amount) FROM open_item_movement m
 WHERE m.item_id = ANY(%(ids)s::uuid[]) AND m.document_id = %(document_id)s
 GROUP BY m.item_id, m.kind HAVING sum(m.amount) <> 0 ORDER BY m.item_id
"""


class UnableToTakeOut(AccountingError):
    """Less is open than was asked, or there is no such item; ``refusals`` lists them all."""

    code = "unable_to_take_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What an item is opened with."""

    kind: str
    account: str
    party_name: str
    purpose: str
    opened_on: date
    amount: Decimal
    party_id: UUID | None = None
    due_on: date | None = None


def open_item(*, document_id: UUID, item: NewItem) -> UUID:
    """Open an item for a document; return its id."""
    facts = {**asdict(item), "document_id": document_id, "purpose": item.purpose[:_PURPOSE_MAX]}
    found = books.row(_OPEN, facts)
    assert found is not None  # the insert has one row
    item_id: UUID = found[0]
    return item_id


def locked(*, ids: Sequence[UUID]) -> dict[UUID, Item]:
    """Hold items to the end of the transaction, in the order of their ids; unknown are absent."""
    names = list(Item.__dataclass_fields__)
    rows = books.rows(_LOCK, {"ids": sorted(set(ids))}) if ids else []
    return {row[0]: Item(**dict(zip(names, row, strict=True))) for row in rows}


def refusals_of(
    *, wanted: Sequence[Wanted], items: Mapping[UUID, Item], kind: str
) -> list[Refusal]:
    """Return every reason why amounts may not be taken out of locked items, taken one by one."""
    left = {item.id: item.open for item in items.values()}
    refusals = []
    for one in wanted:
        item = items.get(one.item_id)
        known = item and Item(**{**asdict(item), "open": left[one.item_id]})
        refused = list(rules.taking_refusals(one, known, kind=kind))
        refusals += refused
        if item and not refused:
            left[one.item_id] -= one.amount
    return refusals


def take(
    *,
    wanted: Sequence[Wanted],
    kind: str,
    document_id: UUID,
    day: date,
    officer: Officer,
    written_off: bool = False,
) -> dict[UUID, Item]:
    """Take amounts out of items; return the items as they were before.

    Args:
        wanted: how much of which.
        kind: which kind the items must be of.
        document_id: what does it.
        day: its date in the books.
        officer: who does it.
        written_off: given up or forfeited, not paid.

    Raises:
        UnableToTakeOut: less is open than was asked; nothing was taken.
    """
    items = locked(ids=[one.item_id for one in wanted])
    if refusals := refusals_of(wanted=wanted, items=items, kind=kind):
        raise UnableToTakeOut(refusals)
    how = WRITE_OFF if written_off else SETTLE
    facts = _facts(document_id, day, officer)
    for one in wanted:
        _move(one.item_id, {**facts, "kind": how, "amount": one.amount})
    return items


def put_back(*, ids: Sequence[UUID], document_id: UUID, day: date, officer: Officer) -> None:
    """Undo whatever a document took out of items; doing it again changes nothing."""
    locked(ids=ids)
    moved = books.rows(_MOVED_BY, {"ids": sorted(set(ids)), "document_id": document_id})
    for item_id, how, amount in moved:
        facts = _facts(document_id, day, officer)
        _move(item_id, {**facts, "kind": how, "amount": -amount})


def _facts(document_id: UUID, day: date, officer: Officer) -> dict[str, object]:
    return {"document_id": document_id, "moved_on": day, "officer_id": officer.id}


def _move(item_id: UUID, facts: Mapping[str, object]) -> None:
    books.row(_MOVE, {**facts, "item_id": item_id})
