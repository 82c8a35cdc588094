"""What a contract is to the API and to the pages."""

from accounting.contracts import operations
from accounting.contracts.rules import FLOW
from accounting.documents.kinds import Kind, said

CONTRACTS = Kind(
    flow=FLOW,
    create=lambda *, raw, officer: operations.record_contract(raw=raw, officer=officer).id,
    steps={
        "complete": operations.complete_contract,
        "terminate": operations.terminate_contract,
        "amend": operations.amend_contract,
    },
    show=said,
)
