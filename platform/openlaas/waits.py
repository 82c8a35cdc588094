"""Where requests wait, by endpoint: added up in this process, told at /metrics.

A request's time in the application is the sum of: waiting for a tenant connection (pool), for cells
(cell), for the control plane (control), this thread at work (cpu), and the rest (interpreter: the
lock of the interpreter, or a core). Before it stands the proxy's queue.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tenants.usage import TEXTS, Question, Usage

PARTS = ("queue", "pool", "cell", "control", "cpu", "interpreter")
BUCKETS_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0)
_NOWHERE = "unmatched"  # no view answered: a foreign path, or a middleware's own answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one request took.

    Attributes:
        seconds: in the application.
        cpu_seconds: of them, this thread at work.
        queue_seconds: before the application.
        used: what was asked of the databases.
    """

    seconds: float
    cpu_seconds: float
    queue_seconds: float
    used: Usage

    @property
    def database_seconds(self) -> float:
        """Waiting for databases, and for a connection to one."""
        return self.used.pool_seconds + self.used.cell_seconds + self.used.control_seconds

    def parts(self) -> tuple[float, ...]:
        """Return the seconds by PARTS.

        Waiting for an answer costs the thread a little work too, which is counted in both; so the
        rest is never told below nothing.
        """
        rest = self.seconds - self.database_seconds - self.cpu_seconds
        used = self.used
        waited = (used.pool_seconds, used.cell_seconds, used.control_seconds)
        return (self.queue_seconds, *waited, self.cpu_seconds, max(0.0, rest))


@dataclass(slots=True)
class _Endpoint:
    """The sums of one endpoint."""

    parts: list[float] = field(default_factory=lambda: [0.0] * len(PARTS))
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_SECONDS) + 1))
    seconds: float = 0.0
    by_outcome: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    statements: int = 0
    questions: dict[str, Question] = field(default_factory=dict)


class Waits(Collector):
    """The sums of all endpoints of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._endpoints: dict[str, _Endpoint] = {}

    def note(self, endpoint: str, status: int, spent: Spent) -> None:
        """Add one request."""
        parts, outcome = spent.parts(), f"{status // 100}xx"
        with self._lock:
            sums = self._endpoints.setdefault(endpoint, _Endpoint())
            for place, seconds in enumerate(parts):
                sums.parts[place] += seconds
            sums.seconds += spent.seconds
            sums.buckets[bisect_left(BUCKETS_SECONDS, spent.seconds)] += 1
            sums.by_outcome[outcome] = sums.by_outcome.get(outcome, 0) + 1
            sums.messages += spent.used.messages
            sums.statements += spent.used.statements
            for name, asked in spent.used.questions.items():
                question = sums.questions.setdefault(name, Question())
                question.calls += asked.calls
                question.seconds += asked.seconds

    def collect(self) -> Iterator[Metric]:
        """Yield the counters, as Prometheus reads them."""
        with self._lock:
            yield from self._collected()

    def _collected(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            "openlaas_requests", "Requests answered.", labels=["endpoint", "outcome"]
        )
        waited = CounterMetricFamily(
            "openlaas_request_part_seconds",
            "Where the time of requests went.",
            labels=["endpoint", "part"],
        )
        messages = CounterMetricFamily(
            "openlaas_cell_messages", "Round trips to cells.", labels=["endpoint"]
        )
        statements = CounterMetricFamily(
            "openlaas_control_statements", "Questions to the control plane.", labels=["endpoint"]
        )
        took = HistogramMetricFamily(
            "openlaas_request_seconds", "Time in the application.", labels=["endpoint"]
        )
        for name, sums in self._endpoints.items():
            for outcome, count in sums.by_outcome.items():
                requests.add_metric([name, outcome], count)
            for part, seconds in zip(PARTS, sums.parts, strict=True):
                waited.add_metric([name, part], seconds)
            messages.add_metric([name], sums.messages)
            statements.add_metric([name], sums.statements)
            took.add_metric([name], _cumulated(sums.buckets), sum_value=sums.seconds)
        yield from (requests, waited, messages, statements, took)
        yield from self._questions()

    def _questions(self) -> Iterator[Metric]:
        calls = CounterMetricFamily(
            "openlaas_question_calls", "Questions asked.", labels=["endpoint", "question"]
        )
        seconds = CounterMetricFamily(
            "openlaas_question_seconds",
            "Waited for their answers.",
            labels=["endpoint", "question"],
        )
        for name, sums in self._endpoints.items():
            for question, asked in sums.questions.items():
                calls.add_metric([name, question], asked.calls)
                seconds.add_metric([name, question], asked.seconds)
        yield from (calls, seconds)
        texts = CounterMetricFamily(
            "openlaas_question_text", "The words of a question.", labels=["question", "text"]
        )
        for question, text in list(TEXTS.items()):
            texts.add_metric([question, text], 1)
        yield texts


def _cumulated(buckets: list[int]) -> list[tuple[str, float]]:
    total, told = 0, []
    for limit, count in zip((*map(str, BUCKETS_SECONDS), "+Inf"), buckets, strict=True):
        total += count
        told.append((limit, float(total)))
    return told


def endpoint_of(request: HttpRequest) -> str:
    """Return the method and the route that answered, which has no body's code in it."""
    match = request.resolver_match
    return f"{request.method} /{match.route}" if match else _NOWHERE


WAITS = Waits()
