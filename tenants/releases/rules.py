"""When a wave halts, when a schema is tried again, how hard the migration may push. Pure."""

from dataclasses import dataclass, field
from random import Random

TRAINING, ONE_PERCENT, ONE_CELL, ALL = 1, 2, 3, 4
WAVES = {"training": TRAINING, "one-percent": ONE_PERCENT, "one-cell": ONE_CELL, "all": ALL}
WAVE_NAMES = {number: name for name, number in WAVES.items()}
FAILURES_ALLOWED = {TRAINING: 0.0, ONE_PERCENT: 0.0, ONE_CELL: 0.001, ALL: 0.001}

ATTEMPTS_MAX = 10  # a minute and a half in all
LONGEST_RETRY_SECONDS = 20.0
ATTEMPTS_TOO_LONG_MAX = 3  # each keeps a body's requests waiting for as long as it may
_TOOK_TOO_LONG = frozenset({"57014", "25P04"})  # query_canceled, transaction_timeout
# Somebody else was in the way, or we took longer than we may: later it may go well.
_WORTH_ANOTHER = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
        "57P01",  # admin_shutdown
        "57P03",  # cannot_connect_now
        "53300",  # too_many_connections
        "08006",  # connection_failure
    }
)


def is_too_much(*, wave: int, parked: int, places: int, allowed: float | None = None) -> bool:
    """Tell whether a wave's failures pass its limit.

    Args:
        wave: which.
        parked: how many of its places failed for good.
        places: how many it has.
        allowed: the part that may fail, instead of the wave's own.
    """
    part = FAILURES_ALLOWED[wave] if allowed is None else allowed
    return parked > part * places


def is_worth_another_attempt(*, sqlstate: str | None, attempts: int) -> bool:
    """Tell whether a schema that failed so often is tried again.

    An error without a state is a connection that was cut. What the statement itself is to blame
    for will be the same next time.
    """
    if sqlstate in _TOOK_TOO_LONG:
        return attempts < ATTEMPTS_TOO_LONG_MAX
    return attempts < ATTEMPTS_MAX and (sqlstate is None or sqlstate in _WORTH_ANOTHER)


def seconds_until_retry(*, attempts: int, random: Random) -> float:
    """Return how long to wait after so many failures: longer each time, and never in step."""
    longest = min(0.25 * 2.0**attempts, LONGEST_RETRY_SECONDS)
    return random.uniform(longest / 2, longest)


@dataclass(slots=True)
class Pace:
    """How long a worker rests between two messages, by what the foreground feels.

    The rule: a worker rests ``rest`` times as long as its last message took. Twice a second a probe
    commits nothing but itself, as a posting would have to. When it takes more than three times, and
    4 ms more, than it took before the migration began, or a request waits for a lock, the rest
    doubles; otherwise it shrinks by a fifth.

    Attributes:
        usual_ms: what the probe took with no migration under way.
        rest: in times of the last message.
    """

    usual_ms: float
    rest: float = 0.7
    least: float = 0.7
    most: float = 4.0
    heard: list[float] = field(default_factory=list)

    def hear(self, *, probe_ms: float, waiting: int) -> None:
        """Take note of a probe, and of how many requests wait for a lock."""
        self.heard = [*self.heard[-2:], probe_ms]
        middle = sorted(self.heard)[len(self.heard) // 2]
        is_felt = waiting > 0 or middle > max(3 * self.usual_ms, self.usual_ms + 4)
        if is_felt:
            self.rest = min(self.rest * 2, self.most)
        else:
            self.rest = max(self.rest * 0.8, self.least)

    def seconds_after(self, took: float) -> float:
        """Return how long to rest after a message that took so many seconds."""
        return took * self.rest
