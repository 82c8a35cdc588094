"""The pages of every kind of document: the list, and one with its steps."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from accounting.attachments import queries as attachments
from accounting.documents import queries as document_queries
from accounting.documents.kinds import Shown
from accounting.documents.operations import StaleDocument
from accounting.documents.workflow import CHANGE, Step
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.journal import queries as journal
from accounting.journal.entry_number import read_number
from accounting.posting_rules.rules import all_rules
from portal import replies
from portal.doors import Visit, in_body
from portal.flow import forms
from portal.flow.desk import Desk, Field, Onward, may_make, say
from portal.flow.forms import Typed
from portal.flow.opening import address, href, open_steps, reference_of, request_of, searches
from portal.flow.tables import href_of, shown_table
from portal.office import entry_form, sending
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction

_PAGE = 25  # documents
_NOTE_MAX = 200
_STALE = gettext_noop("เอกสารถูกแก้หลังจากที่ท่านเปิดดู ด้านล่างคือฉบับล่าสุด ตรวจดูแล้วทำขั้นตอนนี้อีกครั้ง")


@dataclass(slots=True, kw_only=True)
class _Trial:
    """A step that was tried and refused: what was typed and why it was not taken."""

    action: str
    typed: Typed
    note: str = ""
    refusals: list[str] = field(default_factory=list)

    def refuse(self, asked: Sequence[Field], refusals: Iterable[Refusal]) -> None:
        """Say each reason at the field that it is about; what is about none, for the whole."""
        places = {f"/{name}": name for name in ("note", *(one.name for one in asked))}
        for refusal in refusals:
            if name := places.get(refusal.pointer):
                self.typed.errors[name].append(words_of(refusal))
            else:
                self.refusals.append(words_of(refusal))


@require_safe
@in_body
def register(request: HttpRequest, visit: Visit, desk: Desk) -> HttpResponse:
    """List documents, the latest first, of a state or of all."""
    state, before = request.GET.get("state", ""), _before(request)
    if state and state not in desk.kind.flow.states:
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        text = document_queries.documents(
            kind=desk.kind.flow.kind, limit=_PAGE, state=state or None, before=before
        )
    found = json.loads(text)
    states = [(one, say(words)) for one, words in desk.kind.flow.states.items()]
    for document in found["items"]:
        document["href"] = href(desk, visit, document["id"])
        document["state_name"] = dict(states)[document["state"]]
    facts = {
        "visit": visit,
        "desk": desk,
        "documents": found["items"],
        "next": found["next"],
        "is_first": before is None,
        "state": state,
        "states": states,
        "new_href": reverse(f"{desk.slug}_new", args=[visit.path]) if desk.may_draft(visit) else "",
    }
    return replies.show(request, "flow/list.html", facts)


@require_safe
@in_body
def one(request: HttpRequest, visit: Visit, desk: Desk, document: str) -> HttpResponse:
    """Show a document: what it says, who acts next, its entries, its papers, who did what."""
    return _page(request, visit, desk, reference_of(document))


@require_POST
@in_body
def take_step(
    request: HttpRequest, visit: Visit, desk: Desk, document: str, action: str
) -> HttpResponse:
    """Take a step of the version that was seen; refused, the page says why and keeps the reason."""
    if action == CHANGE or action not in desk.kind.flow.by_action:
        raise Http404
    asked = desk.asks.get(action, ())
    typed = Typed(key=sending.key_of(request))
    typed.texts = {name: request.POST.get(name, "").strip() for name in forms.names(asked)}
    trial = _Trial(action=action, typed=typed, note=request.POST.get("note", "").strip())
    wanted = reference_of(document)
    if len(trial.note) > _NOTE_MAX or "\x00" in "".join([trial.note, *typed.texts.values()]):
        typed.errors["note"].append(gettext("เหตุผลยาวได้ไม่เกิน 200 ตัวอักษร"))
        return _page(request, visit, desk, wanted, trial, status=422)
    try:
        _take(visit, desk, wanted, trial, version=request.POST.get("version", ""))
    except NotFound as error:
        raise Http404 from error
    except StaleDocument:
        typed.key, typed.notice = sending.new_key(), gettext(_STALE)
        return _page(request, visit, desk, wanted, trial, status=412)
    except AccountingError as refused:
        trial.refuse(asked, refused.refusals)
        return _page(request, visit, desk, wanted, trial, status=409)
    except sending.NOT_NOW as reason:
        status, typed.notice = sending.notice_of(reason)
        return _page(request, visit, desk, wanted, trial, status=status)
    return HttpResponseRedirect(f"{href(desk, visit, document)}?done={action}")


def _take(visit: Visit, desk: Desk, document: UUID | str, trial: _Trial, *, version: str) -> None:
    asked = desk.asks.get(trial.action, ())

    def work() -> str:
        desk.kind.take(
            action=trial.action,
            document=document,
            officer=visit.access.officer(),
            today=timezone.localdate(),
            version=entry_form.version_of(version),
            note=trial.note or None,
            asked=forms.meant(asked, trial.typed.texts),
        )
        return str(document)

    said = [str(document), trial.action, version, trial.note, trial.typed.texts]
    sending.send_once(visit, request_of(f"{desk.slug}/{trial.action}", trial.typed.key, said), work)


def _page(
    request: HttpRequest,
    visit: Visit,
    desk: Desk,
    wanted: UUID | str,
    trial: _Trial | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        try:
            document = desk.kind.shown(wanted)
        except NotFound as error:
            raise Http404 from error
        entries = [_entry(entry) for entry in document["journal_entries"]]
        papers = json.loads(attachments.attachments(subject=document["id"]))["items"]
        facts, tables = desk.facts(document), desk.tables(document)
        ways, replaced = _ways_on(visit, desk, document)
    steps = open_steps(visit, desk, document)
    shown = {
        "visit": visit,
        "desk": desk,
        "document": document,
        "state_name": say(desk.kind.flow.states[document["state"]]),
        "facts": [(say(fact.label), fact, href_of(visit, fact.of)) for fact in facts],
        "tables": [shown_table(visit, table) for table in tables],
        "entries": entries,
        "papers": papers,
        "steps": [
            _step(desk, visit, document, step, trial)
            for step in steps
            if step.action not in {CHANGE, *replaced}
        ],
        "onward": ways,
        "searches": searches(desk, visit),
        "warning": desk.warning(
            document["state"], document["fiscal_year"] if document.get("line") else None
        ),
        "edit_href": address(desk, visit, "edit", document["id"])
        if any(step.action == CHANGE for step in steps)
        else "",
        "waits_for": _waits_for(desk, document),
        "history": [_taken(desk, taken) for taken in document["history"]],
        "papers_of_it": _papers(visit, desk, document),
        "list_href": reverse(f"{desk.slug}_list", args=[visit.path]),
        "trial": trial,
        "key": trial.typed.key if trial else sending.new_key(),
        "done": _done(desk, request.GET.get("done", "")) if trial is None else "",
    }
    return replies.show(request, "flow/document.html", shown, status=status)


def _papers(visit: Visit, desk: Desk, document: Shown) -> list[tuple[str, str, bool]]:
    """Return the links to a document's paper, which opens apart, and to its other pages."""
    args = [visit.path, document["id"]]
    paper = [(say(desk.paper_name), reverse(desk.paper, args=args), True)] if desk.paper else []
    beside = [one for one in desk.beside if one.has(document)]
    return paper + [(say(one.name), reverse(one.address, args=args), False) for one in beside]


