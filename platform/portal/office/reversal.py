"""Undoing a posted entry (กลับรายการ): a date, a reason, and an entry with its sides exchanged."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from accounting import answers
from accounting.errors import NotFound, Refusal
from accounting.journal import operations, queries
from accounting.journal.entry_number import EntryNumber, read_number
from portal import replies
from portal.doors import Visit, in_body
from portal.office import sending
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction
from thai import buddhist

_REASON_MAX = 300
_NOT_A_DATE = gettext_noop("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569")


@dataclass(slots=True, kw_only=True)
class _Typed:
    """The form as it was typed, and what is wrong with it by field."""

    key: str
    entry_date: str
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    whole: list[str] = field(default_factory=list)

    @property
    def day(self) -> date | None:
        """The date that was typed; None when it is none."""
        return buddhist.typed_day(self.entry_date)


@require_http_methods(["GET", "POST"])
@in_body
def reverse_entry(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Ask for the date and the reason, or post the reversal once; refused, what was typed stays."""
    wanted = read_number(number)
    if wanted is None:
        raise Http404
    if not visit.may_post:
        return replies.forbidden(request, {"visit": visit})
    if request.method == "GET":
        today = buddhist.as_typed(timezone.localdate())
        return _form(request, visit, wanted, _Typed(key=sending.new_key(), entry_date=today))
    typed = _Typed(
        key=sending.key_of(request),
        entry_date=request.POST.get("entry_date", "").strip(),
        reason=request.POST.get("reason", "").strip(),
    )
    _find_errors(typed)
    if typed.errors:
        return _form(request, visit, wanted, typed, status=422)
    return _answer(request, visit, wanted, typed)


def _find_errors(typed: _Typed) -> None:
    if typed.day is None:
        typed.errors["entry_date"] = gettext(_NOT_A_DATE)
    if not typed.reason:
        typed.errors["reason"] = gettext("ต้องระบุเหตุผล")
    elif len(typed.reason) > _REASON_MAX or not typed.reason.isprintable():
        typed.errors["reason"] = gettext("เหตุผลยาวได้ไม่เกิน 300 ตัวอักษร ในบรรทัดเดียว")


def _answer(request: HttpRequest, visit: Visit, wanted: EntryNumber, typed: _Typed) -> HttpResponse:
    try:
        posted = _post(visit, wanted, typed)
    except NotFound as error:
        raise Http404 from error
    except operations.UnableToReverseEntry as refused:
        _place(typed, refused.refusals)
        return _form(request, visit, wanted, typed, status=422)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        if isinstance(reason, answers.KeyReused):
            typed.key = sending.new_key()
        return _form(request, visit, wanted, typed, notice=notice, status=status)
    path = reverse("entry", args=[visit.path, posted.replace("/", "-")])
    return HttpResponseRedirect(f"{path}?posted=1")


def _post(visit: Visit, wanted: EntryNumber, typed: _Typed) -> str:
    day = typed.day
    assert day is not None  # _find_errors has seen to it

    def work() -> str:
        posted = operations.reverse_entry(
            number=wanted, entry_date=day, reason=typed.reason, officer=visit.officer
        )
        return posted.number

    text = json.dumps([str(wanted), day.isoformat(), typed.reason])
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    asked = answers.Request(route="portal/reversals", key=typed.key, sha256=sha256)
    return sending.send_once(visit, asked, work)


def _place(typed: _Typed, refusals: list[Refusal]) -> None:
    """Put every refusal beside its field; a retired account is about the whole."""
    for refusal in refusals:
        name = refusal.pointer.removeprefix("/")
        if name in {"entry_date", "reason"}:
            typed.errors[name] = f"{typed.errors.get(name, '')} {words_of(refusal)}".strip()
        else:
            typed.whole.append(words_of(refusal))


def _form(
    request: HttpRequest,
    visit: Visit,
    wanted: EntryNumber,
    typed: _Typed,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        found = queries.entry(number=wanted)
    if found is None:
        raise Http404
    facts: dict[str, Any] = {
        "visit": visit,
        "entry": json.loads(found),
        "typed": typed,
        "notice": notice,
    }
    return replies.show(request, "reversal.html", facts, status=status)
