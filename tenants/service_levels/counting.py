"""What this process answered, by body, until it is told to the control plane.

Pure of databases: a request adds to it whether the control plane is there or not.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

PROMPT_SECONDS = 1.0  # performance.md of the design: what an officer waits for at most, at p95
_TURNED_AWAY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
# Strangers could make a province look well served.
_NOT_THE_BODYS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_MOST_BODIES = 40_000  # the register has some 22,000; paths that name none are not kept for ever


@dataclass(slots=True)
class Tally:
    """Requests about one body.

    Attributes:
        requests: of officers at work, however they were answered; papers and imports left out.
        prompt: answered within PROMPT_SECONDS, waiting before the process included.
        turned_away: told to come again (429, 503).
        failed: answered by an error of ours (500 and above).
    """

    requests: int = 0
    prompt: int = 0
    turned_away: int = 0
    failed: int = 0

    def add(self, other: "Tally") -> None:
        """Add another's."""
        self.requests += other.requests
        self.prompt += other.prompt
        self.turned_away += other.turned_away
        self.failed += other.failed


class Served:
    """The tallies of all bodies of this process since they were last taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[str, Tally] = {}

    def note(self, body_code: str, status: int, seconds: float) -> None:
        """Count a request about a body; what its officers did not ask is left out."""
        if status in _NOT_THE_BODYS:
            return
        one = Tally(requests=1)
        if status in _TURNED_AWAY:
            one.turned_away = 1
        elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            one.failed = 1
        elif seconds <= PROMPT_SECONDS:
            one.prompt = 1
        with self._lock:
            self._add(body_code, one)

    def take(self) -> dict[str, Tally]:
        """Return the tallies by the body's code, and begin anew."""
        with self._lock:
            taken, self._tallies = self._tallies, {}
        return taken

    def put_back(self, taken: Mapping[str, Tally]) -> None:
        """Add what could not be told."""
        with self._lock:
            for body_code, tally in taken.items():
                self._add(body_code, tally)

    def _add(self, body_code: str, tally: Tally) -> None:
        kept = self._tallies.get(body_code)
        if kept is None:
            if len(self._tallies) >= _MOST_BODIES:
                return
            kept = self._tallies[body_code] = Tally()
        kept.add(tally)


SERVED = Served()
