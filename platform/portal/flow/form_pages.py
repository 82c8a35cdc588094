"""The form of a kind of document: made, changed, searched in."""

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from accounting.documents.workflow import CHANGE
from accounting.errors import NotFound
from portal import replies
from portal.doors import Visit, in_body
from portal.flow import forms
from portal.flow.desk import Desk, Found
from portal.flow.forms import Typed
from portal.flow.opening import href, open_steps, reference_of, request_of, searches, shown_of
from portal.office import sending
from portal.office.accounts import plain_words
from tenants.transactions import tenant_transaction

_FOUND = 12
_NO_DRAFT = gettext_noop("เอกสารนี้ถูกแก้จากที่อื่นหลังจากที่ท่านเปิด เปิดฉบับล่าสุดแล้วแก้ใหม่ สิ่งที่ท่านพิมพ์ยังอยู่ด้านล่าง")


@require_http_methods(["GET", "POST"])
@in_body
def new(request: HttpRequest, visit: Visit, desk: Desk) -> HttpResponse:
    """Show the empty form, add lines to it, or make a document of it."""
    if not desk.may_draft(visit):
        return replies.forbidden(
            request, {"visit": visit, "needed_roles": sorted(desk.kind.flow.drafts)}
        )
    if request.method == "GET":
        return _form(request, visit, desk, forms.begun(desk, request.GET))
    return _send(request, visit, desk, forms.read(desk, request.POST))


@require_http_methods(["GET", "POST"])
@in_body
def edit(request: HttpRequest, visit: Visit, desk: Desk, document: str) -> HttpResponse:
    """Show a draft in the form, or replace what it says."""
    if request.method == "POST":
        return _send(request, visit, desk, forms.read(desk, request.POST))
    shown = shown_of(visit, desk, reference_of(document))
    if CHANGE not in [step.action for step in open_steps(visit, desk, shown)]:
        return HttpResponseRedirect(href(desk, visit, document))
    with tenant_transaction(visit.body, read_only=True):  # names of what was chosen are looked up
        form = forms.of_draft(desk, shown)
    return _form(request, visit, desk, form)


@require_safe
@in_body
def search(request: HttpRequest, visit: Visit, desk: Desk, name: str) -> HttpResponse:
    """Answer what is typed into a searched field with the options for it."""
    found = desk.searched().get(name)
    if found is None:
        raise Http404
    options: list[Found] = []
    if words := plain_words(request):
        with tenant_transaction(visit.body, read_only=True):
            options = list(found(words, _FOUND + 1))
    facts = {"options": options[:_FOUND], "has_more": len(options) > _FOUND}
    return replies.show(request, "flow/options.html", facts)


def _send(request: HttpRequest, visit: Visit, desk: Desk, form: Typed) -> HttpResponse:
    """Make or change a document of the form; a refused form keeps what was typed."""
    if "add_lines" in request.POST:
        for grid in desk.grids:
            form.lines[grid.name] += [{} for _ in range(grid.lines)]
        return _form(request, visit, desk, form)
    document = forms.try_to_keep(
        desk, form, partial(_keep, visit, desk, form), stale=gettext(_NO_DRAFT)
    )
    if document is None:
        return _form(request, visit, desk, form)
    return HttpResponseRedirect(f"{href(desk, visit, document)}?done=kept")


def _keep(visit: Visit, desk: Desk, form: Typed) -> str:
    kind, officer = desk.kind, visit.access.officer()

    def work() -> str:
        raw = forms.meaning(desk, form)
        if form.document is None:
            assert kind.create is not None  # see may_draft
            return str(kind.create(raw=raw, officer=officer))
        if kind.change is None:
            raise NotFound([])
        kind.change(document=form.document, version=form.version, raw=raw, officer=officer)
        return str(form.document)

    said = [str(form.document), form.version, form.texts, form.lines]
    return sending.send_once(visit, request_of(desk.slug, form.key, said), work)


def _form(request: HttpRequest, visit: Visit, desk: Desk, form: Typed) -> HttpResponse:
    facts = {
        "visit": visit,
        "desk": desk,
        "form": form,
        "document": form.document or "",
        "crumb": gettext("แก้ไขร่าง") if form.document else gettext("จัดทำใหม่"),
        "fields": forms.shown_fields(desk.fields, form.texts, form),
        "grids": [forms.shown_grid(grid, form) for grid in desk.grids],
        "whole_errors": form.errors.get("", []),
        "error_count": sum(map(len, form.errors.values())),
        "searches": searches(desk, visit),
        "list_href": reverse(f"{desk.slug}_list", args=[visit.path]),
    }
    return replies.show(request, "flow/form.html", facts, status=form.status)
