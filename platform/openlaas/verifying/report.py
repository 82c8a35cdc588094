"""What a run of `openlaas verify` has found so far: for each books, each cell, and in all."""

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tenants.fleet_health.books import Books

Result = dict[str, Any]
# A fleet whose every table was tampered with would have millions; they are all counted.
FINDINGS_KEPT_PER_BOOKS = 200
FINDINGS_KEPT = 100_000


class Findings:
    """The results by the name of their books; what is kept in memory is bounded."""

    def __init__(self, results: Iterable[Result] = ()) -> None:
        self._results: dict[str, Result] = {}
        self.count = self._kept = 0
        for result in results:
            self.add(result)

    def __len__(self) -> int:
        return len(self._results)

    def __contains__(self, name: str) -> bool:
        return name in self._results

    def add(self, result: Result) -> None:
        """Take in one result."""
        found: list[Result] = result["findings"]
        kept = found[: min(FINDINGS_KEPT_PER_BOOKS, max(FINDINGS_KEPT - self._kept, 0))]
        self._results[f"{result['cell']}/{result['schema']}"] = {
            **result,
            "findings": kept,
        }
        self.count += result["findings_count"]
        self._kept += len(kept)

    def of(self, books: Sequence["Books"]) -> list[Result]:
        """Return the results of these books, in their order."""
        return [self._results[one.name] for one in books if one.name in self._results]


def summary(results: Sequence[Result], *, seconds: float, resumed: Collection[str]) -> Result:
    """Return what was looked at in all, and how fast.

    Args:
        results: of the books asked for.
        seconds: how long this run took.
        resumed: the names of the books that a run before it had finished.
    """
    looked_at = [one for one in results if f"{one['cell']}/{one['schema']}" not in resumed]
    return {
        "bodies": len({one["body"] for one in results}),
        "books": len(results),
        "entries": sum(one["entries"] for one in results),
        "wall_s": round(seconds, 2),
        "resumed": len(resumed),
        "bodies_per_s": round(len(looked_at) / seconds, 1),
        "entries_per_s": round(sum(one["entries"] for one in looked_at) / seconds),
    }


def by_cell(results: Iterable[Result]) -> dict[str, Result]:
    """Return a summary of each cell: bodies, books, entries, findings, seconds, the slowest.

    ``seconds`` adds up what the processes spent; ``slowest`` are the five that took longest.
    """
    cells: dict[str, list[Result]] = {}
    for result in results:
        cells.setdefault(result["cell"], []).append(result)
    return {
        cell: {
            "bodies": len({one["body"] for one in own}),
            "books": len(own),
            "entries": sum(one["entries"] for one in own),
            "findings": sum(one["findings_count"] for one in own),
            "seconds": round(sum(one["seconds"] for one in own), 2),
            "slowest": [
                {"body": one["body"], "seconds": one["seconds"], "entries": one["entries"]}
                for one in sorted(own, key=lambda one: -one["seconds"])[:5]
            ],
        }
        for cell, own in sorted(cells.items())
    }


def finished(state: Path | None, books: Sequence["Books"]) -> list[Result]:
    """Return the results that a run before this one had finished when it was killed."""
    if state is None or not state.exists():
        return []
    asked = {one.name for one in books}
    found: dict[str, Result] = {}
    with state.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                result = json.loads(line)
                name = f"{result['cell']}/{result['schema']}"
            except (ValueError, KeyError):  # the line under the pen when it was killed
                continue
            if name in asked:
                found[name] = result
    return list(found.values())


def remember(state: Path | None, result: Result) -> None:
    """Write a result down, so that a run after this one need not find it again."""
    if state is None:
        return
    state.parent.mkdir(parents=True, exist_ok=True)
    with state.open("a", encoding="utf-8") as file:
        # A line of its own, also after one that was cut short.
        file.write(f"\n{json.dumps(result, ensure_ascii=False)}\n")


def write(path: Path, report: Result) -> None:
    """Write the report: a line for each body's books, so that it can be read and searched."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {name: value for name, value in report.items() if name != "results"}
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "results": [')
        separator = "\n"
        for result in report["results"]:
            file.write(f"{separator}  {json.dumps(result, ensure_ascii=False)}")
            separator = ",\n"
        file.write("\n ]\n}\n")
