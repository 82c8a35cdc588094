"""What slips and summaries show: the receipts of a slip, the slips of a summary."""

import json
from collections.abc import Mapping
from typing import Any

from accounting import books
from accounting.journal.queries import account_name
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


def _asked(question: Any, ids: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(books.answer(question, {"ids": ids}) or "[]")
    return found
