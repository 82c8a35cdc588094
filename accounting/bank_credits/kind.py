"""The bank credit as a kind of document."""

from collections.abc import Mapping
from typing import Any

from accounting.bank_credits import operations
from accounting.bank_credits.rules import FLOW
from accounting.documents.kinds import Kind


def _show(head: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    return {"credit": content["said"], "deposits": list(content["deposits"])}


KIND = Kind(
    flow=FLOW,
    create=operations.draft_credit,
    change=operations.change_credit,
    steps={"check": operations.check_credit, "reverse": operations.reverse_credit},
    show=_show,
)
