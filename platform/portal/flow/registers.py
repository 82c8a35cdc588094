"""The pages of a register of master data: the list, one of it, its form, retiring it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounting.documents.workflow import Words
from accounting.errors import AccountingError, NotFound
from accounting.officers import Officer
from portal import replies
from portal.doors import Visit, in_body
from portal.flow import forms
from portal.flow.desk import Column, Field, Grid, Table, say
from portal.flow.forms import Typed
from portal.flow.opening import request_of
from portal.flow.tables import shown_table
from portal.office import sending
from portal.office.accounts import plain_words
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction

_PAGE = 25  # rows
_STALE = gettext_noop("รายการนี้ถูกแก้จากที่อื่นหลังจากที่ท่านเปิด เปิดฉบับล่าสุดแล้วแก้ใหม่ สิ่งที่ท่านพิมพ์ยังอยู่ด้านล่าง")
_DONE = {
    "kept": gettext_noop("บันทึกแล้ว"),
    "retire": gettext_noop("เลิกใช้แล้ว"),
    "restore": gettext_noop("กลับมาใช้งานแล้ว"),
}
Row = dict[str, Any]


class List(Protocol):
    """Returns a page of rows as JSON ``{"items", "next"}``; ``is_active`` None is both."""

    def __call__(self, *, limit: int, after: str, q: str, is_active: bool | None) -> str:
        """Return it."""


class Write(Protocol):
    """Writes what was sent; ``name`` and ``version`` are of the row that it changes."""

    def __call__(self, *, raw: Mapping[str, Any], officer: Officer, name: str, version: int) -> str:
        """Return what the row is called in addresses."""


def _nowhere(name: str) -> str | None:
    return None


def _nothing(row: Row) -> Sequence[Table]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register as the pages show it.

    Attributes:
        slug: in addresses, below the body, and as the menu knows where it is.
        keepers: whose roles let them write in it; every member reads.
        searches: what the search of the list goes by.
        title: what of a row is its name.
        listed: columns of the list, the first of which leads to the row; ``shown``: of its page.
        told: a row with its codes in words.
        fields: of the form; ``fixed`` are those that stay as they were entered.
        as_raw: what the form says as the API would send it, where that is not field by field.
        rows: reads a page of it; ``one`` a row, None when there is no such.
        enter: writes a new row; ``change`` one anew; ``steps``: retire and restore.
        elsewhere: where a row stands that is none of this register's: another's slug, or None.
        beside: tables of what belongs to a row, in its transaction.
    """

    slug: str
    plural: Words
    singular: Words
    searches: Words
    keepers: frozenset[str]
    title: str
    listed: Sequence[Column]
    shown: Sequence[Column]
    fields: Sequence[Field]
    rows: List
    one: Callable[[str], str | None]
    enter: Write
    change: Write
    steps: Mapping[str, Callable[[str, Officer], None]]
    told: Callable[[Row], Row] = dict
    fixed: frozenset[str] = frozenset()
    as_raw: Callable[[dict[str, Any]], dict[str, Any]] = dict
    elsewhere: Callable[[str], str | None] = _nowhere
    beside: Callable[[Row], Sequence[Table]] = _nothing

    @property
    def name(self) -> str:
        """What one of it is called, in the officer's language."""
        return say(self.singular)

    @property
    def named(self) -> str:
        """What the register is called, in the officer's language."""
        return say(self.plural)

    @property
    def searched_by(self) -> str:
        """What the search goes by, in the officer's language."""
        return say(self.searches)

    def may_keep(self, visit: Visit) -> bool:
        """Tell whether the officer writes in it here now."""
        return visit.is_writable and bool(visit.access.roles & self.keepers)

    @property
    def grids(self) -> Sequence[Grid]:
        """It has no lines."""
        return ()


def urls(register: Register) -> list[URLPattern]:
    """Return the addresses of a register, named after it: ``vendors_list``, ``vendors_one``."""
    every, told = f"b/<slug:body_code>/{register.slug}", {"register": register}
    one = f"{every}/<slug:name>"
    return [
        path(every, listed, told, name=f"{register.slug}_list"),
        path(f"{every}/new", new, told, name=f"{register.slug}_new"),
        path(one, shown, told, name=f"{register.slug}_one"),
        path(f"{one}/edit", edit, told, name=f"{register.slug}_edit"),
        path(f"{one}/<slug:step>", take_step, told, name=f"{register.slug}_step"),
    ]


@require_safe
@in_body
def listed(request: HttpRequest, visit: Visit, register: Register) -> HttpResponse:
    """List what is in use, or with it what is retired."""
    words, is_all = plain_words(request), "all" in request.GET
    after = request.GET.get("after", "")
    if not after.isprintable():
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        text = register.rows(limit=_PAGE, after=after, q=words, is_active=None if is_all else True)
    page = json.loads(text)
    rows = [register.told(row) for row in page["items"]]
    table = Table(label=register.plural, columns=register.listed, rows=rows)
    facts = {
        "visit": visit,
        "register": register,
        "table": shown_table(visit, table),
        "is_empty": not rows,
        "next": page["next"],
        "is_first": not after,
        "is_all": is_all,
        "q": request.GET.get("q", ""),
        "may_keep": register.may_keep(visit),
        "new_href": reverse(f"{register.slug}_new", args=[visit.path]),
    }
    return replies.show(request, "flow/register.html", facts)


