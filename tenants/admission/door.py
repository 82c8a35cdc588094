"""One process's door: it counts what comes, and tells whom to send away."""

import threading
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from tenants.admission.rules import LOWEST_PRIORITY, Limits, Rank, Window, moved, priority_of


class Answer(StrEnum):
    """What becomes of a request."""

    LET_IN = "let_in"
    SHED = "shed"  # others go first
    TOO_LATE = "too_late"  # who sent it has given up


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the door's counters say.

    Attributes:
        cursor: the last priority that is let in.
        mean_wait_ms: of the last whole window.
        answers: how many requests got which answer, by rank.
    """

    cursor: int
    mean_wait_ms: float
    answers: dict[tuple[Rank, Answer], int]


class Door:
    """Lets requests in, or not. No round trip to anything: it works on whatever else is away."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Begin with everybody let in."""
        self._limits = limits or Limits()
        self._lock = threading.Lock()
        self._cursor = LOWEST_PRIORITY
        self._window = Window(opened=0.0)
        self._mean_wait_ms = 0.0
        self._answers: Counter[tuple[Rank, Answer]] = Counter()

    def ask(self, rank: Rank, body: str | None, *, waited_seconds: float, now: float) -> Answer:
        """Return whether a request is let in.

        Args:
            rank: what it is.
            body: whose books it is about, by the path.
            waited_seconds: in the proxy's queue and wherever else before us.
            now: seconds since 1970.
        """
        priority = priority_of(rank, body, now=now)
        with self._lock:
            if (
                now - self._window.opened >= self._limits.window_seconds
                or self._window.requests >= self._limits.window_requests
            ):
                self._begin_window(now)
            answer = self._answer(rank, priority, waited_seconds)
            window = self._window
            window.requests += 1
            window.waited_seconds += waited_seconds
            window.patience_used += waited_seconds / self._limits.wait_seconds[rank]
            window.came[priority] += 1
            window.let_in += answer is Answer.LET_IN
            self._answers[rank, answer] += 1
        return answer

    def state(self) -> State:
        """Return the counters."""
        with self._lock:
            return State(
                cursor=self._cursor,
                mean_wait_ms=self._mean_wait_ms,
                answers=dict(self._answers),
            )

    def _answer(self, rank: Rank, priority: int, waited_seconds: float) -> Answer:
        if waited_seconds > self._limits.deadline_seconds[rank]:
            return Answer.TOO_LATE
        return Answer.LET_IN if priority <= self._cursor else Answer.SHED

    def _begin_window(self, now: float) -> None:
        self._mean_wait_ms = self._window.mean_wait_ms
        self._cursor = moved(self._cursor, self._window, self._limits)
        self._window = Window(opened=now)
