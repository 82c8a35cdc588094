"""What the centre asks bodies: the threads that the officer sees, and forms to ask and close."""

import json
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.central import acts
from portal.central.acts import TypedForm
from portal.central.announcements import number_asked
from portal.central.asked import LARGEST_NUMBER, filter_of, onward
from portal.central.doors import in_area
from portal.replies import show
from tenants.oversight import asking, questions
from tenants.oversight.offices import offices_of
from tenants.oversight.question_rules import ASK, CLOSE
from tenants.rollups.watching import Watcher

_PER_PAGE = 20
_FIELDS = ("office", "body", "subject", "reference", "text", "due_date")


@require_http_methods(["GET", "HEAD", "POST"])
@in_area
def page(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """List threads by state and body, or ask a body something."""
    form = acts.blank()
    if request.method == "POST":
        form = acts.with_days(acts.typed(request, _FIELDS), "due_date")
        if not form.errors:
            form = acts.tried(watcher.officer_id, "questions", form, lambda: _ask(watcher, form))
        if form.is_done:
            return HttpResponseRedirect(reverse("central_questions"))
    return _shown(request, watcher, form, form.whole)


@require_POST
@in_area
def step(request: HttpRequest, watcher: Watcher, number: int, act: str) -> HttpResponse:
    """Ask again or close a thread of one's own office."""
    if act not in {ASK, CLOSE} or number > LARGEST_NUMBER:
        raise Http404
    form = acts.typed(request, ("text", "due_date") if act == ASK else ("text",))
    if act == ASK:
        form = acts.with_days(form, "due_date")
    if not form.errors:
        form = acts.tried(
            watcher.officer_id,
            f"questions/{number}/{act}",
            form,
            lambda: asking.continue_thread(
                number=number,
                act=act,
                offices=offices_of(watcher.held),
                text=form.texts["text"],
                due_date=form.day("due_date") if act == ASK else None,
                officer_id=watcher.officer_id,
                now=timezone.now(),
            ),
        )
    if form.is_done:
        return HttpResponseRedirect(f"{reverse('central_questions')}#question-{number}")
    why = [*form.whole, *form.errors.values()]
    return _shown(request, watcher, replace(acts.blank(), status=form.status), why)


def _ask(watcher: Watcher, form: TypedForm) -> None:
    due_date = form.day("due_date")
    assert due_date is not None  # the page has seen to it
    asking.ask(
        offices=offices_of(watcher.held),
        office_name=form.texts["office"] or None,
        asked=asking.Asked(
            body_code=form.texts["body"],
            subject=form.texts["subject"],
            text=form.texts["text"],
            reference=form.texts["reference"],
            due_date=due_date,
        ),
        officer_id=watcher.officer_id,
        now=timezone.now(),
    )


def _shown(
    request: HttpRequest, watcher: Watcher, form: TypedForm, whole: list[str]
) -> HttpResponse:
    offices = offices_of(watcher.held)
    state = filter_of(request, "state")
    chosen = {
        "state": state if state in questions.STATES else None,
        "body": filter_of(request, "body"),
    }
    report = json.loads(
        questions.questions_of_offices(
            offices=offices,
            state=chosen["state"],
            body_code=chosen["body"],
            before=number_asked(request),
            limit=_PER_PAGE,
            now=timezone.now(),
        )
    )
    facts: dict[str, Any] = {
        "access": watcher,
        "here": "questions",
        "report": report,
        "chosen": chosen,
        "onward": onward(request, "before", report["next"]),
        "offices": [one.name for one in offices],
        "typed": form,
        "whole": whole,
    }
    return show(request, "central/questions.html", facts, status=form.status)