@require_safe
@in_body
def shown(request: HttpRequest, visit: Visit, register: Register, name: str) -> HttpResponse:
    """Show one: what is written of it, and what belongs to it."""
    return _page(request, visit, register, name)


@require_http_methods(["GET", "POST"])
@in_body
def new(request: HttpRequest, visit: Visit, register: Register) -> HttpResponse:
    """Show the empty form, or enter what was typed into it."""
    if not register.may_keep(visit):
        return _forbidden(request, visit, register)
    if request.method == "GET":
        return _form(request, visit, register, forms.blank(register))
    return _send(request, visit, register, "")


@require_http_methods(["GET", "POST"])
@in_body
def edit(request: HttpRequest, visit: Visit, register: Register, name: str) -> HttpResponse:
    """Show one in the form, or write it anew."""
    if not register.may_keep(visit):
        return _forbidden(request, visit, register)
    if request.method == "POST":
        return _send(request, visit, register, name)
    with tenant_transaction(visit.body, read_only=True):
        row = _row(register, name)
    form = forms.blank(register)
    form.version, form.texts = row["version"], forms.texts_of(register.fields, row)
    return _form(request, visit, register, form, name)


@require_POST
@in_body
def take_step(
    request: HttpRequest, visit: Visit, register: Register, name: str, step: str
) -> HttpResponse:
    """Retire one, or take it into use again."""
    take = register.steps.get(step)
    if take is None:
        raise Http404
    if not visit.access.roles & register.keepers:
        return _forbidden(request, visit, register)

    def work() -> str:
        take(name, visit.officer_as(*register.keepers))
        return name

    asked = request_of(f"{register.slug}/{step}", sending.key_of(request), [name])
    try:
        sending.send_once(visit, asked, work)
    except NotFound as error:
        raise Http404 from error
    except AccountingError as refused:
        reasons = [words_of(one) for one in refused.refusals]
        return _page(request, visit, register, name, reasons, status=409)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return _page(request, visit, register, name, [notice], status=status)
    return _to(visit, register, name, step)


def _send(request: HttpRequest, visit: Visit, register: Register, name: str) -> HttpResponse:
    """Enter or change one; a refused form keeps what was typed."""
    form = forms.read(register, request.POST)
    keep = partial(_keep, visit, register, form, name)
    kept = forms.try_to_keep(register, form, keep, stale=gettext(_STALE))
    if kept is None:
        return _form(request, visit, register, form, name)
    return _to(visit, register, kept, "kept")


def _keep(visit: Visit, register: Register, form: Typed, name: str) -> str:
    write = register.change if name else register.enter
    officer = visit.officer_as(*register.keepers)

    def work() -> str:
        raw = register.as_raw(forms.meant(_asked(register, name), form.texts))
        return write(raw=raw, officer=officer, name=name, version=form.version)

    said = [name, form.version, form.texts]
    return sending.send_once(visit, request_of(register.slug, form.key, said), work)


def _asked(register: Register, name: str) -> list[Field]:
    """Return the fields of the form; of one that is changed without those that stay."""
    return [one for one in register.fields if not name or one.name not in register.fixed]


def _form(
    request: HttpRequest, visit: Visit, register: Register, form: Typed, name: str = ""
) -> HttpResponse:
    facts = {
        "visit": visit,
        "desk": register,
        "form": form,
        "document": name,
        "crumb": gettext("แก้ไข") if name else gettext("เพิ่มในทะเบียน"),
        "fields": forms.shown_fields(_asked(register, name), form.texts, form),
        "whole_errors": form.errors.get("", []),
        "error_count": sum(map(len, form.errors.values())),
        "list_href": reverse(f"{register.slug}_list", args=[visit.path]),
    }
    return replies.show(request, "flow/form.html", facts, status=form.status)


def _page(
    request: HttpRequest,
    visit: Visit,
    register: Register,
    name: str,
    refusals: Sequence[str] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        other = register.elsewhere(name)
        if other:
            return HttpResponseRedirect(reverse(f"{other}_one", args=[visit.path, name]))
        row = _row(register, name)
        tables = register.beside(row)
    told = register.told(row)
    step = "retire" if row["is_active"] else "restore"
    facts = {
        "visit": visit,
        "register": register,
        "row": row,
        "title": row[register.title],
        "facts": [(say(one.label), one.kind, told.get(one.name)) for one in register.shown],
        "tables": [shown_table(visit, table) for table in tables],
        "may_keep": register.may_keep(visit),
        "edit_href": reverse(f"{register.slug}_edit", args=[visit.path, name]),
        "step_href": reverse(f"{register.slug}_step", args=[visit.path, name, step]),
        "list_href": reverse(f"{register.slug}_list", args=[visit.path]),
        "key": sending.new_key(),
        "refusals": refusals,
        "done": gettext(_DONE.get(request.GET.get("done", ""), "")) if not refusals else "",
    }
    return replies.show(request, "flow/register_row.html", facts, status=status)


def _row(register: Register, name: str) -> Row:
    text = register.one(name)
    if text is None:
        raise Http404
    row: Row = json.loads(text)
    return row


def _to(visit: Visit, register: Register, name: str, done: str) -> HttpResponse:
    address = reverse(f"{register.slug}_one", args=[visit.path, name])
    return HttpResponseRedirect(f"{address}?done={done}")


def _forbidden(request: HttpRequest, visit: Visit, register: Register) -> HttpResponse:
    return replies.forbidden(request, {"visit": visit, "needed_roles": sorted(register.keepers)})
