"""What the centre asks the body: the threads, and the answers of those who speak for it."""

import hashlib
import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

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
from tenants.officers.roster import plain
from tenants.oversight import asking, questions
from tenants.oversight.question_rules import ACCOUNT, ANSWERERS, DOCUMENT

_PAGE, _DIGITS, _LONGEST, _LARGEST = 20, 18, 20_000, 2**63 - 1


@require_safe
@in_body
def page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what the body was asked, the latest first."""
    if not visit.access.roles & body_roles():
        return _forbidden(request, visit, body_roles())
    return _shown(request, visit)


@require_POST
@in_body
def answer(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Answer for the body; what was typed is shown again when it is refused."""
    if not visit.access.roles & ANSWERERS:
        return _forbidden(request, visit, ANSWERERS)
    if number > _LARGEST:
        raise Http404
    text = request.POST.get("text", "").strip()[:_LONGEST].replace("\r\n", "\n")
    text = plain(text)
    asked = answers.Request(
        route=f"portal/questions/{number}/answer",
        key=sending.key_of(request),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    officer = visit.officer_as(*ANSWERERS)
    name = f"{visit.body.code} {asked.route} {asked.key} {asked.sha256}"

    def work() -> str:
        asking.answer(
            body_code=visit.body.code,
            number=number,
            text=text,
            officer_id=officer.id,
            position_th=officer.position_th,
            request_id=uuid5(NAMESPACE_URL, name),
            now=timezone.now(),
        )
        audit.record(action="question_answered", subject=str(number), officer=officer)
        return "done"

    try:
        sending.send_once(visit, asked, work)
    except NotFound as error:
        raise Http404 from error
    except AccountingError as refused:
        typed = {"number": number, "text": text}
        why = [words_of(refusal) for refusal in refused.refusals]
        return _shown(request, visit, whole=why, typed=typed, status=422)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        typed = {"number": number, "text": text}
        return _shown(request, visit, whole=[notice], typed=typed, status=status)
    return HttpResponseRedirect(f"{reverse('questions', args=[visit.path])}#question-{number}")


def _shown(
    request: HttpRequest,
    visit: Visit,
    *,
    whole: list[str] | None = None,
    typed: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    is_number = before.isascii() and before.isdecimal() and len(before) <= _DIGITS
    chosen = state if state in questions.STATES else None
    told = json.loads(
        questions.questions_to(
            body_code=visit.body.code,
            state=chosen,
            before=int(before) if is_number else None,
            limit=_PAGE,
            now=timezone.now(),
        )
    )
    for one in told["items"]:
        one["href"] = _href(visit, one["reference"] or "")
    onward = request.GET.copy()
    onward["before"] = told["next"] or ""
    facts = {
        "visit": visit,
        "report": told,
        "chosen": {"state": chosen},
        "onward": onward.urlencode() if told["next"] else "",
        "may_answer": bool(visit.access.roles & ANSWERERS) and visit.is_writable,
        "key": sending.new_key(),
        "typed": typed or {},
        "whole": whole or [],
    }
    return replies.show(request, "questions.html", facts, status=status)


def _href(visit: Visit, reference: str) -> str:
    """Return where a reference leads: an entry of the journal, or an account's ledger."""
    if ACCOUNT.fullmatch(reference):
        return reverse("ledger", args=[visit.path, reference])
    if DOCUMENT.fullmatch(reference) and reference.startswith("JV-"):
        return reverse("entry", args=[visit.path, reference.replace("/", "-")])
    return ""


def _forbidden(request: HttpRequest, visit: Visit, needed: frozenset[str]) -> HttpResponse:
    return replies.forbidden(request, {"visit": visit, "needed_roles": sorted(needed)})
