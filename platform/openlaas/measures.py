"""Measures that an operator put in force, before anything is asked of a database or of Redis."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from api.errors import problem
from openlaas import waiting
from openlaas.request_classes import RequestClass, body_of, class_of
from portal import replies
from tenants.admission.measures import (
    Measure,
    Policy,
    SentAway,
    What,
    sent_away,
    turn_of_reading,
)
from tenants.admission.policy import KNOWN
from tenants.officers.sign_in import NotYet

_ALWAYS = frozenset({RequestClass.HEALTH, RequestClass.STATIC})
_OF_A_CLASS: Mapping[RequestClass, What] = {
    RequestClass.REPORT: What.REPORTS,
    RequestClass.IMPORT: What.IMPORTS,
}
_CHANGES = frozenset({RequestClass.POSTING, RequestClass.IMPORT})
_TYPEAHEAD = re.compile(r"/b/[^/]+/(accounts/search|.+/search/[^/]+)")


class MeasuresMiddleware:
    """Sends away what a measure keeps out, with why, and when to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send it away."""
        now = timezone.now()
        policy = KNOWN.at(now)
        if not policy.measures:
            return self.get_response(request)
        if _is_typing(request) and policy.on(What.TYPEAHEAD, now):
            return HttpResponse(status=204)  # the page's script leaves the field as it is
        met = _met(policy, request, timezone.localtime(now))
        if met is None:
            return self._answer(request, policy.on(What.WAITING_ROOM, now))
        what, measure = met
        return put_off(request, sent_away(what, measure, now=now), keeps_typed=what is _KEEPS)

    def _answer(self, request: HttpRequest, room: Measure | None) -> HttpResponse:
        """Answer whom no measure keeps out; with the room on, signing in is by turns."""
        if room is None:
            return self.get_response(request)
        kind = class_of(method=request.method or "", path=request.path)
        if kind is RequestClass.SIGN_IN and request.method != "DELETE":
            return waiting.sign_in_in_turn(request, room, self.get_response)
        response = self.get_response(request)
        waiting.note_inside(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell an officer whose group may not sign in now when it may."""
        return put_off(request, error.sent) if isinstance(error, NotYet) else None


_KEEPS = What.READ_ONLY  # what is typed then can be sent again when the turn is over


def _met(policy: Policy, request: HttpRequest, now: datetime) -> tuple[What, Measure] | None:
    """Return the measure that keeps the request out."""
    kind = class_of(method=request.method or "", path=request.path)
    if kind in _ALWAYS:
        return None
    if closed := policy.on(What.CLOSED, now):
        return What.CLOSED, closed
    what = _OF_A_CLASS.get(kind)
    if what and (measure := policy.on(what, now)):
        return what, measure
    body, reading = body_of(request.path), policy.on(What.READ_ONLY, now)
    if reading and body and kind in _CHANGES:
        turn = turn_of_reading(reading, body, now=now)
        return (What.READ_ONLY, turn) if turn else None
    return None


def _is_typing(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers and _TYPEAHEAD.fullmatch(request.path) is not None


def put_off(request: HttpRequest, sent: SentAway, *, keeps_typed: bool = False) -> HttpResponse:
    """Answer as a page or as a problem document: why, and when to come again."""
    why = sent.refusal
    if request.path.startswith("/api/"):
        answer = problem(request, 503, code=why.code, detail=why.message_en, refusals=[why])
        answer["Retry-After"] = str(sent.retry_seconds)
        return answer
    words = why.message_en if translation.get_language() == "en" else why.message_th
    return replies.too_busy(
        request,
        seconds=sent.retry_seconds,
        keeps_typed=keeps_typed,
        words=words,
        until=sent.until,
    )
