"""The entry form: posted at once or kept as a draft, and once however often it is sent."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from accounting import answers
from accounting.chart.queries import account_names
from accounting.documents import queries as documents
from accounting.documents.operations import StaleDocument, UnableToTakeStep
from accounting.errors import NotFound
from accounting.general_vouchers import operations as vouchers
from accounting.journal import drafts, operations
from portal import replies
from portal.doors import Visit, in_body
from portal.office import entry_form, keeping, sending
from portal.office.entry_form import FieldErrors, TypedEntry
from tenants.transactions import tenant_transaction

_ROUTE = "portal/journal-entries"
_NO_DRAFT = gettext_noop("ร่างเดิมไม่ใช่ร่างแล้ว หากต้องการบันทึกสิ่งที่เห็นนี้เป็นรายการใหม่ ให้กดบันทึกอีกครั้ง")


@require_http_methods(["GET", "POST"])
@in_body
def new_entry(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the form, add lines to it, keep it, or post it; a refused form keeps what was typed."""
    if not visit.may_post:
        return replies.forbidden(request, {"visit": visit})
    if request.method == "GET":
        return _form(request, visit, entry_form.blank(timezone.localdate()), is_fresh=True)
    typed = entry_form.typed(request.POST)
    if "add_lines" in request.POST:
        return _form(request, visit, typed.with_more_lines())
    return _answer(request, visit, typed)


@require_safe
@in_body
def edit(request: HttpRequest, visit: Visit, voucher_id: UUID) -> HttpResponse:
    """Show a draft in the form; what is no draft any more is shown as it is."""
    if not visit.may_post:
        return replies.forbidden(request, {"visit": visit})
    with tenant_transaction(visit.body, read_only=True):
        found = documents.document(kind=vouchers.KIND, document_id=voucher_id)
        if found is None:
            raise Http404
        document = json.loads(found)
        names = account_names(entry_form.accounts_named(document["content"]))
    if document["state"] != "draft":
        return HttpResponseRedirect(_voucher_path(visit, voucher_id))
    return _form(request, visit, entry_form.of_draft(document, names))


def _answer(request: HttpRequest, visit: Visit, typed: TypedEntry) -> HttpResponse:
    try:
        if "keep" in request.POST:
            kept = keeping.keep(visit, typed)
            return HttpResponseRedirect(f"{_voucher_path(visit, kept.voucher)}?done=kept")
        number = _post(visit, typed)
    except operations.UnableToPostEntry as refused:
        errors = entry_form.field_errors(typed, refused.refusals)
        return _form(request, visit, typed, errors, status=422)
    except StaleDocument:
        return _conflict(request, visit, typed)
    except NotFound as error:
        raise Http404 from error
    except UnableToTakeStep:
        return _form(request, visit, typed.with_new_key(), notice=gettext(_NO_DRAFT), status=409)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        shown = typed.with_new_key() if isinstance(reason, answers.KeyReused) else typed
        return _form(request, visit, shown, notice=notice, status=status)
    path = reverse("entry", args=[visit.path, number.replace("/", "-")])
    return HttpResponseRedirect(f"{path}?posted=1")


def _post(visit: Visit, typed: TypedEntry) -> str:
    """Post the form, or find what it posted before; return the entry's number."""

    def work() -> str:
        raw, form = entry_form.meaning(typed), keeping.draft_of_form(typed)
        if form.voucher is None:
            return operations.post_entry(draft=drafts.read_entry(raw), officer=visit.officer).number
        return vouchers.post_draft(
            document=form.voucher,
            version=keeping.version_of_same(form),
            raw=raw,
            officer=visit.officer,
        ).number

    request = answers.Request(route=_ROUTE, key=typed.key, sha256=entry_form.sha256(typed))
    return sending.send_once(visit, request, work)


def _conflict(request: HttpRequest, visit: Visit, typed: TypedEntry) -> HttpResponse:
    """Show what was typed beside what the draft says now; sending again replaces the latter."""
    assert typed.voucher is not None  # only a draft can be stale
    with tenant_transaction(visit.body, read_only=True):
        found = documents.document(kind=vouchers.KIND, document_id=typed.voucher)
        assert found is not None  # it was there when it was stale, and none is ever deleted
        document = json.loads(found)
        names = account_names(entry_form.accounts_named(document["content"]))
    mine = replace(typed, version=document["version"])
    theirs = entry_form.of_draft(document, names)
    return _form(request, visit, mine, theirs=theirs, status=412)


def _voucher_path(visit: Visit, voucher_id: UUID) -> str:
    return reverse("voucher", args=[visit.path, voucher_id])


def _form(
    request: HttpRequest,
    visit: Visit,
    typed: TypedEntry,
    errors: FieldErrors | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    errors = errors or FieldErrors()
    facts: dict[str, Any] = {
        "visit": visit,
        "typed": typed,
        "rows": entry_form.rows(typed, errors),
        "errors": errors,
        "error_count": _count(errors),
        **more,
    }
    return replies.show(request, "new_entry.html", facts, status=status)


def _count(errors: FieldErrors) -> int:
    in_lines = sum(len(found) for line in errors.lines.values() for found in line.values())
    return len(errors.whole) + sum(map(len, errors.fields.values())) + in_lines
