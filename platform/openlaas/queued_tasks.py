"""Tasks whose messages say when they were asked for, so that a queue's age can be told."""

import json
import time
from typing import Any

from celery import Task

ASKED_AT = "openlaas_asked_at"  # seconds since 1970, in a message's headers


class AskedTask(Task):  # type: ignore[misc]  # Celery has no types
    """A task that stamps its message."""

    abstract = True

    def apply_async(self, *args: Any, **options: Any) -> Any:
        """Ask for it, as Celery does."""
        headers = {ASKED_AT: time.time(), **(options.pop("headers", None) or {})}
        return super().apply_async(*args, headers=headers, **options)


def waited_seconds(message: bytes, *, now: float) -> float | None:
    """Return how long a task has waited in its queue; None when its message does not tell.

    Args:
        message: as Celery keeps it in Redis.
        now: seconds since 1970.
    """
    asked_at = json.loads(message).get("headers", {}).get(ASKED_AT)
    return None if asked_at is None else round(max(0.0, now - asked_at), 3)
