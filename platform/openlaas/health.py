"""Is the process alive, would a first page and a posting work, and what does it count."""

import redis
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounting.closing import queries as closing
from openlaas.admission import DoorCollector
from openlaas.leasing import LeaseCollector
from openlaas.waiting import RoomCollector
from openlaas.waits import WAITS
from tenants.backend.errors import TenantError
from tenants.backend.pool import POOLS
from tenants.directory.queries import bodies_to_try
from tenants.directory.records import BodyRecord
from tenants.rollups.queries import cell_states
from tenants.transactions import tenant_transaction

CELLS_TRIED = 3  # of each server


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 once a first page and a first posting would work, else 503.

    The books of one body are looked into, of one server after another until one answers, so that
    the loss of a server or cell does not take the process away from all the others' bodies. A
    server that is away costs nothing while that is known. The cost does not grow with the bodies.
    Redis is not asked for: the books stay open without it; its absence is told.
    """
    try:
        bodies = bodies_to_try(cells=CELLS_TRIED)
    except Error:
        return JsonResponse({"status": "control plane away"}, status=503)
    if not bodies:
        return JsonResponse({"status": "no body has books yet"}, status=503)
    if not any(_books_answer(body) for body in bodies):
        return JsonResponse({"status": "cells away"}, status=503)
    return JsonResponse({"status": "ready", "redis": "present" if _redis_answers() else "away"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with this process's counters for Prometheus; none has a body's name."""
    registry = CollectorRegistry()
    registry.register(PoolCollector())
    registry.register(WAITS)
    registry.register(DoorCollector())
    registry.register(LeaseCollector())
    registry.register(RoomCollector())
    registry.register(RollupCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class PoolCollector(Collector):
    """The counters of the tenant connection pools, by cell."""

    def collect(self) -> list[Metric]:
        """Return one counter family for each thing counted."""
        families: dict[str, CounterMetricFamily] = {}
        for cell, counters in POOLS.statistics().items():
            for name, value in counters.items():
                family = families.setdefault(
                    name,
                    CounterMetricFamily(
                        f"openlaas_pool_{name}", f"Tenant pool: {name}.", labels=["cell"]
                    ),
                )
                family.add_metric([cell], value)
        return list(families.values())


class RollupCollector(Collector):
    """How far the centre's figures are behind each cell; nothing while the control plane is away.

    It is asked of the control plane, so that every process tells the same: take one, not the sum.
    """

    def collect(self) -> list[Metric]:
        """Return the lag and the notices left after the last round, by cell."""
        lag = GaugeMetricFamily(
            "openlaas_rollups_lag_seconds",
            "How old the moment is to which a cell's figures are complete.",
            labels=["cell"],
        )
        waiting = GaugeMetricFamily(
            "openlaas_rollups_waiting",
            "Notices that the last round of a cell's consumer left.",
            labels=["cell"],
        )
        now = timezone.now()
        try:
            states = cell_states()
        except Error:
            return []
        for state in states:
            if (behind := state.lag_seconds(now)) is not None:
                lag.add_metric([state.cell], behind)
                waiting.add_metric([state.cell], state.waiting)
        return [lag, waiting]


def _books_answer(body: BodyRecord) -> bool:
    try:
        with tenant_transaction(body, read_only=True):
            closing.fiscal_years()
    except (Error, TenantError):
        return False
    return True


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
