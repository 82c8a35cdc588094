"""The journal: the list of entries, and one of them."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.journal import queries
from accounting.journal.entry_number import read_number
from portal.doors import Visit, in_body
from portal.replies import show
from tenants.transactions import tenant_transaction

_PAGE = 25  # entries


@require_safe
@in_body
def entries(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List entries, the latest first; ``before`` is where the page before ended."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < len(str(2**63))):
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            queries.entry_list(limit=_PAGE, before_event_no=int(before) if before else None)
        )
    facts = {
        "visit": visit,
        "entries": found["items"],
        "next": found["next_event_no"],
        "is_first": not before,
    }
    return show(request, "journal.html", facts)


@require_safe
@in_body
def entry(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Show one entry as it was posted, with its seal."""
    wanted = read_number(number)
    if wanted is None:
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        found = queries.entry(number=wanted)
    if found is None:
        raise Http404
    facts = {"visit": visit, "entry": json.loads(found), "is_new": "posted" in request.GET}
    return show(request, "entry.html", facts)
