"""Reading what is open: one item with its movements, and the items of a kind."""

import json
from typing import Any
from uuid import UUID

from accounting import books
from accounting.scripts import script

_HEAD = """
    'id', i.id, 'kind', i.kind, 'document_id', i.document_id, 'account', i.account,
    'party_id', i.party_id, 'party_name', i.party_name, 'purpose', i.purpose,
    'opened_on', i.opened_on, 'due_on', i.due_on, 'amount', i.amount::text,
    'settled', i.settled::text, 'written_off', i.written_off::text,
    'open', (i.amount - i.settled - i.written_off)::text
"""
_ONE = script(
    "open_item",
    f"""
SELECT json_build_object({_HEAD}, 'movements',
           (SELECT coalesce(json_agg(json_build_object(
                       'movement_no', m.movement_no, 'kind', m.kind, 'amount', m.amount::text,
                       'document_id', m.document_id, 'moved_on', m.moved_on,
                       'number', (SELECT d.number FROM document d WHERE d.id = m.document_id))
                       ORDER BY m.movement_no), '[]')
              FROM open_item_movement m WHERE m.item_id = i.id))::text
  FROM open_item i WHERE i.id = %(id)s::uuid
""",
)
# uuidv7 keys are in order of creation.
_LIST = script(
    "open_items",
    f"""
WITH page AS MATERIALIZED (
    SELECT * FROM open_item i
     WHERE i.kind = %(kind)s::varchar AND i.id < %(before)s::uuid
       AND (NOT %(only_open)s::boolean OR i.amount > i.settled + i.written_off)
       AND (%(party_id)s::uuid IS NULL OR i.party_id = %(party_id)s::uuid)
       AND (%(q)s::text = '' OR starts_with(i.account, %(q)s::text)
            OR position(lower(%(q)s::text) IN lower(i.party_name)) > 0)
     ORDER BY i.id DESC LIMIT %(limit)s::int + 1
), i AS MATERIALIZED (
    SELECT * FROM page ORDER BY id DESC LIMIT %(limit)s::int
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_HEAD}) ORDER BY i.id DESC), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s::int THEN
                      (SELECT id FROM i ORDER BY id LIMIT 1) END)::text
  FROM i
""",
)
_AFTER_ALL = UUID(int=2**128 - 1)


def item(*, item_id: UUID) -> str | None:
    """Return an item with its movements as JSON; None when there is none."""
    return books.answer(_ONE, {"id": item_id})


def item_shown(item_id: str) -> dict[str, Any] | None:
    """Return an item with its movements."""
    found = item(item_id=UUID(item_id))
    return json.loads(found) if found else None


def items(
    *,
    kind: str,
    limit: int,
    before: UUID | None = None,
    only_open: bool = False,
    q: str = "",
    party_id: UUID | None = None,
) -> str:
    """Return items of a kind, the latest first, as JSON ``{"items", "next"}``.

    Args:
        kind: receivable or deposit.
        limit: rows on the page.
        before: the id that ``next`` gave for the page before.
        only_open: leave out what is settled.
        q: the first digits of an account, or a part of a name.
        party_id: of a party of the registers alone.
    """
    facts = {
        "kind": kind,
        "limit": limit,
        "before": before or _AFTER_ALL,
        "only_open": only_open,
        "q": q,
        "party_id": party_id,
    }
    return str(books.answer(_LIST, facts))
