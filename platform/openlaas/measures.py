"""Measures that an operator put in force, before anything is asked of a database or of Redis."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from openlaas import waiting
from openlaas.coming_again import told_to_come_again
from openlaas.request_classes import RequestClass, body_of, class_of
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
_OF_OPERATORS = "/api/v1/fleet/"  # whoever closed the system must be able to open it
_TYPEAHEAD = re.compile(r"/b/[^/]+/(accounts/search|.+/search/[^/]+)")


class MeasuresMiddleware:
    """Sends away what a measure keeps out, with why, and when to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send it away."""
        now = timezone.now()
        policy = KNOWN.at(now)
        if not policy.measures or request.path.startswith(_OF_OPERATORS):
            return self.get_response(request)
        if _is_typing(request) and policy.on(What.TYPEAHEAD, now):
            return HttpResponse(status=204)  # the page's script leaves the field as it is
        kind = class_of(method=request.method or "", path=request.path)
        met = _met(policy, kind, body_of(request.path), timezone.localtime(now))
        if met is not None:
            sent = sent_away(met, now=now)
            return _put_off(request, sent, keeps_typed=met.what is _KEEPS)
        room = policy.on(What.WAITING_ROOM, now)
        return self._by_turns(request, kind, room) if room else self.get_response(request)

    def _by_turns(self, request: HttpRequest, kind: RequestClass, room: Measure) -> HttpResponse:
        """Answer while the waiting room is on: signing in takes its turn, work is noted."""
        if kind is RequestClass.SIGN_IN and request.method != "DELETE":
            return waiting.sign_in_in_turn(request, room, self.get_response)
        response = self.get_response(request)
        waiting.note_inside(request, response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell an officer whose group may not sign in now when it may."""
        return _put_off(request, error.sent) if isinstance(error, NotYet) else None


_KEEPS = What.READ_ONLY  # what is typed then can be sent again when the turn is over


def _met(policy: Policy, kind: RequestClass, body: str | None, now: datetime) -> Measure | None:
    """Return the measure that keeps out requests of a class, about a body."""
    if kind in _ALWAYS:
        return None
    if closed := policy.on(What.CLOSED, now):
        return closed
    what = _OF_A_CLASS.get(kind)
    if what and (measure := policy.on(what, now)):
        return measure
    reading = policy.on(What.READ_ONLY, now)
    if reading and body and kind in _CHANGES:
        return turn_of_reading(reading, body, now=now)
    return None


def _is_typing(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers and _TYPEAHEAD.fullmatch(request.path) is not None


def _put_off(request: HttpRequest, sent: SentAway, *, keeps_typed: bool = False) -> HttpResponse:
    return told_to_come_again(
        request,
        sent.refusal,
        seconds=sent.retry_seconds,
        keeps_typed=keeps_typed,
        until=sent.until,
    )
