"""What the centre announced to the body; who works here says that the body has read it."""

import hashlib
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounting import answers
from accounting.audit import operations as audit
from accounting.errors import AccountingError, NotFound
from portal import replies
from portal.doors import Visit, in_body
from portal.office import sending
from portal.office.refused import words_of
from tenants.officers.administration import body_roles
from tenants.oversight.announcements import announcements_to
from tenants.oversight.at_home import told_at_home
from tenants.oversight.operations import acknowledge as acknowledged

_PAGE, _AT_HOME, _DIGITS, _LARGEST = 20, 5, 18, 2**63 - 1


@require_safe
@in_body
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what the body was told, the latest first."""
    text = request.GET.get("before", "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return _shown(request, visit, before=int(text) if is_number else None)


@require_POST
@in_body
def acknowledge(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Say for the body that it has read the announcement, and go back to where it stood."""
    if not _may_acknowledge(visit):
        return replies.forbidden(request, {"visit": visit, "needed": min(body_roles())})
    if number > _LARGEST:
        raise Http404

    def work() -> str:
        acknowledged(
            body_code=visit.body.code,
            number=number,
            officer_id=visit.access.officer_id,
            now=timezone.now(),
        )
        officer = visit.officer_as(*body_roles())
        audit.record(action="announcement_acknowledged", subject=str(number), officer=officer)
        return "done"

    key = sending.key_of(request)
    asked = answers.Request(
        route=f"portal/announcements/{number}/acknowledge",
        key=key,
        sha256=hashlib.sha256(key.encode()).hexdigest(),
    )
    try:
        sending.send_once(visit, asked, work)
    except NotFound as error:
        raise Http404 from error
    except AccountingError as refused:
        why = [words_of(refusal) for refusal in refused.refusals]
        return _shown(request, visit, whole=why, status=409)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return _shown(request, visit, whole=[notice], status=status)
    back = "announcements" if request.POST.get("back") == "list" else "home"
    return HttpResponseRedirect(reverse(back, args=[visit.path]))


def from_the_centre(visit: Visit) -> dict[str, Any]:
    """Return what the home page shows: what is in force and not read yet, the urgent first.

    Questions that wait for an answer are told to those who work here.
    """
    told = json.loads(told_at_home(body_code=visit.body.code, limit=_PAGE, now=timezone.now()))
    unread = sorted(
        (one for one in told["announced"]["items"] if one["read_at"] is None),
        key=lambda one: not one["is_urgent"],
    )
    works_here = _may_acknowledge(visit)
    return {
        "announcements": unread[:_AT_HOME],
        "may_acknowledge": works_here and visit.is_writable,
        "announcement_key": sending.new_key(),
        "questions_waiting": told["questions"] if works_here else 0,
        "questions_overdue": told["overdue"],
    }


def _shown(
    request: HttpRequest,
    visit: Visit,
    *,
    before: int | None = None,
    whole: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    told = json.loads(
        announcements_to(body_code=visit.body.code, before=before, limit=_PAGE, now=timezone.now())
    )
    facts = {
        "visit": visit,
        "announcements": told["items"],
        "next": told["next"],
        "may_acknowledge": _may_acknowledge(visit) and visit.is_writable,
        "announcement_key": sending.new_key(),
        "back": "list",
        "whole": whole or [],
    }
    return replies.show(request, "announcements.html", facts, status=status)


def _may_acknowledge(visit: Visit) -> bool:
    return bool(visit.access.roles & body_roles())
