"""Months of a fiscal year: which are open, what is unfinished in them, closing and reopening."""

import hashlib
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounting import answers
from accounting.closing import operations, queries
from accounting.errors import AccountingError
from accounting.fiscal_year import fiscal_year_of
from accounting.general_vouchers.rules import FLOW as VOUCHERS
from portal import replies
from portal.desks import DESKS
from portal.doors import CLOSING_ROLE, Visit, in_body
from portal.flow.desk import say
from portal.flow.opening import href
from portal.office import sending
from portal.office.refused import words_of
from portal.office.trial_balance import year_asked
from tenants.transactions import tenant_transaction

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_REASON_MAX = 300
_DESKS = {desk.kind.flow.kind: desk for desk in DESKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """Closing or reopening that was refused: of which month, what was typed, and why not."""

    month: str
    step: str
    key: str
    reason: str = ""
    reason_error: str = ""
    refusals: list[str] = field(default_factory=list)
    status: int = 422


@require_safe
@in_body
def periods(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the months of a fiscal year with their state and what is unfinished."""
    return _page(request, visit)


@require_POST
@in_body
def take_step(request: HttpRequest, visit: Visit, month: str, step: str) -> HttpResponse:
    """Close a month or open it again; refused, the page lists every reason."""
    if step not in {"close", "reopen"} or not _MONTH.fullmatch(month):
        raise Http404
    if not visit.may_close:
        return replies.forbidden(request, {"visit": visit, "needed": CLOSING_ROLE})
    reason = request.POST.get("reason", "").strip()
    trial = _Trial(month=month, step=step, key=sending.key_of(request), reason=reason)
    if wrong := _reason_error(trial):
        return _page(request, visit, replace(trial, reason_error=wrong))
    try:
        _take(visit, trial)
    except AccountingError as refused:
        words = [words_of(refusal) for refusal in refused.refusals]
        return _page(request, visit, replace(trial, refusals=words, status=409))
    except sending.NOT_NOW as error:
        status, notice = sending.notice_of(error)
        return _page(request, visit, replace(trial, refusals=[notice], status=status))
    year = fiscal_year_of(_first_day(month))
    path = reverse("periods", args=[visit.path])
    return HttpResponseRedirect(f"{path}?fiscal_year={year}&done={month}#m{month}")


def _take(visit: Visit, trial: _Trial) -> None:
    change = operations.close_period if trial.step == "close" else operations.reopen_period
    officer = visit.officer_as(CLOSING_ROLE)

    def work() -> str:
        changed = change(starts_on=_first_day(trial.month), officer=officer, reason=trial.reason)
        return changed.state

    text = json.dumps([trial.month, trial.step, trial.reason])
    asked = answers.Request(
        route=f"portal/periods/{trial.step}",
        key=trial.key,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    sending.send_once(visit, asked, work)


def _page(request: HttpRequest, visit: Visit, trial: _Trial | None = None) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in queries.fiscal_years()]
        asked = fiscal_year_of(_first_day(trial.month)) if trial else year_asked(request, years)
        months = json.loads(queries.periods(fiscal_year=asked))
        unfinished = json.loads(queries.unfinished_documents(fiscal_year=asked))
    by_month: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for document in unfinished:
        by_month[document["document_date"][:7]].append(_placed(visit, document))
    tried = trial.month if trial else ""
    facts = {
        "visit": visit,
        "years": years,
        "year": asked,
        "months": [
            {
                "name": month["period"],
                "starts_on": _first_day(month["period"]),
                "state": month["state"],
                "unfinished": by_month[month["period"]],
                "trial": trial if tried == month["period"] else None,
                # Closed to writers, a step that was tried stays: its form holds what was typed.
                "may_step": visit.may_close and (visit.is_writable or tried == month["period"]),
                "key": trial.key if trial else sending.new_key(),
            }
            for month in months
            if month["kind"] is None
        ],
        "done": request.GET.get("done", ""),
    }
    return replies.show(request, "periods.html", facts, status=trial.status if trial else 200)


def _placed(visit: Visit, document: dict[str, Any]) -> dict[str, Any]:
    """Return an unfinished document with its page, and its kind and state by their names."""
    desk = _DESKS.get(document["kind"])
    flow = desk.kind.flow if desk else VOUCHERS
    address = href(desk, visit, document["id"]) if desk else ""
    return {
        **document,
        "href": address or reverse("voucher", args=[visit.path, document["id"]]),
        "kind_name": say(flow.name),
        "state_name": say(flow.states[document["state"]]),
    }


def _reason_error(trial: _Trial) -> str:
    if trial.step == "reopen" and not trial.reason:
        return gettext("ต้องระบุเหตุผล")
    if len(trial.reason) > _REASON_MAX or "\x00" in trial.reason:
        return gettext("เหตุผลยาวได้ไม่เกิน 300 ตัวอักษร ในบรรทัดเดียว")
    return ""


def _first_day(month: str) -> date:
    """Return the first day of a month; the year 0000 is in no calendar."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise Http404 from error
