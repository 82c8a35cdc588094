"""How many papers and imports of one body are in hand at once, over all processes.

Only these two take long and can be asked for again, so only they pay a question to Redis. While it
is away each process keeps the same limit by itself.
"""

import contextlib
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tenants.admission.in_redis import InRedis, RedisAway


class TooManyInHand(Exception):
    """The body has as many of them in hand as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many of a kind a body may have in hand.

    Attributes:
        seconds: after so long a lease ends by itself: its process was killed.
    """

    kind: str
    most: int
    seconds: int


class Leases:
    """Gives leases for the length of a `with`."""

    def __init__(self, together: InRedis) -> None:
        self._together = together
        self._here: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.refused: Counter[str] = Counter()

    @contextlib.contextmanager
    def lease(self, limit: Limit, body: str, *, now: float) -> Iterator[None]:
        """Hold one.

        Args:
            limit: of its kind.
            body: whose.
            now: seconds since 1970.

        Raises:
            TooManyInHand: there is none.
        """
        key, name = f"lease:{limit.kind}:{body}", uuid.uuid4().hex
        try:
            told = (now, name, limit.most, limit.seconds)
            is_given = bool(self._together.run("lease", [key], told))
        except RedisAway:
            with self._here_alone(limit, key):
                yield
            return
        if not is_given:
            self._refuse(limit)
        try:
            yield
        finally:
            with contextlib.suppress(RedisAway):  # it ends by itself
                self._together.command("ZREM", key, name)

    @contextlib.contextmanager
    def _here_alone(self, limit: Limit, key: str) -> Iterator[None]:
        with self._lock:
            is_given = self._here[key] < limit.most
            self._here[key] += is_given
        if not is_given:
            self._refuse(limit)
        try:
            yield
        finally:
            with self._lock:
                self._here[key] -= 1
                if not self._here[key]:
                    del self._here[key]

    def _refuse(self, limit: Limit) -> None:
        with self._lock:
            self.refused[limit.kind] += 1
        raise TooManyInHand(limit.kind)
