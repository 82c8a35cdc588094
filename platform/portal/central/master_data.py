"""Master data of the nation: what holds, its versions, and the department's work on them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounting.errors import AccountingError, Refusal
from accounting.fiscal_year import fiscal_year_of
from papers.area_figures_xlsx import Column, Figures, Table, workbook
from papers.sheets import MEDIA_TYPE
from portal.central import acts, pasted
from portal.central.acts import TypedForm
from portal.central.announcements import number_asked
from portal.central.asked import LARGEST_NUMBER, filter_of, onward
from portal.central.doors import forbidden, in_area
from portal.replies import send_file, show
from tenants.master_data import operations, queries
from tenants.master_data.kinds import ACCOUNTS, CODES, HOLIDAYS, KINDS, LIVES, Row
from tenants.oversight.offices import holds_the_department
from tenants.rollups.watching import Watcher
from thai import buddhist

_PER_PAGE = 20
_DEPARTMENT = frozenset({"DLA"})
_SOON = timedelta(days=7)
_LONGEST_ROWS = 2_000_000  # characters; the most rows that a version may have are shorter
_FIELDS = ("kind", "title", "letter", "rows")
_YEARS_SHOWN = range(-3, 3)  # around this one
# Each kind's rows are shown with these columns, the key first.
_SHOWN = {
    CODES: ("scheme", "code", "name_th", "level", "parent", "account"),
    ACCOUNTS: ("code", "name_th", "name_en", "normal_side", "postable", "parent"),
    HOLIDAYS: ("day", "name_th", "name_en"),
    LIVES: ("asset_class", "name_th", "least_years", "most_years", "account"),
}


def kind_titles() -> dict[str, str]:
    """Return what each kind is called, in the reader's language."""
    return {
        CODES: _("รหัสงบประมาณ"),
        ACCOUNTS: _("ผังบัญชีมาตรฐาน"),
        HOLIDAYS: _("วันหยุดราชการ"),
        LIVES: _("อายุการใช้งานสินทรัพย์"),
    }


