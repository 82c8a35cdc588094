"""What the centre announces to bodies: the list with who has read it, and a form to announce."""

import json
import re
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.central import acts
from portal.central.acts import TypedForm
from portal.central.asked import KINDS, LARGEST_NUMBER
from portal.central.doors import forbidden, in_area
from portal.replies import show
from tenants.oversight import announcements, operations, rules
from tenants.oversight.offices import ANNOUNCERS, announcing, offices_of
from tenants.rollups.watching import Watcher
from thai import buddhist

_PER_PAGE, _DIGITS = 20, 18
_FIELDS = ("office", "title", "text", "is_urgent", "from_date", "until_date", "way", "to")
_WAYS = ("provinces", "districts", "bodies")


@require_http_methods(["GET", "HEAD", "POST"])
@in_area
def page(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """List announcements of the officer's area, or announce something."""
    today = buddhist.as_typed(timezone.localdate())
    form = acts.blank(from_date=today)
    if request.method == "POST":
        if not announcing(offices_of(watcher.held)):
            return forbidden(request, watcher, ANNOUNCERS)
        form = acts.with_days(
            acts.typed(request, _FIELDS, boxes="kinds"), "from_date", "until_date"
        )
        if not form.errors:
            form = acts.tried(
                watcher.officer_id, "announcements", form, lambda: _announce(watcher, form)
            )
        if form.is_done:
            return HttpResponseRedirect(reverse("central_announcements"))
    return _shown(request, watcher, form)


@require_POST
@in_area
def withdraw(request: HttpRequest, watcher: Watcher, number: int) -> HttpResponse:
    """Withdraw an announcement of one's own office."""
    offices = announcing(offices_of(watcher.held))
    if not offices:
        return forbidden(request, watcher, ANNOUNCERS)
    if number > LARGEST_NUMBER:
        raise Http404
    form = acts.tried(
        watcher.officer_id,
        f"announcements/{number}/withdraw",
        typed := acts.typed(request, ("reason",)),
        lambda: operations.withdraw(
            number=number,
            offices=offices,
            reason=typed.texts["reason"],
            officer_id=watcher.officer_id,
            now=timezone.now(),
        ),
    )
    if form.is_done:
        return HttpResponseRedirect(reverse("central_announcements"))
    why = [*form.whole, *form.errors.values()]
    blank = acts.blank(from_date=buddhist.as_typed(timezone.localdate()))
    return _shown(request, watcher, blank, whole=why, status=form.status)


def _announce(watcher: Watcher, form: TypedForm) -> None:
    texts = form.texts
    from_date, until_date = form.day("from_date"), form.day("until_date")
    assert from_date is not None  # the page has seen to it
    assert until_date is not None  # so too
    named = {texts["way"]: tuple(re.split(r"[\s,]+", texts["to"]))} if texts["to"] else {}
    operations.announce(
        offices=announcing(offices_of(watcher.held)),
        office_name=texts["office"] or None,
        wording=rules.Wording(
            title=texts["title"],
            text=texts["text"],
            from_date=from_date,
            until_date=until_date,
            is_urgent=bool(texts["is_urgent"]),
        ),
        addressed=rules.Addressed(
            kinds=tuple(form.chosen),
            **{way: codes for way, codes in named.items() if way in _WAYS},
        ),
        officer_id=watcher.officer_id,
        now=timezone.now(),
    )


def _shown(
    request: HttpRequest,
    watcher: Watcher,
    form: TypedForm,
    *,
    whole: list[str] | None = None,
    status: int | None = None,
) -> HttpResponse:
    offices = offices_of(watcher.held)
    report = json.loads(
        announcements.announcements_of_offices(
            offices=offices, before=number_asked(request), limit=_PER_PAGE, now=timezone.now()
        )
    )
    names = [one.name for one in announcing(offices)]
    facts: dict[str, Any] = {
        "access": watcher,
        "here": "announcements",
        "report": report,
        "offices": names,
        "kinds": KINDS,
        "ways": _WAYS,
        "typed": form,
        "whole": form.whole if whole is None else whole,
    }
    return show(
        request,
        "central/announcements.html",
        facts,
        status=form.status if status is None else status,
    )


def number_asked(request: HttpRequest) -> int | None:
    """Return the number before which a page begins; what cannot be read begins at the latest."""
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
