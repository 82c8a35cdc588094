"""What a purchase request is to the API and to the pages."""

from accounting.documents.kinds import Kind, said
from accounting.purchase_requests import operations
from accounting.purchase_requests.rules import FLOW

PURCHASE_REQUESTS = Kind(
    flow=FLOW,
    create=lambda *, raw, officer: operations.draft_request(raw=raw, officer=officer).id,
    change=operations.change_request,
    steps={
        "approve": operations.approve_request,
        "contract": operations.await_contract,
        "cancel": operations.cancel_request,
    },
    show=said,
)
