"""The paper of a document of any kind that has one."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from papers.of_document import of_document
from papers.paper_form import print_paper
from portal import replies
from portal.doors import Visit, in_body
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def of_a_document(request: HttpRequest, visit: Visit, document_id: UUID) -> HttpResponse:
    """Send a document's paper as it stands."""
    with tenant_transaction(visit.body, read_only=True):
        told = of_document(body=visit.body, reference=document_id)
    if told is None:
        raise Http404
    name = f"{told.file_name}.pdf"
    return replies.send_file(print_paper(told), name=name, content_type="application/pdf")
