"""What a run waited for, largest first and in plain words, beside what each endpoint may take."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from openlaas.load.page_tables import Cell, Over, listed, note, number, table

_ALL = "every endpoint"
_PARTS = {
    "queue": "waiting for a place, in the proxy's queue or before the app took it",
    "pool": "waiting for a free connection to the body's cell",
    "cell": "waiting for answers of the cell, which keeps the books",
    "control": "waiting for answers of the control plane, which knows bodies and officers",
    "cpu": "the app's own work on a core",
    "interpreter": "waiting for the interpreter's lock, or for a core",
}
_KINDS = {
    "on a core": "at work, waiting for nothing",
    "Lock": "another transaction holds a lock of rows or tables",
    "LWLock": "PostgreSQL's inner locks",
    "IO": "disks",
    "Client": "the app has not sent its next message, or not read the answer",
    "IPC": "another process of PostgreSQL, a standby among them",
    "Timeout": "a pause that was asked for",
    "BufferPin": "a page that another backend holds",
}
Endpoints = Mapping[str, Mapping[str, float]]
Rows = Iterable[Sequence[Cell]]


def waits_section(waits: Mapping[str, Any], budgets: Mapping[str, Mapping[str, int]]) -> str:
    """Return the section; what could not be read of the deployment is said to be missing."""
    if not waits:
        return note("This profile does not watch what was waited for.")
    endpoints: Endpoints = waits.get("app_ms_each", {})
    return (
        listed([f"Waited for most: {waits['largest']}"] if waits.get("largest") else [])
        + _parts(endpoints.get(_ALL, {}))
        + _by_endpoint(endpoints, budgets)
        + _proxy(waits.get("proxy", {}))
        + _backends(waits.get("active_backends", {}))
        + _written(waits.get("postgres", {}))
        + _queues(waits.get("queued", {}), waits.get("queue_oldest_seconds", {}))
    )


def _largest_first(figures: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(figures.items(), key=lambda item: -item[1])


def _parts(every: Mapping[str, float]) -> str:
    parts = {name: every[name] for name in _PARTS if name in every}
    whole = sum(parts.values()) or 1.0
    rows: Rows = (
        (name, _PARTS[name], ms, f"{ms / whole:.0%}") for name, ms in _largest_first(parts) if ms
    )
    caption = "A request's time, mean of all, warming up included"
    return table(caption, ["part", "in words", "ms a request", "share"], rows)


def _by_endpoint(endpoints: Endpoints, budgets: Mapping[str, Mapping[str, int]]) -> str:
    heads = ["endpoint", "requests", "ms each", *_PARTS]
    heads += ["messages to the cell", "may take", "questions to the control plane", "may take"]
    caption = "By endpoint, where most time was spent first: ms a request, and its budget"
    asked = {name: one for name, one in endpoints.items() if name != _ALL}
    found = sorted(asked.items(), key=lambda item: -_each(item[1]) * item[1]["requests"])
    rows = [
        [
            name,
            one["requests"],
            _each(one),
            *(one.get(part) for part in _PARTS),
            *_beside(one.get("messages"), budgets.get(name, {}).get("messages")),
            *_beside(one.get("statements"), budgets.get(name, {}).get("statements")),
        ]
        for name, one in found
    ]
    told = "Budgets are the most that one request may take; seen is the mean of all of a run."
    return table(caption, heads, rows) + (note(told) if rows else "")


def _each(one: Mapping[str, float]) -> float:
    return sum(one.get(part, 0.0) for part in _PARTS)


def _beside(seen: float | None, most: int | None) -> Sequence[Cell]:
    if seen is not None and most is not None and seen > most:
        return [Over(f"{number(seen)} (over)"), most]
    return [seen, most]


def _proxy(proxy: Mapping[str, Mapping[str, float]]) -> str:
    used = {name: one for name, one in proxy.items() if any(one.values())}
    rows = (
        [name, queued, *(used[name].get(key) for key in ("queued", "connect_ms", "answer_ms"))]
        for name, queued in _largest_first({k: v.get("queue_ms", 0.0) for k, v in used.items()})
    )
    caption = "HAProxy: the largest seen of its means over the last 1,024 requests"
    heads = ["back end", "in its queue, ms", "queued at once", "connecting, ms", "answer, ms"]
    return table(caption, heads, rows)


def _backends(backends: Mapping[str, float]) -> str:
    rows: Rows = (
        (name, _KINDS.get(name.partition(":")[0], "something else in PostgreSQL"), mean)
        for name, mean in _largest_first(backends)
    )
    caption = "PostgreSQL: what its active backends were seen waiting for, two looks a second"
    return table(caption, ["wait", "in words", "backends at once, mean"], rows)


def _written(totals: Mapping[str, float]) -> str:
    return table("PostgreSQL: WAL and other work, all of the run", ["what", "sum"], _sums(totals))


def _sums(totals: Mapping[str, float]) -> Iterator[Sequence[Cell]]:
    words = {
        "wal_bytes": "WAL written, bytes",
        "wal_records": "WAL records",
        "wal_buffers_full": "times that WAL's buffers were full, and a backend had to write them",
        "commits": "transactions that ended with COMMIT",
        "rollbacks": "transactions rolled back",
        "deadlocks": "deadlocks",
        "temp_bytes": "temporary files, bytes",
        "reads": "reads from disks or the system's cache",
        "writes": "writes",
        "fsyncs": "fsyncs",
    }
    for name, value in totals.items():
        yield [words.get(name, name), value]
    if totals.get("commits"):
        yield ["WAL of a transaction, bytes", totals.get("wal_bytes", 0.0) / totals["commits"]]


def _queues(queued: Mapping[str, int], oldest: Mapping[str, float]) -> str:
    rows: Rows = ((name, count, oldest.get(name)) for name, count in _largest_first(queued))
    caption = "Celery: the longest that each queue was seen, and its oldest task's age"
    return table(caption, ["queue", "tasks", "oldest, s"], rows)
