"""The door of this process, before anything is asked of a database or of Redis.

Only behind a proxy of ours (OPENLAAS_BEHIND_PROXY): it alone tells truly since when a request
waits, and replaces what a client says of that.
"""

import time
from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounting.errors import Refusal
from openlaas.coming_again import by_chance, of_the_api, problem_to_come_again
from openlaas.observability import queue_seconds
from openlaas.request_classes import RequestClass, body_of, class_of
from portal import replies
from tenants.admission.door import Answer, Door
from tenants.admission.rules import Rank
from tenants.officers.passwords import HASHING

DOOR = Door()
_SOONEST_SECONDS, _LATEST_SECONDS = 5, 25
_RANKS = {
    RequestClass.READING: Rank.WORK,
    RequestClass.POSTING: Rank.WORK,
    RequestClass.SIGN_IN: Rank.SIGN_IN,
    RequestClass.IMPORT: Rank.IMPORT,
    RequestClass.REPORT: Rank.REPORT,
}  # health and files of our own cost nothing, and are always answered
OVERLOADED = Refusal(
    code="overloaded",
    message_th="ขณะนี้มีผู้ใช้งานมาก ยังไม่มีการบันทึกใด ๆ โปรดส่งอีกครั้งตามเวลาที่แจ้ง ด้วยเลข Idempotency-Key เดิม",
    message_en="Too much is asked now; nothing was stored. Send it again with the same"
    " Idempotency-Key after Retry-After.",
)


class AdmissionMiddleware:
    """Sends away what cannot be done in time, quickly, with the time to come again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or send it away."""
        rank = _RANKS.get(class_of(method=request.method or "", path=request.path))
        if rank is None:
            return self.get_response(request)
        waited = queue_seconds(request.headers.get("X-Request-Start", ""))
        body = body_of(request.path)
        answer = DOOR.ask(rank, body, waited_seconds=waited, now=time.time())
        return self.get_response(request) if answer is Answer.LET_IN else sent_away(request)


def sent_away(request: HttpRequest) -> HttpResponse:
    """Tell, as a page or as a problem document, when to come again."""
    seconds = by_chance(_SOONEST_SECONDS, _LATEST_SECONDS)
    if of_the_api(request):
        return problem_to_come_again(request, OVERLOADED, seconds=seconds)
    is_work = body_of(request.path) is not None
    return replies.too_busy(request, seconds=seconds, keeps_typed=is_work)


class DoorCollector(Collector):
    """The door's counters, for Prometheus."""

    def collect(self) -> Iterator[Metric]:
        """Yield where the cursor stands, how long requests waited, and what became of them."""
        state = DOOR.state()
        yield GaugeMetricFamily(
            "openlaas_door_cursor", "The last priority that is let in.", value=state.cursor
        )
        yield GaugeMetricFamily(
            "openlaas_door_mean_wait_seconds",
            "Mean wait before the process, of the last window.",
            value=state.mean_wait_ms / 1000,
        )
        answers = CounterMetricFamily(
            "openlaas_door_requests", "What became of requests.", labels=["rank", "answer"]
        )
        for (rank, answer), count in state.answers.items():
            answers.add_metric([rank.name.lower(), answer.value], count)
        yield answers
        yield GaugeMetricFamily(
            "openlaas_passwords_in_hand",
            "Passwords being checked or waiting for it.",
            value=HASHING.taken,
        )
