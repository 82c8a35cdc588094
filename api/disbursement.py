"""HTTP face of the disbursement side: from purchase request to cheque, each a kind of document."""

from typing import Any

from accounting.cheques.kind import CHEQUES, REPORTS
from accounting.contracts.kind import CONTRACTS
from accounting.disbursement.kind import VOUCHERS
from accounting.documents.workflow import CHANGE, Workflow
from accounting.inspections.kind import INSPECTIONS
from accounting.purchase_requests.kind import PURCHASE_REQUESTS
from accounting.withholding_tax.kind import RETURNS
from api import fields
from api.shapes import disbursement as shapes
from api.workflow import DocumentStep, Face


def _as_sent(value: object) -> Any:
    """Leave a field to the slice, which refuses everything at once."""
    return value


def _dated(flow: Workflow, *besides: str) -> dict[str, Any]:
    """Let each step name the day on which its paper was signed."""
    actions = [action for action in flow.by_action if action not in {CHANGE, *besides}]
    return {
        "asks": {action: {"on": fields.optional_day} for action in actions},
        "requests": dict.fromkeys(actions, shapes.DatedNote),
    }


FACES = (
    Face(
        kind=PURCHASE_REQUESTS,
        path="purchase-requests",
        name="purchase_request",
        shape=shapes.PurchaseRequest,
        request=shapes.NewPurchaseRequest,
        **_dated(PURCHASE_REQUESTS.flow),
    ),
    Face(
        kind=CONTRACTS,
        path="contracts",
        name="contract",
        shape=shapes.Contract,
        request=shapes.NewContract,
        asks={
            "amend": {"amount": _as_sent, "signed_on": _as_sent},
            "complete": {"on": fields.optional_day},
            "terminate": {"on": fields.optional_day},
        },
        requests={
            "amend": shapes.Annex,
            "complete": shapes.DatedNote,
            "terminate": shapes.DatedNote,
        },
    ),
    Face(
        kind=INSPECTIONS,
        path="inspections",
        name="inspection",
        shape=shapes.Inspection,
        request=shapes.NewInspection,
    ),
    Face(
        kind=VOUCHERS,
        path="vouchers",
        name="voucher",
        shape=shapes.PaymentVoucher,
        request=shapes.NewPaymentVoucher,
        **_dated(VOUCHERS.flow),
    ),
    Face(
        kind=REPORTS,
        path="cheque-reports",
        name="cheque_report",
        shape=shapes.ChequeReport,
        request=shapes.NewChequeReport,
    ),
    Face(
        kind=CHEQUES,
        path="cheques",
        name="cheque",
        shape=shapes.Cheque,
        **_dated(CHEQUES.flow),
    ),
    Face(
        kind=RETURNS,
        path="withholding-tax/returns",
        name="withholding_tax_return",
        shape=shapes.WithholdingReturn,
        request=shapes.NewWithholdingReturn,
        asks={"remit": {"paid_on": _as_sent, "bank_account": _as_sent}},
        requests={"remit": shapes.Remittance},
    ),
)


class Annexes(DocumentStep):
    """/bodies/{body_code}/contracts/{document}/annexes: the step `amend` by its other name."""

    face = next(face for face in FACES if face.kind is CONTRACTS)
    action = "amend"

    def operation_id(self, method: str) -> str:
        """Return a name that the step itself does not have."""
        return "contract_annex_record"
