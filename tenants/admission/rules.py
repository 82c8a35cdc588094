"""When a process is overloaded, and whose requests it then sends away. Pure.

The rule is DAGOR's (Zhou et al., "Overload Control for Scaling WeChat Microservices", 2018): a
process is overloaded when requests have waited too long on average before it began with them, not
when its processor is busy. Too long is half of the proxy's patience with their rank. Then it lowers
a cursor over priorities, and raises it again slowly once the wait is short; so as much is let in as
can be done in time, however much comes.

Note [One job, one fate]
A job of an officer is a dozen requests: a list, a form, lines, "save". Sending away a tenth of
the requests at random would spoil two jobs of three. So all work of a body has one priority, and
its bodies are let in or sent away whole. Which bodies come first changes every hour, so that no
body is always the last.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

GROUPS = 128  # of bodies, by a hash that changes with the hour
_HOUR_SECONDS = 3600


class Rank(IntEnum):
    """What is let in first; within a rank the bodies' groups decide."""

    WORK = 0  # what officers who are inside do: reading and posting, see the note
    SIGN_IN = 1  # those who are inside go before those who come in
    IMPORT = 2
    REPORT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is asked of a process.

    Attributes:
        wait_seconds: a process is overloaded when its requests waited so long on average, each
            measured by its rank. Not WeChat's 20 ms: our proxy keeps its queue short by itself,
            sending away what cannot be done in time at no cost to any process
            (`openlaas.nodes.rules`), and a door that shuts while that queue is as it should be
            would send away what was just let in, at a cost. Half of the proxy's patience: then
            something is wrong that the proxy does not see, two proxies or a slow database.
        window_seconds: after so long the cursor is moved,
        window_requests: or after so many requests.
        lowered: by how much of what was let in, when overloaded.
        raised: by how much of what came, when not.
        deadline_seconds: who waited longer has given up: the proxy's own patience, and a bit.
    """

    wait_seconds: Mapping[Rank, float] = field(
        default_factory=lambda: MappingProxyType(
            {Rank.WORK: 1.0, Rank.SIGN_IN: 1.0, Rank.IMPORT: 5.0, Rank.REPORT: 5.0}
        )
    )
    window_seconds: float = 1.0
    window_requests: int = 200
    lowered: float = 0.05
    raised: float = 0.01
    deadline_seconds: Mapping[Rank, float] = field(
        default_factory=lambda: MappingProxyType(
            {Rank.WORK: 8.0, Rank.SIGN_IN: 8.0, Rank.IMPORT: 20.0, Rank.REPORT: 20.0}
        )
    )


LOWEST_PRIORITY = len(Rank) * GROUPS - 1


def priority_of(rank: Rank, body: str | None, *, now: float) -> int:
    """Return the priority of a request: the lower the number, the longer it is let in.

    Args:
        rank: what it is.
        body: the code in its path; requests about no body are of one group.
        now: seconds since 1970; the hour of it shuffles the groups.
    """
    hour = int(now // _HOUR_SECONDS)
    return rank * GROUPS + zlib.crc32(f"{body or ''}/{hour}".encode()) % GROUPS


@dataclass(slots=True)
class Window:
    """What came since the cursor was moved last.

    Attributes:
        opened: when, in seconds of the clock that the caller passes.
        came: requests by priority.
        let_in: of them, those that were let in.
        waited_seconds: all of them together.
        patience_used: of all of them together; each has used 1 when it waited too long.
    """

    opened: float
    came: list[int] = field(default_factory=lambda: [0] * (LOWEST_PRIORITY + 1))
    let_in: int = 0
    requests: int = 0
    waited_seconds: float = 0.0
    patience_used: float = 0.0

    @property
    def mean_wait_ms(self) -> float:
        """The mean wait of all that came."""
        return self.waited_seconds / self.requests * 1000 if self.requests else 0.0


def moved(cursor: int, window: Window, limits: Limits) -> int:
    """Return where the cursor goes after a window: the last priority that is let in.

    Overloaded: down until a twentieth less of what came would have been let in; by one at least.
    The first group of bodies is always let in: somebody must be served for the wait to be known.
    Not overloaded: up until a hundredth more of what came would have been; by one at least.
    """
    if window.patience_used > window.requests:
        let_in, wanted = window.let_in, window.let_in * (1 - limits.lowered)
        while cursor > 0:
            let_in -= window.came[cursor]
            cursor -= 1
            if let_in <= wanted:
                break
        return cursor
    let_in, wanted = window.let_in, window.let_in + window.requests * limits.raised
    while cursor < LOWEST_PRIORITY:
        cursor += 1
        let_in += window.came[cursor]
        if let_in >= wanted:
            break
    return cursor
