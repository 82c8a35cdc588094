"""The forfeiture of a guarantee as a kind of document."""

from collections.abc import Mapping
from typing import Any

from accounting.deposits import operations
from accounting.deposits.rules import FORFEITURES
from accounting.documents.kinds import Kind


def _show(head: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    return {"forfeiture": content["said"]}


KIND = Kind(
    flow=FORFEITURES,
    create=operations.draft_forfeiture,
    steps={"approve": operations.approve_forfeiture},
    show=_show,
)
