"""Where the separation of duties was waived by a formal acting order: what auditors ask for."""

import json
import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.documents import queries
from portal import replies
from portal.desks import DESKS
from portal.doors import Visit, in_body
from portal.flow.desk import say
from portal.flow.opening import href
from tenants.transactions import tenant_transaction

_PAGE = 50
_BEFORE = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{1,4})")


@require_safe
@in_body
def exceptions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List the steps, the latest first."""
    text = request.GET.get("before", "")
    match = _BEFORE.fullmatch(text)
    if text and not match:
        raise Http404
    before = (UUID(match[1]), int(match[2])) if match else None
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(queries.separation_exceptions(limit=_PAGE, before=before))
    desks = {desk.kind.flow.kind: desk for desk in DESKS}
    for item in found["items"]:
        if desk := desks.get(item["kind"]):
            flow = desk.kind.flow
            item["kind"] = desk.name
            item["href"] = href(desk, visit, item["document_id"])
            for name in ("action", "separation"):
                steps = flow.by_action.get(item[name], ())
                item[name] = say(steps[0].name) if steps else item[name]
    facts = {"visit": visit, "items": found["items"], "next": found["next"], "is_first": not text}
    return replies.show(request, "separation.html", facts)
