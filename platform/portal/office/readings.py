"""Who of those who watch over the body read its books: the office sees it as the auditor does."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal import replies
from portal.doors import Visit, in_body
from tenants.officers.readings import readings_of

_PAGE, _DIGITS = 50, 18


@require_safe
@in_body
def readings(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what they asked for, the latest first."""
    text = request.GET.get("before", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Http404
    before = int(text) if text else None
    found, following = readings_of(body_code=visit.body.code, before=before, limit=_PAGE)
    facts = {"visit": visit, "items": found, "next": following, "is_first": not text}
    return replies.show(request, "readings.html", facts)
