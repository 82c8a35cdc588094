"""What a run waited for: PostgreSQL's own account, the app's counters, the proxy's, the queues'."""

import contextlib
import csv
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import redis

from openlaas.queued_tasks import waited_seconds
from openlaas.reading_waits import NotThere, Reading, of_nodes

if TYPE_CHECKING:
    import psycopg

_EVERY_SECONDS = 0.5
_QUEUES = ("celery", "reports", "imports", "rollups", "fleet")
_ACTIVITY = """
SELECT coalesce(wait_event_type || ': ' || wait_event, 'on a core'), count(*)
  FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
 GROUP BY 1
"""
_TOTALS = {
    "wal": "SELECT wal_records, wal_bytes, wal_buffers_full FROM pg_stat_wal",
    "transactions": """SELECT sum(xact_commit) AS commits, sum(xact_rollback) AS rollbacks,
                              sum(deadlocks) AS deadlocks, sum(temp_bytes) AS temp_bytes
                         FROM pg_stat_database""",
    "io": """SELECT sum(reads) AS reads, sum(writes) AS writes, sum(fsyncs) AS fsyncs
               FROM pg_stat_io""",
}
# Of HAProxy's CSV: the mean milliseconds that a request waited for a place and for a connection.
_PROXY = {"qtime": "queue_ms", "ctime": "connect_ms", "rtime": "answer_ms", "qcur": "queued"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where what is waited for can be read; what is empty is not asked.

    Attributes:
        nodes: addresses of web processes, for /metrics.
        proxy_socket: HAProxy's stats socket.
        redis_url: of the queues.
    """

    owner: Callable[[], "psycopg.Connection[tuple[Any, ...]]"] | None = None
    nodes: Sequence[str] = ()
    proxy_socket: Path | None = None
    redis_url: str = ""


@dataclass(slots=True)
class Waits:
    """What was seen while a run went on.

    Attributes:
        activity: how many active backends were seen waiting for what, over all looks.
        looks: how often was looked.
        totals: what PostgreSQL counted between the first and the last look.
        proxy: by back end, the largest of each figure that was seen.
        queued: by queue, the longest that was seen.
        oldest_seconds: by queue, the longest that the task in front had waited.
        app: the app's counters between the first and the last look.
    """

    activity: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    totals: dict[str, float] = field(default_factory=dict)
    proxy: dict[str, dict[str, float]] = field(default_factory=dict)
    queued: dict[str, int] = field(default_factory=dict)
    oldest_seconds: dict[str, float] = field(default_factory=dict)
    app: Reading | None = None

    def told(self) -> dict[str, Any]:
        """Return them for a report: what was waited for most comes first."""
        looks = max(1, self.looks)
        backends = {name: round(n / looks, 2) for name, n in self.activity.most_common(12)}
        return {
            "largest": self.largest(),
            "active_backends": backends,
            "postgres": self.totals,
            "proxy": self.proxy,
            "queued": self.queued,
            "queue_oldest_seconds": self.oldest_seconds,
            "app_ms_each": _app(self.app) if self.app else {},
            "warm_share": round(self.warm_share, 4),
        }

    @property
    def warm_share(self) -> float:
        """How many connections that were taken knew the body already; 0 when nobody tells."""
        return self.app.leases.warm_share if self.app else 0.0

    def largest(self) -> str:
        """Return, in words, what was waited for most."""
        parts = _app(self.app).get("every endpoint", {}) if self.app else {}
        shown = {name: value for name, value in parts.items() if name in _WAITED_FOR}
        words = []
        if shown:
            name = max(shown, key=shown.__getitem__)
            words.append(f"in the app {_WAITED_FOR[name]} ({shown[name]:.2f} ms a request)")
        waiting = [(name, n) for name, n in self.activity.most_common() if name != "on a core"]
        if waiting:
            name, count = waiting[0]
            words.append(f"in PostgreSQL {name} ({count / max(1, self.looks):.2f} backends)")
        for name, figures in self.proxy.items():
            if figures.get("queue_ms"):
                words.append(f"the queue of {name} ({figures['queue_ms']:.0f} ms)")
        return "; ".join(words) or "nothing that can be read from here"


_WAITED_FOR = {
    "queue": "a place in the queue before it",
    "pool": "a tenant connection",
    "cell": "answers of the cells",
    "control": "answers of the control plane",
    "interpreter": "the interpreter's lock or a core",
}


@contextlib.contextmanager
def watched(places: Places) -> Iterator[Waits]:
    """Look twice a second while a `with` lasts."""
    waits, stop = Waits(), threading.Event()
    before = _app_reading(places.nodes)
    owner = places.owner() if places.owner else None
    first = _totals(owner) if owner else {}

    def look() -> None:
        while not stop.wait(_EVERY_SECONDS):
            waits.looks += 1
            if owner:
                for name, count in owner.execute(_ACTIVITY).fetchall():
                    waits.activity[name] += count
            if places.proxy_socket:
                _note_proxy(waits.proxy, places.proxy_socket)
            if places.redis_url:
                note_queues(waits, places.redis_url)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield waits
    finally:
        stop.set()
        thread.join()
        if owner:
            last = _totals(owner)
            waits.totals = {name: last[name] - first.get(name, 0.0) for name in last}
            owner.close()
        after = _app_reading(places.nodes)
        waits.app = after.since(before) if after and before else after


def _app_reading(nodes: Sequence[str]) -> Reading | None:
    try:
        return of_nodes(nodes) if nodes else None
    except NotThere:
        return None  # a deployment that shows its counters to nobody outside


def _app(reading: Reading) -> dict[str, dict[str, float]]:
    """Return each endpoint's milliseconds a request, by what they were spent on."""
    busiest = sorted(reading.endpoints.items(), key=lambda item: -item[1].all_seconds)[:20]
    return {
        name: {
            "requests": one.requests,
            **{part: round(one.each_ms(part), 3) for part in reading.part_names()},
            "messages": round(one.messages / one.requests, 2),
            "statements": round(one.statements / one.requests, 2),
        }
        for name, one in [("every endpoint", reading.total()), *busiest]
        if one.requests
    }


def _totals(owner: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, float]:
    found: dict[str, float] = {}
    for statement in _TOTALS.values():
        cursor = owner.execute(statement)
        row = cursor.fetchone()
        assert row is not None  # each is one row
        names = [column.name for column in cursor.description or ()]
        found |= {name: float(value or 0) for name, value in zip(names, row, strict=True)}
    return found


def _note_proxy(seen: dict[str, dict[str, float]], path: Path) -> None:
    for row in proxy_rows(path):
        if row["svname"] != "BACKEND":
            continue
        figures = seen.setdefault(row["pxname"], {})
        for column, name in _PROXY.items():
            figures[name] = max(figures.get(name, 0.0), float(row.get(column) or 0))


def proxy_rows(path: Path) -> list[dict[str, str]]:
    """Return what HAProxy's stats socket tells; nothing when nobody listens there."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"show stat\n")
            text = b"".join(iter(lambda: connection.recv(65_536), b"")).decode()
    except OSError:
        return []
    return list(csv.DictReader(text.removeprefix("# ").strip().splitlines()))


def note_queues(waits: Waits, url: str) -> None:
    """Note how long Celery's queues are, and how long the task in front has waited."""
    with contextlib.suppress(redis.RedisError), redis.Redis.from_url(url) as client:
        for name in _QUEUES:
            waiting, front = client.llen(name), client.lindex(name, -1)
            if isinstance(waiting, int) and waiting:
                waits.queued[name] = max(waits.queued.get(name, 0), waiting)
            age = waited_seconds(front, now=time.time()) if isinstance(front, bytes) else None
            if age is not None:
                waits.oldest_seconds[name] = max(waits.oldest_seconds.get(name, 0.0), age)
