"""Posting a journal entry from the form: once, however often the button is pressed."""

import time
from typing import Any

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from accounting import answers
from accounting.journal import drafts, operations
from portal import replies
from portal.doors import Visit, in_body
from portal.office import entry_form
from tenants.backend.errors import PoolExhausted
from tenants.transactions import BodyClosed, tenant_transaction

_ROUTE = "portal/journal-entries"
_SEE_OTHER = 303
_TRIES, _WAIT_SECONDS = 10, 0.2  # a posting takes a few milliseconds; its twin soon knows


# Why a form that is right was not posted now. What was typed stays.
_NOT_NOW: dict[type[Exception], tuple[int, str]] = {
    answers.KeyReused: (
        409,
        gettext_noop("ฟอร์มนี้บันทึกไปแล้วครั้งหนึ่ง หากต้องการบันทึกสิ่งที่เห็นนี้เป็นรายการใหม่ ให้กดบันทึกอีกครั้ง"),
    ),
    answers.StillInProgress: (
        409,
        gettext_noop("กำลังบันทึกรายการนี้อยู่ รอสักครู่แล้วกดบันทึกอีกครั้ง รายการจะไม่ซ้ำ"),
    ),
    BodyClosed: (
        503,
        gettext_noop("สมุดบัญชีของหน่วยงานปิดรับการบันทึกชั่วคราว ข้อมูลที่พิมพ์ยังอยู่"),
    ),
    PoolExhausted: (
        503,
        gettext_noop("ขณะนี้มีผู้ใช้มาก ข้อมูลที่พิมพ์ยังอยู่ รอสักครู่แล้วกดบันทึกอีกครั้ง"),
    ),
}


@require_http_methods(["GET", "POST"])
@in_body
def new_entry(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the form, add lines to it, or post it; a refused form keeps what was typed."""
    if not visit.may_post:
        return replies.forbidden(request, {"visit": visit})
    if request.method == "GET":
        return _form(request, visit, entry_form.blank(timezone.localdate()))
    typed = entry_form.typed(request.POST)
    if "add_lines" in request.POST:
        return _form(request, visit, typed.with_more_lines())
    return _answer(request, visit, typed)


def _answer(request: HttpRequest, visit: Visit, typed: entry_form.TypedEntry) -> HttpResponse:
    try:
        number = _post(visit, typed)
    except operations.UnableToPostEntry as refused:
        errors = entry_form.field_errors(typed, refused.refusals)
        return _form(request, visit, typed, errors, status=422)
    except tuple(_NOT_NOW) as reason:
        status, notice = _NOT_NOW[type(reason)]
        kept = typed.with_new_key() if isinstance(reason, answers.KeyReused) else typed
        return _form(request, visit, kept, notice=gettext(notice), status=status)
    path = reverse("entry", args=[visit.body.code, number.replace("/", "-")])
    return HttpResponseRedirect(f"{path}?posted=1")


def _post(visit: Visit, typed: entry_form.TypedEntry) -> str:
    """Post the form, or find what it posted before; return the entry's number.

    Of two requests with one key the second waits for the first one's answer: it is told "in
    progress" while the first runs, and meets the first one's row when both reach COMMIT.
    """
    request = answers.Request(route=_ROUTE, key=typed.key, sha256=entry_form.sha256(typed))
    for _try in range(_TRIES - 1):
        try:
            return _post_once(visit, typed, request)
        except (answers.StillInProgress, IntegrityError):
            time.sleep(_WAIT_SECONDS)
    return _post_once(visit, typed, request)


def _post_once(visit: Visit, typed: entry_form.TypedEntry, request: answers.Request) -> str:
    with tenant_transaction(visit.body):
        if answer := answers.claim(request):
            return answer.text
        draft = drafts.read_entry(entry_form.meaning(typed))
        posted = operations.post_entry(draft=draft, officer=visit.officer)
        answers.remember(request, answers.Answer(status=_SEE_OTHER, text=posted.number))
    return posted.number


def _form(
    request: HttpRequest,
    visit: Visit,
    typed: entry_form.TypedEntry,
    errors: entry_form.FieldErrors | None = None,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    errors = errors or entry_form.FieldErrors()
    facts: dict[str, Any] = {
        "visit": visit,
        "typed": typed,
        "rows": entry_form.rows(typed, errors),
        "errors": errors,
        "error_count": _count(errors),
        "notice": notice,
    }
    return replies.show(request, "new_entry.html", facts, status=status)


def _count(errors: entry_form.FieldErrors) -> int:
    in_lines = sum(len(found) for line in errors.lines.values() for found in line.values())
    return len(errors.whole) + sum(map(len, errors.fields.values())) + in_lines
