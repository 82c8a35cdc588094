"""The papers of the disbursement side by the document they are of: ฎีกา and cheque reports."""

from uuid import UUID

from accounting.documents.queries import kind_of
from papers import cheque_report_pdf, dika_pdf
from tenants.directory.records import BodyRecord

_KINDS = ("DIKA", "CHQRPT")


def paper_of(*, body: BodyRecord, document_id: UUID) -> tuple[str, bytes] | None:
    """Return the number of a document and its file; None when it has no paper of these."""
    found = kind_of(reference=document_id, kinds=_KINDS)
    if found is None:
        return None
    if found[1] == "DIKA":
        return dika_pdf.of_voucher(body=body, voucher=document_id)
    return cheque_report_pdf.of_report(body=body, report=document_id)
