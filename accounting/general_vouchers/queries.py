"""Reading general vouchers by who must act next, and by the entry that one became."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.documents import queries as documents
from accounting.general_vouchers.operations import KIND
from accounting.general_vouchers.rules import FLOW
from accounting.journal.drafts import read_entry

_UNFINISHED = """
SELECT coalesce(json_agg(json_build_object(
           'id', d.id, 'state', d.state, 'document_date', d.document_date,
           'description', d.description, 'amount', d.amount::text, 'prepared_by', d.prepared_by,
           'content', CASE WHEN d.state = 'draft' THEN d.content END,
           'prepared_by_name_th', (SELECT officer_name_th FROM document_step s
                                    WHERE s.document_id = d.id AND s.step_no = 1))
           ORDER BY d.id DESC), '[]')::text
  FROM (SELECT * FROM document
         WHERE kind = %(kind)s AND state IN ('draft', 'checked')
         ORDER BY id DESC LIMIT %(limit)s) AS d
"""
_OF_ENTRY = """
SELECT id FROM document WHERE kind = %(kind)s AND state = 'posted' AND event_no = %(event_no)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVoucher:
    """A voucher, and what an officer is to do with it: finish, check or post."""

    id: UUID
    state: str
    document_date: str | None
    description: str
    amount: Decimal
    prepared_by_name_th: str
    action: str


def waiting_for(
    *, officer_id: UUID, roles: frozenset[str], limit: int = 200
) -> list[WaitingVoucher]:
    """Return what waits for an officer among the latest unfinished vouchers.

    Whoever prepares finishes their drafts; others see a draft once it can be read and balances,
    so that nobody is asked to check what is still being typed.
    """
    found = books.row(_UNFINISHED, {"kind": KIND, "limit": limit})
    assert found is not None  # an aggregate has one row
    waiting = []
    for voucher in json.loads(found[0]):
        is_own = voucher.pop("prepared_by") == str(officer_id)
        is_ready = voucher["state"] != "draft" or _can_be_checked(voucher["content"])
        del voucher["content"]
        action = _action(voucher["state"], is_own=is_own, is_ready=is_ready, roles=roles)
        if action:
            amount, id_ = Decimal(voucher.pop("amount")), UUID(voucher.pop("id"))
            waiting.append(WaitingVoucher(**voucher, id=id_, amount=amount, action=action))
    return waiting


def voucher_of_entry(*, event_no: int) -> str | None:
    """Return the voucher that was posted as an entry, with its history, as JSON; None if none was.

    An entry posted at once has no voucher.
    """
    found = books.row(_OF_ENTRY, {"kind": KIND, "event_no": event_no})
    return documents.document(kind=KIND, document_id=found[0]) if found else None


def _action(state: str, *, is_own: bool, is_ready: bool, roles: frozenset[str]) -> str:
    """Return what the officer is to do next; empty when it is somebody else's turn."""
    if state == "draft" and is_own:
        action, named = "change", "finish"
    elif state == "draft":
        action, named = "check" if is_ready else "", "check"
    else:
        action, named = "post", "post"
    step = FLOW.step(state, action)
    return named if step and roles & step.roles else ""


def _can_be_checked(content: dict[str, Any]) -> bool:
    """Tell whether all of a draft can be read and its sides are equal; the books may still refuse.

    That is asked when it is checked.
    """
    draft = read_entry(content)
    sides = [
        sum((amount for amount in amounts if amount), Decimal(0))
        for amounts in zip(*((line.debit, line.credit) for line in draft.lines), strict=True)
    ]
    return not draft.refusals and len(set(sides)) == 1