def _ways_on(visit: Visit, desk: Desk, document: Shown) -> tuple[list[tuple[str, str]], set[str]]:
    """Return the links to what the officer makes of a document next, and the steps that is."""
    onward = [one for one in desk.onward if document["state"] in one.states]
    ways = [
        (say(one.name), _form_href(visit, one, document))
        for one in onward
        if may_make(visit, one.kind)
    ]
    return ways, {one.instead_of for one in onward}


def _step(
    desk: Desk, visit: Visit, document: Shown, step: Step, trial: _Trial | None
) -> dict[str, Any]:
    is_tried = trial is not None and trial.action == step.action
    typed = trial.typed if trial is not None and is_tried else Typed(key="")
    asked = desk.asks.get(step.action, ())
    return {
        "action": step.action,
        "name": say(step.name),
        "href": address(desk, visit, step.action, document["id"]),
        "needs_note": step.needs_note,
        "acting": visit.officer_as(*step.roles),
        "note_errors": typed.errors.get("note", []),
        "fields": forms.shown_fields(asked, typed.texts, typed),
        "is_tried": is_tried,
        "note": trial.note if trial is not None and is_tried else "",
    }


def _waits_for(desk: Desk, document: Shown) -> list[tuple[str, list[str]]]:
    """Return what comes next and whose turn it is; ways back are not what one waits for."""
    return [
        (say(step.name), sorted(step.roles))
        for step in desk.kind.flow.steps
        if document["state"] in step.comes_from and step.action != CHANGE and not step.needs_note
    ]


def _taken(desk: Desk, taken: dict[str, Any]) -> dict[str, Any]:
    flow = desk.kind.flow
    steps = flow.by_action.get(taken["action"], ())
    beside = flow.beside.get(taken["action"])
    before = flow.by_action.get(taken["separation"] or "", ())
    return {
        **taken,
        "name": say(steps[0].name) if steps else say(beside) if beside else "",
        "signs": steps[0].signs if steps else beside is not None,
        "waived": say(before[0].name) if before else taken["separation"],
    }


def _entry(head: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with its lines and the rule that made them."""
    number = read_number(head["number"])
    assert number is not None  # it is one of ours
    lines = json.loads(journal.entry(number=number) or "{}")["lines"]
    rule = all_rules().get(head["rule"] or "")
    return {**head, "lines": lines, "rule_facts": rule}


def _form_href(visit: Visit, onward: Onward, document: Shown) -> str:
    """Return the address of the form that goes on from a document, with what it begins with."""
    told = {name: value for name, value in onward.fills(document).items() if value}
    return f"{reverse(f'{onward.slug}_new', args=[visit.path])}?{urlencode(told)}"


def _done(desk: Desk, action: str) -> str:
    if action == "kept":
        return gettext("เก็บแล้ว")
    steps = desk.kind.flow.by_action.get(action, ())
    return say(steps[0].name) if steps else ""


def _before(request: HttpRequest) -> UUID | None:
    text = request.GET.get("before", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error
