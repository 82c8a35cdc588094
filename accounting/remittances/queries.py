"""What slips and summaries show: the receipts of a slip, the slips of a summary."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from accounting import books
from accounting.documents.workflow import Workflow
from accounting.journal.queries import account_name
from accounting.remittances.rules import SLIPS, SUMMARIES
from accounting.scripts import script

_RECEIPTS = script(
    "receipts_of_slip",
    f"""
SELECT coalesce(json_agg(json_build_object(
           'id', d.id, 'number', d.number, 'state', d.state, 'payer', d.content->>'payer',
           'method', d.content->>'method', 'amount', d.amount::text,
           'lines', (SELECT json_agg(json_build_object(
                        'account', line->>'account', 'name_th', {account_name("line->>'account'")},
                        'amount', line->>'amount', 'memo', line->>'memo'))
                       FROM jsonb_array_elements(d.content->'lines') AS line)
           ) ORDER BY d.id), '[]')::text
  FROM document d WHERE d.id = ANY(%(ids)s::uuid[])
""",
)
_SLIPS = script(
    "slips_of_summary",
    """
SELECT coalesce(json_agg(json_build_object(
           'id', d.id, 'number', d.number, 'state', d.state, 'amount', d.amount::text,
           'in_hand', d.content->>'in_hand', 'receipts', d.content->'receipts',
           'collector', (SELECT officer_name_th FROM document_step s
                          WHERE s.document_id = d.id AND s.step_no = 1)) ORDER BY d.id), '[]')::text
  FROM document d WHERE d.id = ANY(%(ids)s::uuid[])
""",
)
_BY_KIND = script(
    "kinds_of_receipts",
    f"""
SELECT coalesce(json_agg(json_build_object('account', account, 'name_th', {account_name("account")},
                                           'amount', amount::numeric(18, 2)::text)
                         ORDER BY account), '[]')::text
  FROM (SELECT line->>'account' AS account, sum((line->>'amount')::numeric) AS amount
          FROM document d, jsonb_array_elements(d.content->'lines') AS line
         WHERE d.id = ANY(%(ids)s::uuid[]) GROUP BY 1) AS kind
""",
)
# A paper that sums up others is made after them, so its id is greater; one given up holds nothing.
_HOLDING = """
SELECT d.id::text, d.number FROM document d
 WHERE d.kind = %(kind)s AND d.state = ANY(%(states)s::varchar[]) AND d.id > %(id)s::uuid
   AND d.content -> %(list)s ? %(id)s
 ORDER BY d.id DESC LIMIT 1
"""
_OF_DAY = """
SELECT d.id::text, d.number, d.amount::text FROM document d
 WHERE d.kind = %(kind)s AND d.state = ANY(%(states)s::varchar[]) AND d.document_date = %(day)s
 ORDER BY d.id
"""


def slip_of(*, receipt: str) -> tuple[str, str | None] | None:
    """Return the slip that hands a receipt over, its id and number; None while none does."""
    return _holding(SLIPS, "receipts", receipt)


def summary_of(*, slip: str) -> tuple[str, str | None] | None:
    """Return the summary of a slip's day, its id and number; None while there is none."""
    return _holding(SUMMARIES, "remittances", slip)


def summaries_of(*, day: date) -> list[dict[str, Any]]:
    """Return the summaries of a day: id, number, amount."""
    facts = {"kind": SUMMARIES.kind, "states": _standing(SUMMARIES), "day": day}
    names = ("id", "number", "amount")
    return [dict(zip(names, row, strict=True)) for row in books.rows(_OF_DAY, facts)]


def slip_shown(head: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a slip's receipts, with what each is for."""
    receipts = _asked(_RECEIPTS, content["receipts"])
    return {
        "collected_on": head["document_date"],
        "in_hand": content["in_hand"],
        "receipts": receipts,
    }


def summary_shown(head: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a summary's slips, and how much was received of each kind of money."""
    slips = _asked(_SLIPS, content["remittances"])
    receipts = [receipt for slip in slips for receipt in slip.pop("receipts")]
    return {
        "collected_on": head["document_date"],
        "remittances": slips,
        "kinds": _asked(_BY_KIND, receipts),
    }


def _holding(flow: Workflow, name: str, id_: str) -> tuple[str, str | None] | None:
    facts = {"kind": flow.kind, "states": _standing(flow), "list": name, "id": id_}
    found = books.row(_HOLDING, facts)
    return (found[0], found[1]) if found else None


def _standing(flow: Workflow) -> list[str]:
    return [state for state in flow.states if state != "cancelled"]


def _asked(question: Any, ids: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(books.answer(question, {"ids": ids}) or "[]")
    return found
