"""What each endpoint may ask of the databases and answer, held in every test that asks it.

The limits stand in loadtests/data/budgets.csv. With OPENLAAS_BUDGETS_OUT set to a folder what the
tests used is written there instead, for whoever makes the file anew:

    OPENLAAS_BUDGETS_OUT=build/budgets make test PYTEST=-q
    .venv/bin/python tests/budgets.py build/budgets
"""

import csv
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from loadtests.budgets import FILE, budgets

COLUMNS = ("endpoint", "messages", "statements", "kilobytes")
_UNBOUNDED = {"unmatched", "GET /metrics"}  # nobody's view; what grows with all that was asked
OUT = os.environ.get("OPENLAAS_BUDGETS_OUT", "")
_BYTES = 1024
_ROOM = 2  # a page may grow to twice its size before somebody is asked whether that was meant
_LEAST_KILOBYTES = 32
_ONE_MORE = 1  # what no test happened to need: a cause of refusal found late, a key seen before
_exceeded: list[str] = []
_used: dict[str, list[int]] = {}


class EndpointBudget:
    """A middleware that notes whatever takes more than its endpoint may."""

    def __init__(self, get_response: Callable[..., Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        from openlaas.waits import endpoint_of
        from tenants.usage import usage

        response = self.get_response(request)
        size = 0 if response.streaming else len(response.content)
        used = usage()
        note(endpoint_of(request), used.messages, used.statements, size)
        return response


def note(endpoint: str, messages: int, statements: int, size: int) -> None:
    """Compare one request with its budget."""
    if OUT:
        most = _used.setdefault(endpoint, [0, 0, 0])
        _used[endpoint] = [
            max(pair) for pair in zip(most, (messages, statements, size), strict=True)
        ]
        return
    _exceeded.extend(reasons(endpoint, messages, statements, size))


def reasons(endpoint: str, messages: int, statements: int, size: int) -> Iterator[str]:
    """Yield every way in which a request takes more than it may."""
    if endpoint in _UNBOUNDED:
        return
    budget = budgets().get(endpoint)
    if budget is None:
        yield f"{endpoint} has no budget in {FILE.name}"
        return
    asked = (("messages", messages), ("statements", statements))
    for name, found in (*asked, ("kilobytes", math.ceil(size / _BYTES))):
        most = getattr(budget, name)
        if found > most:
            yield f"{endpoint} took {found} {name}, its budget is {most}"


def take_exceeded() -> list[str]:
    """Return what was noted since the last call."""
    found = list(_exceeded)
    _exceeded.clear()
    return found


def write_used(worker: str) -> None:
    """Write what this process's tests used, when that was asked for."""
    if OUT:
        folder = Path(OUT)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{worker}.json").write_text(json.dumps(_used), encoding="utf-8")


def _make_file(folder: Path) -> None:
    most: dict[str, list[int]] = {}
    for path in sorted(folder.glob("*.json")):
        for endpoint, used in json.loads(path.read_text(encoding="utf-8")).items():
            before = most.get(endpoint, [0, 0, 0])
            most[endpoint] = [max(pair) for pair in zip(before, used, strict=True)]
    for endpoint in _UNBOUNDED:
        most.pop(endpoint, None)
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        stream.write(
            "# The most that a request may take: round trips to the cell with COMMIT, questions to"
            " the\n# control plane, size of the answer. Made by tests/budgets.py; tests hold it.\n"
        )
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for endpoint, (messages, statements, size) in sorted(most.items(), key=_route):
            kilobytes = max(_LEAST_KILOBYTES, math.ceil(size * _ROOM / _BYTES))
            asked = (messages + _ONE_MORE if messages else 0, statements + _ONE_MORE)
            writer.writerow([endpoint, *asked, kilobytes])


def _route(item: tuple[str, list[int]]) -> tuple[str, str]:
    method, _, route = item[0].partition(" ")
    return route, method


if __name__ == "__main__":
    _make_file(Path(sys.argv[1]))
