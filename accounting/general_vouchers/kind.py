"""What a general voucher is to the API and to the pages."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from accounting.documents.kinds import Kind, Shown
from accounting.general_vouchers import operations
from accounting.general_vouchers.rules import FLOW
from accounting.journal.drafts import read_entry


def _shown(head: Shown, content: Mapping[str, Any]) -> Shown:
    """Show the entry as it was drafted, and what it lacks."""
    refusals = [asdict(refusal) for refusal in read_entry(content).refusals]
    for refusal in refusals:
        del refusal["of_the_books"]
    return {"entry": content, "refusals": refusals}


VOUCHERS = Kind(
    flow=FLOW,
    create=operations.draft_voucher,
    change=operations.change_voucher,
    steps={"check": operations.check_voucher, "post": operations.post_voucher},
    show=_shown,
)
