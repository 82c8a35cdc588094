"""General vouchers (ใบผ่านรายการบัญชีทั่วไป): what waits, the register, one voucher and its steps."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from accounting import answers
from accounting.chart.queries import account_names
from accounting.documents import queries as document_queries
from accounting.documents.operations import StaleDocument
from accounting.documents.workflow import CHANGE, Taken, step_refusals
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.general_vouchers import operations, queries
from accounting.general_vouchers.kind import VOUCHERS
from accounting.journal.drafts import read_entry
from portal import replies
from portal.doors import Visit, in_body
from portal.office import entry_form, sending
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction

FLOW = VOUCHERS.flow
STATES = tuple(FLOW.states)
_PAGE = 25  # vouchers
_NOTE_MAX = 200

_STALE = gettext_noop("เอกสารถูกแก้หลังจากที่ท่านเปิดดู ด้านล่างคือฉบับล่าสุด ตรวจดูแล้วทำขั้นตอนนี้อีกครั้ง")
_NO_REASON = gettext_noop("ต้องระบุเหตุผล")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A step that was tried and refused: what was typed and why it was not taken."""

    step: str
    key: str
    note: str = ""
    notice: str = ""
    refusals: list[str] = field(default_factory=list)
    note_error: str = ""
    status: int = 422


@require_safe
@in_body
def waiting(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List what waits for the officer."""
    with tenant_transaction(visit.body, read_only=True):
        found = queries.waiting_for(officer_id=visit.access.officer_id, roles=visit.access.roles)
    facts = {"visit": visit, "waiting": found, "tab": "me", "states": STATES}
    return replies.show(request, "vouchers.html", facts)


@require_safe
@in_body
def register(request: HttpRequest, visit: Visit, state: str) -> HttpResponse:
    """List vouchers of a state, the latest first; ``before`` is where the page before ended."""
    if state not in STATES:
        raise Http404
    before = _before(request)
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            document_queries.documents(
                kind=operations.KIND, limit=_PAGE, state=state, before=before
            )
        )
    facts = {
        "visit": visit,
        "vouchers": found["items"],
        "next": found["next"],
        "is_first": before is None,
        "tab": state,
        "states": STATES,
    }
    return replies.show(request, "vouchers.html", facts)


@require_safe
@in_body
def voucher(request: HttpRequest, visit: Visit, voucher_id: UUID) -> HttpResponse:
    """Show a voucher: what it says, its state, who must act next, and who did what."""
    return _page(request, visit, voucher_id)


@require_POST
@in_body
def take_step(request: HttpRequest, visit: Visit, voucher_id: UUID, step: str) -> HttpResponse:
    """Take a step of the version that was seen; refused, the page says why and keeps the reason."""
    if step == CHANGE or step not in FLOW.by_action:
        raise Http404
    note = request.POST.get("note", "").strip()
    trial = _Trial(step=step, key=sending.key_of(request), note=note)
    if FLOW.by_action[step][0].needs_note and (wrong := _note_error(note)):
        return _page(request, visit, voucher_id, replace(trial, note_error=wrong))
    try:
        _take(visit, voucher_id, trial, version=request.POST.get("version", ""))
    except NotFound as error:
        raise Http404 from error
    except StaleDocument:
        again = replace(trial, key=sending.new_key(), notice=gettext(_STALE), status=412)
        return _page(request, visit, voucher_id, again)
    except AccountingError as refused:
        words = [_words(refusal) for refusal in refused.refusals]
        return _page(request, visit, voucher_id, replace(trial, refusals=words, status=409))
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return _page(request, visit, voucher_id, replace(trial, notice=notice, status=status))
    path = reverse("voucher", args=[visit.path, voucher_id])
    return HttpResponseRedirect(f"{path}?done={step}")


def _take(visit: Visit, voucher_id: UUID, trial: _Trial, *, version: str) -> None:
    def work() -> str:
        VOUCHERS.take(
            action=trial.step,
            document=voucher_id,
            officer=visit.access.officer(),
            today=timezone.localdate(),
            version=entry_form.version_of(version),
            note=trial.note or None,
        )
        return str(voucher_id)

    text = json.dumps([str(voucher_id), trial.step, version, trial.note])
    request = answers.Request(
        route=f"portal/vouchers/{trial.step}",
        key=trial.key,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    sending.send_once(visit, request, work)


def _page(
    request: HttpRequest, visit: Visit, voucher_id: UUID, trial: _Trial | None = None
) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        found = document_queries.document(kind=operations.KIND, document_id=voucher_id)
        if found is None:
            raise Http404
        document = json.loads(found)
        names = account_names(entry_form.accounts_named(document["content"]))
    facts: dict[str, Any] = {
        "visit": visit,
        "voucher": document,
        "form": entry_form.of_draft(document, names),
        "amount": document["amount"],
        "missing": [_words(refusal) for refusal in read_entry(document["content"]).refusals],
        "steps": _steps_open(visit, document, trial),
        "next_roles": _next_roles(document["state"]),
        "signing": {"acting": visit.officer_as(*_next_roles(document["state"]))},
        "trial": trial,
        "key": trial.key if trial else sending.new_key(),
        "done": request.GET.get("done", "") if trial is None else "",
    }
    return replies.show(request, "voucher.html", facts, status=trial.status if trial else 200)


def _steps_open(visit: Visit, document: dict[str, Any], trial: _Trial | None) -> list[str]:
    """Return the steps that the officer may take now; the rules are asked again when they do.

    While the books are closed, a step that was tried stays: its form holds what was typed.
    """
    if not visit.is_writable:
        return [trial.step] if trial else []
    history = [
        Taken(step["action"], UUID(step["officer_id"]), step["acting_order"] or "")
        for step in document["history"]
    ]
    return [
        action
        for action in FLOW.by_action
        if FLOW.step(document["state"], action)
        and not list(
            step_refusals(
                FLOW,
                state=document["state"],
                action=action,
                officer=visit.access.officer(),
                history=history,
                note="-",
            )
        )
    ]


def _next_roles(state: str) -> list[str]:
    """Return the roles whose turn it is."""
    step = FLOW.step(state, {"draft": "check", "checked": "post"}.get(state, ""))
    return sorted(step.roles) if step else []


def _note_error(note: str) -> str:
    if not note:
        return gettext(_NO_REASON)
    if len(note) > _NOTE_MAX or "\x00" in note:
        return gettext("เหตุผลยาวได้ไม่เกิน 200 ตัวอักษร")
    return ""


def _words(refusal: Refusal) -> str:
    if refusal.code == "wrong_step":
        return gettext("เอกสารนี้ผ่านขั้นนี้ไปแล้ว ดูสถานะล่าสุดด้านบน")
    if refusal.code == "role_lacks_step":
        return gettext("บทบาทของท่านทำขั้นตอนนี้ไม่ได้")
    return words_of(refusal)


def _before(request: HttpRequest) -> UUID | None:
    text = request.GET.get("before", "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
