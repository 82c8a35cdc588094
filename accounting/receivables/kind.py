"""The receivable as a kind of document."""

from collections.abc import Mapping
from typing import Any

from accounting.documents.kinds import Kind
from accounting.open_items.queries import item_shown
from accounting.receivables import operations
from accounting.receivables.rules import FLOW


def _show(head: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    item = content["item"]
    return {"receivable": content["said"], "open_item": item_shown(item) if item else None}


KIND = Kind(
    flow=FLOW,
    create=operations.draft_receivable,
    change=operations.change_receivable,
    steps={
        "record": operations.record_receivable,
        "reverse": operations.reverse_receivable,
    },
    asks_more=True,
    show=_show,
)
