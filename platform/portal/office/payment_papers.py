"""The ฎีกา and the report of cheques as papers, from the page of each."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from papers import cheque_report_pdf, dika_pdf
from portal import replies
from portal.doors import Visit, in_body
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def dika(request: HttpRequest, visit: Visit, document: UUID) -> HttpResponse:
    """Send a ฎีกา as it stands."""
    with tenant_transaction(visit.body, read_only=True):
        paper = dika_pdf.of_voucher(body=visit.body, voucher=document)
    return _send(paper)


@require_safe
@in_body
def cheque_report(request: HttpRequest, visit: Visit, document: UUID) -> HttpResponse:
    """Send a report of cheques as it stands."""
    with tenant_transaction(visit.body, read_only=True):
        paper = cheque_report_pdf.of_report(body=visit.body, report=document)
    return _send(paper)


def _send(paper: tuple[str, bytes] | None) -> HttpResponse:
    if paper is None:
        raise Http404
    number, content = paper
    name = f"{number.replace('/', '-')}.pdf"
    return replies.send_file(content, name=name, content_type="application/pdf")
