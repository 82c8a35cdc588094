"""So many papers and imports of one body at once, over all processes; the rest come again."""

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from accounting.errors import Refusal
from openlaas.coming_again import by_chance, told_to_come_again
from openlaas.request_classes import RequestClass, body_of, class_of
from tenants.admission.in_redis import TOGETHER
from tenants.admission.leases import Leases, Limit, TooManyInHand

LEASES = Leases(TOGETHER)
# What takes longer counts no more. A killed process's leases keep a body waiting for so long.
_SECONDS = 30
LIMITS = {
    RequestClass.REPORT: Limit(kind="report", most=settings.REPORTS_AT_ONCE, seconds=_SECONDS),
    RequestClass.IMPORT: Limit(kind="import", most=settings.IMPORTS_AT_ONCE, seconds=_SECONDS),
}
_SOONEST_SECONDS, _LATEST_SECONDS = 3, 7
TOO_MANY = Refusal(
    code="too_many_in_hand",
    message_th="หน่วยงานนี้มีรายงานหรือการนำเข้าที่กำลังทำอยู่เต็มจำนวน ยังไม่มีการบันทึกใด ๆ โปรดลองใหม่",
    message_en="This body has as many papers or imports in hand as it may; nothing was stored.",
)


class LeaseMiddleware:
    """Holds a lease while a paper is made or an import is read; nothing else asks for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or tell that the body has enough in hand."""
        limit = LIMITS.get(class_of(method=request.method or "", path=request.path))
        body = body_of(request.path) if limit else None
        if limit is None or body is None:
            return self.get_response(request)
        try:
            with LEASES.lease(limit, body, now=time.time()):
                return self.get_response(request)
        except TooManyInHand:
            seconds = by_chance(_SOONEST_SECONDS, _LATEST_SECONDS)
            return told_to_come_again(request, TOO_MANY, seconds=seconds, status=429)


class LeaseCollector(Collector):
    """What was refused for having enough in hand, for Prometheus."""

    def collect(self) -> Iterator[Metric]:
        """Yield how many were told to come again, by kind."""
        found = CounterMetricFamily(
            "openlaas_leases_refused", "Papers and imports put off.", labels=["kind"]
        )
        for kind, count in sorted(LEASES.refused.items()):
            found.add_metric([kind], count)
        yield found
