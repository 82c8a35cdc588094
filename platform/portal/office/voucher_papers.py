"""The general voucher (ใบผ่านรายการบัญชีทั่วไป) as a paper: of a posted entry, and of a draft."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.journal.entry_number import read_number
from papers import voucher_of_books
from papers.voucher import Voucher
from papers.voucher_pdf import paper
from portal import replies
from portal.doors import Visit, in_body
from portal.office.known import moment_of_file
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def of_entry(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Send a posted entry's paper; as known then, it tells no reversal recorded later."""
    known_at, wanted = moment_of_file(request), read_number(number)
    if wanted is None:
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        told = voucher_of_books.of_entry(body=visit.body, number=wanted, known_at=known_at)
    return _send(told)


@require_safe
@in_body
def of_voucher(request: HttpRequest, visit: Visit, voucher_id: UUID) -> HttpResponse:
    """Send the paper of a voucher as it stands; a posted one's is its entry's."""
    with tenant_transaction(visit.body, read_only=True):
        told = voucher_of_books.of_voucher(body=visit.body, voucher_id=voucher_id)
    return _send(told)


def _send(told: Voucher | None) -> HttpResponse:
    if told is None:
        raise Http404
    name = f"{told.file_name}.pdf"
    return replies.send_file(paper(told), name=name, content_type="application/pdf")
