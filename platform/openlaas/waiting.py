"""The waiting room before signing in: who may go on, who waits at which place, who is inside."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from accounting.errors import Refusal
from api.authentication import bearer_of
from openlaas.admission import DOOR
from openlaas.coming_again import by_chance, of_the_api, problem_to_come_again
from openlaas.request_classes import body_of
from portal import replies
from portal.doors import COOKIE, keep_cookie
from tenants.admission.in_redis import TOGETHER
from tenants.admission.measures import Measure
from tenants.admission.rules import LOWEST_PRIORITY
from tenants.admission.waiting_room import Inlet, Place, WaitingRoom
from tenants.officers.tokens import token_sha256

ROOM = WaitingRoom(TOGETHER)
TICKET_COOKIE, TICKET_HEADER = "openlaas_ticket", "X-Ticket"
_TICKET_SECONDS = 12 * 3600
_SPREAD = 0.2  # of the time until the next look, so that they do not all look at once
_SIGNER = signing.TimestampSigner(salt="waiting room")
Answers = Callable[[HttpRequest], HttpResponse]


def sign_in_in_turn(request: HttpRequest, measure: Measure, answers: Answers) -> HttpResponse:
    """Answer who signs in when it is his turn; show him his place in line until then."""
    now = time.time()
    is_calm = DOOR.state().cursor == LOWEST_PRIORITY
    inlet = Inlet.of(measure.settings)
    place = ROOM.place(_ticket(request), inlet, is_calm=is_calm, now=now)
    response = answers(request) if place.is_called else _waits(request, place)
    token = _token_given(response)
    if token:
        ROOM.came_in(place.ticket, _session(token), now=now)
        response.delete_cookie(TICKET_COOKIE, samesite="Lax")
    elif place.ticket:
        _hand_out(request, response, place.ticket)
    return response


def note_inside(request: HttpRequest, response: HttpResponse) -> None:
    """Note who is at work: the answer to a request about a body says that his token is good."""
    if body_of(request.path) is None or response.status_code >= 300:  # noqa: PLR2004 - an HTTP status
        return
    token = bearer_of(request) if of_the_api(request) else request.COOKIES.get(COOKIE)
    if token:
        ROOM.seen(_session(token), now=time.time())


def _ticket(request: HttpRequest) -> int:
    """Return the number of the ticket that the request bears; 0 for none of ours."""
    told = request.headers.get(TICKET_HEADER) or request.COOKIES.get(TICKET_COOKIE, "")
    try:
        return int(_SIGNER.unsign(told, max_age=_TICKET_SECONDS))
    except (signing.BadSignature, ValueError):
        return 0


def _hand_out(request: HttpRequest, response: HttpResponse, ticket: int) -> None:
    told = _SIGNER.sign(str(ticket))
    if of_the_api(request):
        response[TICKET_HEADER] = told
    else:
        expires_at = timezone.now() + timedelta(seconds=_TICKET_SECONDS)
        keep_cookie(request, response, TICKET_COOKIE, told, expires_at=expires_at)


def _waits(request: HttpRequest, place: Place) -> HttpResponse:
    """Tell the place in line; 503 as everywhere, for neither a program nor a cache to mistake."""
    soonest = place.look_seconds
    seconds = by_chance(soonest, round(soonest * (1 + _SPREAD)))
    if not of_the_api(request):
        return replies.waiting_room(
            request, place=place.ahead, wait_seconds=place.wait_seconds, seconds=seconds
        )
    why = Refusal(
        code="waiting_room",
        message_th=f"โปรดรอเข้าสู่ระบบ ขณะนี้อยู่ลำดับที่ {place.ahead} ส่งหัวข้อ {TICKET_HEADER} กลับมาด้วย",
        message_en=f"Wait for your turn, number {place.ahead} in line;"
        f" send {TICKET_HEADER} of this answer back after Retry-After.",
    )
    return problem_to_come_again(request, why, seconds=seconds)


def _token_given(response: HttpResponse) -> str:
    """Return the token by which somebody is inside from now on; empty when nobody came in."""
    if COOKIE in response.cookies:
        return response.cookies[COOKIE].value
    data: Any = getattr(response, "data", None)
    is_token = response.status_code == 201 and isinstance(data, dict)  # noqa: PLR2004 - an HTTP status
    return str(data.get("token", "")) if is_token else ""


class RoomCollector(Collector):
    """What became of those who asked this process for their place, for Prometheus."""

    def collect(self) -> Iterator[Metric]:
        """Yield how many were called, waited on, and came in."""
        found = CounterMetricFamily(
            "openlaas_waiting_room", "Looks at the waiting room's line.", labels=["answer"]
        )
        for answer, count in sorted(ROOM.told.items()):
            found.add_metric([answer], count)
        yield found


def _session(token: str) -> str:
    return token_sha256(token)[:20]
