"""What cheque reports and cheques are to the API and to the pages."""

from accounting.cheques import handing_over, operations
from accounting.cheques.rules import CHEQUE, REPORT
from accounting.documents.kinds import Kind, said

REPORTS = Kind(
    flow=REPORT,
    create=lambda *, raw, officer: operations.draft_report(raw=raw, officer=officer).id,
    change=operations.change_report,
    steps={
        "approve": operations.approve_report,
        "sign": operations.sign_report,
        "cancel": operations.cancel_report,
    },
    show=said,
)
CHEQUES = Kind(
    flow=CHEQUE,
    steps={
        "collect": handing_over.hand_on,
        "clear": handing_over.hand_on,
        "cancel": handing_over.cancel_cheque,
    },
)
