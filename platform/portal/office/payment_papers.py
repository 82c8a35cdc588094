"""The papers of a payment, from their pages: ฎีกา, cheque report, certificates of tax."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.errors import NotFound
from accounting.withholding_tax import queries
from accounting.withholding_tax.kind import RETURNS
from accounting.withholding_tax.rules import FORMS
from papers import certificate_pdf, cheque_report_pdf, dika_pdf
from portal import replies
from portal.doors import Visit, in_body
from tenants.transactions import tenant_transaction

_PAGE = 50


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


@require_safe
@in_body
def return_file(request: HttpRequest, visit: Visit, document: UUID) -> HttpResponse:
    """Send the text file of a return, for the Revenue Department's program."""
    with tenant_transaction(visit.body, read_only=True):
        try:
            made = RETURNS.shown(document)
        except NotFound as error:
            raise Http404 from error
        text = queries.return_file(return_id=document, form=made["form"])
    name = f"{made['form'].lower()}-{made['month']}.txt"
    return replies.send_file(text.encode(), name=name, content_type="text/plain; charset=utf-8")


@require_safe
@in_body
def certificates(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the certificates of tax withheld, the latest first."""
    before = request.GET.get("before", "")
    if before and not _is_id(before):
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            queries.certificates(limit=_PAGE, before=UUID(before) if before else None)
        )
    facts = {"visit": visit, "items": found["items"], "next": found["next"], "forms": FORMS}
    return replies.show(request, "certificates.html", facts)


@require_safe
@in_body
def certificate(request: HttpRequest, visit: Visit, document: UUID) -> HttpResponse:
    """Send a certificate, to be given to the payee."""
    with tenant_transaction(visit.body, read_only=True):
        found = queries.certificate(reference=document)
    if found is None:
        raise Http404
    number = json.loads(found)["certificate_no"]
    return _send((f"WHT-{number}", certificate_pdf.of_json(visit.body, found)))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _send(paper: tuple[str, bytes] | None) -> HttpResponse:
    if paper is None:
        raise Http404
    number, content = paper
    name = f"{number.replace('/', '-')}.pdf"
    return replies.send_file(content, name=name, content_type="application/pdf")