def column_titles() -> dict[str, str]:
    """Return what each column is called, in the reader's language."""
    return {
        "act": _("การกระทำ"),
        "scheme": _("โครงสร้าง"),
        "code": _("รหัส"),
        "from_fiscal_year": _("ตั้งแต่ปีงบประมาณ"),
        "until_fiscal_year": _("ถึงปีงบประมาณ"),
        "retired_from_fiscal_year": _("เลิกใช้ตั้งแต่ปีงบประมาณ"),
        "name_th": _("ชื่อ"),
        "name_en": _("ชื่อภาษาอังกฤษ"),
        "parent": _("อยู่ใต้รหัส"),
        "level": _("ระดับ"),
        "account": _("รหัสบัญชี"),
        "normal_side": _("ด้านปกติ"),
        "is_contra": _("บัญชีปรับมูลค่า"),
        "postable": _("บันทึกรายการได้"),
        "day": _("วันที่"),
        "asset_class": _("ประเภทสินทรัพย์"),
        "least_years": _("อายุขั้นต่ำ (ปี)"),
        "most_years": _("อายุขั้นสูง (ปี)"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@in_area
def page(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """List the versions, or propose one."""
    form = acts.blank(kind=CODES)
    if request.method == "POST":
        if not holds_the_department(watcher.held):
            return forbidden(request, watcher, _DEPARTMENT)
        form = acts.typed(request, _FIELDS, longest=_LONGEST_ROWS)
        form = acts.tried(
            watcher.officer_id, "master-versions", form, _placed(lambda: _propose(watcher, form))
        )
        if form.is_done:
            return HttpResponseRedirect(reverse("central_master"))
    report = json.loads(
        queries.versions(
            officer_id=watcher.officer_id, before=number_asked(request), limit=_PER_PAGE
        )
    )
    facts: dict[str, Any] = {
        "report": report,
        "late": [one for one in report["items"] if _is_late(one)],
        "onward": onward(request, "before", report["next"]),
        "heads": {kind.name: "\t".join(kind.names) for kind in KINDS.values()},
        "typed": form,
    }
    return _shown(request, watcher, "central/master.html", facts, status=form.status)


@require_safe
@in_area
def kind(request: HttpRequest, watcher: Watcher, name: str) -> HttpResponse:
    """Show what holds of a kind in a fiscal year."""
    year, rows = _asked(request, name)
    words = (filter_of(request, "q") or "").lower()
    columns = _SHOWN[name]
    found = [row for row in rows if words in " ".join(str(row[one]) for one in columns).lower()]
    this = fiscal_year_of(timezone.localdate())
    facts = {
        "kind": name,
        "year": year,
        "years": [this + step for step in _YEARS_SHOWN],
        "words": words,
        "columns": columns,
        "lines": [[row[column] for column in columns] for row in found],
    }
    return _shown(request, watcher, "central/master_kind.html", facts)


@require_safe
@in_area
def xlsx(request: HttpRequest, watcher: Watcher, name: str) -> HttpResponse:
    """Send what holds of a kind in a fiscal year: every column, every row."""
    year, rows = _asked(request, name)
    columns = [column.name for column in KINDS[name].columns]
    title, heads = kind_titles()[name], column_titles()
    figures = Figures(
        titles=(title, f"{_('ปีงบประมาณ')} {year}"),
        standing=buddhist.moment_in_words(timezone.localtime()),
        tables=[
            Table(
                name=title[:31],
                columns=[Column(head=heads[column], width=24) for column in columns],
                rows=[[_cell(row[column]) for column in columns] for row in rows],
            )
        ],
    )
    return send_file(workbook(figures), name=f"{name}-{year}.xlsx", content_type=MEDIA_TYPE)


@require_safe
@in_area
def version(request: HttpRequest, watcher: Watcher, number: int) -> HttpResponse:
    """Show a version with its rows, and the forms to approve or withdraw it."""
    return _version(request, watcher, number, acts.blank())


@require_POST
@in_area
def decide(request: HttpRequest, watcher: Watcher, number: int, act: str) -> HttpResponse:
    """Approve a version of another officer, or withdraw one that is not approved."""
    if act not in {"approve", "withdraw"}:
        raise Http404
    if not holds_the_department(watcher.held):
        return forbidden(request, watcher, _DEPARTMENT)
    _known(number, watcher)
    form = acts.typed(request, ("reason",))
    form = acts.tried(
        watcher.officer_id,
        f"master-versions/{number}/{act}",
        form,
        _placed(lambda: _decide(watcher, number, act, form.texts["reason"])),
    )
    if form.is_done:
        return HttpResponseRedirect(reverse("central_master_version", args=[number]))
    return _version(request, watcher, number, replace(form, key=acts.blank().key))


def _propose(watcher: Watcher, form: TypedForm) -> None:
    texts = form.texts
    known = KINDS.get(texts["kind"])
    if known is None:
        raise Http404
    operations.propose(
        kind=known,
        title=texts["title"],
        letter=texts["letter"],
        raw=pasted.rows_of(texts["rows"]),
        officer_id=watcher.officer_id,
        now=timezone.now(),
    )


def _decide(watcher: Watcher, number: int, act: str, reason: str) -> None:
    officer_id, now = watcher.officer_id, timezone.now()
    if act == "approve":
        operations.approve(version=number, officer_id=officer_id, now=now)
    else:
        operations.withdraw(version=number, reason=reason, officer_id=officer_id, now=now)


def _placed(work: Callable[[], object]) -> Callable[[], object]:
    """Do the work; a reason of a row says in words which row and which column."""

    def done() -> object:
        try:
            return work()
        except AccountingError as error:
            error.refusals = [_in_words(one) for one in error.refusals]
            raise

    return done


def _in_words(one: Refusal) -> Refusal:
    first, *rest = one.pointer.removeprefix("/").split("/")
    if first != "rows" or not rest:
        return one
    row, column = int(rest[0]) + 1, " ".join(rest[1:])
    return replace(
        one,
        pointer="",
        message_th=f"แถวที่ {row} {column}: {one.message_th}",
        message_en=f"row {row} {column}: {one.message_en}",
    )


def _version(request: HttpRequest, watcher: Watcher, number: int, form: TypedForm) -> HttpResponse:
    told = _known(number, watcher)
    columns = KINDS[told["kind"]].names
    facts = {
        "one": told,
        "columns": columns,
        "lines": [[row[column] for column in columns] for row in told["rows"]],
        "text": pasted.text_of(columns, told["rows"]),
        "typed": form,
        "whole": [*form.whole, *form.errors.values()],
    }
    return _shown(request, watcher, "central/master_version.html", facts, status=form.status)


def _shown(
    request: HttpRequest,
    watcher: Watcher,
    template: str,
    facts: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    about = {
        "access": watcher,
        "here": "master",
        "kinds": kind_titles(),
        "heads_of": column_titles(),
        "is_of_department": holds_the_department(watcher.held),
    }
    return show(request, template, {**about, **facts}, status=status)


def _known(number: int, watcher: Watcher) -> dict[str, Any]:
    """Return a version.

    Raises:
        Http404: there is none.
    """
    text = None
    if number <= LARGEST_NUMBER:
        text = queries.version(officer_id=watcher.officer_id, number=number)
    if text is None:
        raise Http404
    found: dict[str, Any] = json.loads(text)
    return found


def _asked(request: HttpRequest, name: str) -> tuple[int, list[Row]]:
    """Return the fiscal year asked for, and what holds of a kind in it.

    Raises:
        Http404: there is no such kind.
    """
    if name not in KINDS:
        raise Http404
    this = fiscal_year_of(timezone.localdate())
    offered = {str(this + step): this + step for step in _YEARS_SHOWN}
    year = offered.get(request.GET.get("fiscal_year", ""), this)
    return year, queries.in_force(kind=name, fiscal_year=year)


def _is_late(one: Mapping[str, Any]) -> bool:
    """Tell whether an approved version counts within days and a cell lacks it still."""
    if one["state"] != "approved" or one["cells"] >= one["cells_total"]:
        return False
    return date.fromisoformat(one["first_day"]) <= timezone.localdate() + _SOON


def _cell(value: object) -> str | int | None:
    if isinstance(value, bool):
        return int(value)
    return value if value is None or isinstance(value, int) else str(value)
