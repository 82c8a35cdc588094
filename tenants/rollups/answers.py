"""The centre's answers as text, asked of the control plane; seldom, when an operator says so."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.utils import timezone

from tenants.admission.measures import What
from tenants.admission.policy import KNOWN
from tenants.rollups.kept import rows

# Ours: the centre's figures are looked at by the day; five minutes late, each says so itself.
KEPT_FOR = timedelta(minutes=5)
_MOST = 256  # the largest answer is some 200 KB
_BY_THE_CLOCK = "now"  # the fact that is never the same twice


class Kept:
    """Answers of this process, each for some minutes; the one asked for longest ago goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[bytes, tuple[datetime, str | None]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, query: str, facts: Mapping[str, Any], *, now: datetime) -> str | None:
        """Return the answer of a while ago, else ask and keep what is said."""
        key = _key(query, facts)
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None:
                self._answers.move_to_end(key)
        if kept is not None and timedelta(0) <= now - kept[0] < KEPT_FOR:
            return kept[1]
        said = _ask(query, facts)
        with self._lock:
            self._answers[key] = (now, said)
            while len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        return said

    def forget(self) -> None:
        """Forget all: the measure is over, and its next time begins anew."""
        with self._lock:
            self._answers.clear()


KEPT = Kept()


def answer(query: str, facts: Mapping[str, Any]) -> str | None:
    """Return what a statement of one row and column says; None: there is no such area to see.

    Args:
        query: the statement.
        facts: its parameters, the area that the officer may see among them: what one area is told
            is never kept for another.
    """
    now = timezone.now()
    if KNOWN.at(now).on(What.DASHBOARDS, now):
        return KEPT.of(query, facts, now=now)
    KEPT.forget()
    return _ask(query, facts)


def _ask(query: str, facts: Mapping[str, Any]) -> str | None:
    found = rows(query, facts)
    return str(found[0][0]) if found else None


def _key(query: str, facts: Mapping[str, Any]) -> bytes:
    known = {name: value for name, value in facts.items() if name != _BY_THE_CLOCK}
    return query.encode() + orjson.dumps(known, option=orjson.OPT_SORT_KEYS, default=str)
