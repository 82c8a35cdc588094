"""Receipt, remittance slip and daily summary as kinds of document.

Handing one receipt over makes the slip of its day, so the receipt's kind stands here.
"""

from collections.abc import Mapping
from typing import Any

from accounting.documents.kinds import Kind
from accounting.receipts import operations as receipts
from accounting.receipts.rules import FLOW
from accounting.remittances import operations, queries
from accounting.remittances.rules import SLIPS, SUMMARIES


def _show(head: dict[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    entries = head["journal_entries"]
    first = entries[0]["number"] if entries else None
    return {**content, "total": head["amount"], "journal_entry": first}


RECEIPT = Kind(
    flow=FLOW,
    create=receipts.issue_receipt,
    steps={
        "remit": operations.remit_receipt,
        "cancel": receipts.cancel_receipt,
        "reverse": receipts.reverse_receipt,
    },
    show=_show,
)
SLIP = Kind(
    flow=SLIPS,
    create=operations.hand_over,
    steps={
        "receive": operations.receive,
        "summarise": operations.summarise_slip,
        "cancel": operations.cancel_slip,
    },
    asks_more=True,
    show=queries.slip_shown,
)
SUMMARY = Kind(
    flow=SUMMARIES,
    create=operations.sum_up,
    steps={"check": operations.check_summary, "cancel": operations.cancel_summary},
    asks_more=True,
    show=queries.summary_shown,
)
