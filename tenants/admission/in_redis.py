"""What all processes count together, in Redis: asked by scripts that run as one, or not at all.

Nothing that is kept here is missed for long: while Redis is away every process goes on by itself.
"""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import redis
from django.conf import settings

_FOLDER = Path(__file__).resolve().parent
_PATIENCE_SECONDS = 0.2
_AWAY_SECONDS = 2.0  # nobody else waits for it meanwhile


class RedisAway(Exception):
    """Redis does not answer."""


class InRedis:
    """One client for the process, made when it is needed first."""

    def __init__(self, url: str | None = None, *, away_seconds: float = _AWAY_SECONDS) -> None:
        """Speak to the deployment's Redis, or to another one.

        Args:
            url: of the other one.
            away_seconds: for so long after it did not answer it is not asked.
        """
        self._url = url
        self._away_seconds = away_seconds
        self._lock = threading.Lock()
        self._client: redis.Redis | None = None
        self._scripts: dict[str, Any] = {}
        self._away_until = 0.0

    def run(self, script: str, keys: Sequence[str], told: Sequence[object]) -> Any:
        """Run a script of this folder; return what it returns.

        Raises:
            RedisAway: it does not answer, or did not two seconds ago.
        """
        args = [str(one) for one in told]
        return self._ask(lambda client: self._script(script, client)(keys=keys, args=args))

    def command(self, *words: object) -> Any:
        """Run one command.

        Raises:
            RedisAway: as above.
        """
        return self._ask(lambda client: client.execute_command(*words))

    def _ask(self, asked: Callable[[Any], Any]) -> Any:
        if time.monotonic() < self._away_until:
            raise RedisAway
        try:
            return asked(self._connected())
        except redis.RedisError as error:
            self._away_until = time.monotonic() + self._away_seconds
            raise RedisAway from error

    def _connected(self) -> "redis.Redis":
        with self._lock:
            if self._client is None:
                self._client = redis.Redis.from_url(
                    self._url or settings.REDIS_URL,
                    socket_timeout=_PATIENCE_SECONDS,
                    socket_connect_timeout=_PATIENCE_SECONDS,
                )
            return self._client

    def _script(self, name: str, client: "redis.Redis") -> Any:
        if name not in self._scripts:
            text = (_FOLDER / f"{name}.lua").read_text(encoding="utf-8")
            self._scripts[name] = client.register_script(text)
        return self._scripts[name]


TOGETHER = InRedis()
