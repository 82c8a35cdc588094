"""The receipt as a kind of document."""

from collections.abc import Mapping
from typing import Any

from accounting.documents.kinds import Kind
from accounting.receipts import operations
from accounting.receipts.rules import FLOW


def _show(head: dict[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    entries = head["journal_entries"]
    first = entries[0]["number"] if entries else None
    return {**content, "total": head["amount"], "journal_entry": first}


KIND = Kind(
    flow=FLOW,
    create=operations.issue_receipt,
    steps={"cancel": operations.cancel_receipt, "reverse": operations.reverse_receipt},
    show=_show,
)
