"""What the counters of several web processes say together; see ``openlaas.waits`` for the parts."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

_PATIENCE_SECONDS = 5


class NotThere(Exception):
    """A web process does not answer, or not with counters."""


@dataclass(slots=True)
class Figures:
    """How often a question was asked, and the seconds waited for its answers."""

    calls: float = 0.0
    seconds: float = 0.0


@dataclass(slots=True)
class Endpoint:
    """The sums of one endpoint.

    Attributes:
        parts: seconds by part.
        messages: round trips to cells.
        statements: questions to the control plane.
    """

    requests: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    messages: float = 0.0
    statements: float = 0.0

    @property
    def all_seconds(self) -> float:
        """All parts together."""
        return sum(self.parts.values())

    def each_ms(self, part: str) -> float:
        """Return the milliseconds of a part, for one request."""
        return self.parts.get(part, 0.0) / self.requests * 1000


@dataclass(slots=True)
class Leases:
    """How often a connection to a cell was taken, and how often it knew the body already."""

    all: float = 0.0
    warm: float = 0.0

    @property
    def warm_share(self) -> float:
        """The share of those that were warm; 1 when none was taken."""
        return self.warm / self.all if self.all else 1.0


@dataclass(slots=True)
class Reading:
    """All that was counted: endpoints and questions by name, the questions' words, and leases."""

    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    questions: dict[str, Figures] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    leases: Leases = field(default_factory=Leases)

    def part_names(self) -> list[str]:
        """Return the parts, in the order in which a request meets them."""
        return list(dict.fromkeys(part for one in self.endpoints.values() for part in one.parts))

    def total(self) -> Endpoint:
        """Return the sums of all endpoints."""
        total = Endpoint()
        for one in self.endpoints.values():
            _add(total, one, sign=1)
        return total

    def since(self, before: "Reading") -> "Reading":
        """Return what was counted after an earlier reading, where there was anything."""
        for name, one in before.endpoints.items():
            _add(self.endpoints.setdefault(name, Endpoint()), one, sign=-1)
        for name, asked in before.questions.items():
            now = self.questions.setdefault(name, Figures())
            now.calls -= asked.calls
            now.seconds -= asked.seconds
        self.leases.all -= before.leases.all
        self.leases.warm -= before.leases.warm
        self.endpoints = {name: one for name, one in self.endpoints.items() if one.requests > 0}
        self.questions = {name: one for name, one in self.questions.items() if one.calls > 0}
        return self


def of_nodes(nodes: Iterable[str]) -> Reading:
    """Read every node's counters and add them up.

    Raises:
        NotThere: one does not answer with counters.
    """
    reading = Reading()
    for node in nodes:
        for sample in _samples(node):
            _take(reading, sample)
    reading.endpoints = {name: one for name, one in reading.endpoints.items() if one.requests}
    return reading


def _samples(node: str) -> Iterator[Sample]:
    url = f"{node.rstrip('/')}/metrics"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310 - asked for by the operator
            text = answer.read().decode()
    except (OSError, urllib.error.URLError, ValueError) as error:
        raise NotThere(f"{url} does not answer: {error}") from error
    for family in text_string_to_metric_families(text):
        yield from family.samples


def _take(reading: Reading, sample: Sample) -> None:
    labels = sample.labels
    if sample.name == "openlaas_question_text_total":
        reading.words[labels["question"]] = labels["text"]
    elif "question" in labels:
        _take_question(reading.questions.setdefault(labels["question"], Figures()), sample)
    elif "endpoint" in labels:
        _take_endpoint(reading.endpoints.setdefault(labels["endpoint"], Endpoint()), sample)
    elif sample.name == "openlaas_pool_leases_total":
        reading.leases.all += sample.value
    elif sample.name == "openlaas_pool_warm_total":
        reading.leases.warm += sample.value


def _take_question(asked: Figures, sample: Sample) -> None:
    if sample.name == "openlaas_question_calls_total":
        asked.calls += sample.value
    elif sample.name == "openlaas_question_seconds_total":
        asked.seconds += sample.value


def _take_endpoint(one: Endpoint, sample: Sample) -> None:
    if sample.name == "openlaas_requests_total":
        one.requests += sample.value
    elif sample.name == "openlaas_request_part_seconds_total":
        part = sample.labels["part"]
        one.parts[part] = one.parts.get(part, 0.0) + sample.value
    elif sample.name == "openlaas_cell_messages_total":
        one.messages += sample.value
    elif sample.name == "openlaas_control_statements_total":
        one.statements += sample.value


def _add(to: Endpoint, other: Endpoint, *, sign: int) -> None:
    to.requests += sign * other.requests
    to.messages += sign * other.messages
    to.statements += sign * other.statements
    for part, seconds in other.parts.items():
        to.parts[part] = to.parts.get(part, 0.0) + sign * seconds
