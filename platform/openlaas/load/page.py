"""The report of a run of load as one page: no script, nothing from elsewhere, for print too."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from openlaas.bench.report import Report
from openlaas.load.page_charts import chart
from openlaas.load.page_tables import Cell, listed, table
from openlaas.load.page_waits import waits_section

_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_RATES = ("due", "done", "refused", "failed")
_LATENCIES = {"p50": "p50_ms", "p95": "p95_ms"}
_COUNTS = {"done": "count", "refused": "refused", "failed": "failed"}
_PERCENTILES = ("p50_ms", "p95_ms", "p99_ms", "max_ms")
_WHAT = {
    "profile": "profile",
    "says": "what it is",
    "target": "deployment",
    "bodies": "bodies with officers",
    "officers": "officers in the file",
    "people": "officers signed in at once",
    "users": "simulated users",
    "rate": "actions a second at the peak, as asked for",
    "share": "share of the nation's rate, where no rate was asked for",
    "seconds": "seconds of the main part",
    "seed": "seed",
}


def page(report: Report) -> str:
    """Return the report as HTML; its facts are those of the JSON, none besides."""
    dataset = report.dataset
    title = f"Load: {dataset.get('profile', report.name)}"
    sections = {
        "What was measured on what": _ground(report),
        "Figures": table("Of the whole run", ["figure", "value"], report.figures.items()),
        "Waits first": waits_section(dataset.get("waits", {}), dataset.get("budgets", {})),
        "Percentiles": _percentiles(dataset),
        "Over time": _charts(dataset),
        "Processor by tier": _processor(dataset),
        "What failed": table(
            "Requests that failed",
            ["action and kind", "requests"],
            dataset.get("errors_by_kind", {}).items(),
        ),
    }
    body = "".join(f"<h2>{escape(name)}</h2>\n{text}" for name, text in sections.items())
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE.read_text(encoding='utf-8')}</style>\n"
        f"</head>\n<body>\n<h1>{escape(title)}</h1>\n{_verdict(dataset)}{body}</body>\n</html>\n"
    )


def write(report: Report, folder: Path) -> Path:
    """Write `load-<profile>.html` into the folder; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.name}-{report.dataset['profile']}.html"
    path.write_text(page(report), encoding="utf-8")
    return path


def _verdict(dataset: Mapping[str, Any]) -> str:
    """Return the verdict with every reason; a void run says nothing, whatever its gates do."""
    if "gates_failed" not in dataset:
        return '<div class="verdict void"><strong>Not judged</strong></div>\n'
    void, failed = dataset.get("void", []), dataset.get("gates_failed", [])
    kind, words = (
        ("void", "Void: the run says nothing about the system")
        if void
        else ("failed", "Failed: these gates do not hold")
        if failed
        else ("passed", "Passed: every gate holds")
    )
    reasons = [*(f"void: {one}" for one in void), *(f"gate: {one}" for one in failed)]
    return f'<div class="verdict {kind}"><strong>{words}</strong>\n{listed(reasons)}</div>\n'


def _ground(report: Report) -> str:
    dataset = report.dataset
    told: dict[str, Cell] = {
        words: str(dataset[key])
        for key, words in _WHAT.items()
        if dataset.get(key) not in {None, ""}
    }
    told |= {"commit": report.commit}
    told |= {f"machine: {name}": str(value) for name, value in report.machine.items()}
    limits = dataset.get("limits", {})
    asked = table("Limits of the gates", ["limit", "value"], limits.items()) if limits else ""
    return table("The run", ["what", "value"], told.items()) + asked


def _percentiles(dataset: Mapping[str, Any]) -> str:
    heads = ["stream", "action", *_COUNTS, *(name.replace("_", ", ") for name in _PERCENTILES)]
    caption = "Latencies of what was done, in ms from the moment each request was due"
    return table(caption, heads, _rows(dataset))


def _rows(dataset: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for stream, whole in dataset.get("streams", {}).items():
        yield [stream, "all actions", *_latencies(whole)]
        for action, told in dataset.get("actions", {}).get(stream, {}).items():
            yield [stream, action, *_latencies(told)]
        if posted := dataset.get("postings", {}).get(stream):
            yield [stream, "all that change the books", *_latencies(posted)]


def _latencies(told: Mapping[str, float]) -> list[Cell]:
    shown = told if told.get("count") else {}  # percentiles of nothing are no figures
    counts: list[Cell] = [told.get(key) for key in _COUNTS.values()]
    return counts + [shown.get(name) for name in _PERCENTILES]


def _charts(dataset: Mapping[str, Any]) -> str:
    seconds, columns = dataset.get("series", []), list(dataset.get("series_columns", []))

    def line(column: str) -> list[tuple[float, float]]:
        place = columns.index(column)
        return [(float(at), float(second[place])) for at, second in enumerate(seconds)]

    rates = {name: line(name) for name in _RATES if name in columns}
    slow = {name: line(column) for name, column in _LATENCIES.items() if column in columns}
    cores: dict[str, list[tuple[float, float]]] = {}
    for sample in dataset.get("tiers_series", []):
        for name, value in sample.items():
            if name != "at" and sample["at"] >= 0:
                cores.setdefault(name, []).append((sample["at"], value))
    drawn = (
        chart("Requests a second", rates)
        + chart("Latency of what was done in each second, ms", slow)
        + chart("Cores used by tier", cores)
    )
    return drawn or '<p class="note">This profile keeps sums only.</p>\n'


def _processor(dataset: Mapping[str, Any]) -> str:
    cores, each = dataset.get("tiers_cores", {}), dataset.get("tiers_ms_per_action", {})
    found = sorted(each.items(), key=lambda item: -item[1])
    rows: list[list[Cell]] = [[name, ms, cores.get(name)] for name, ms in found]
    caption = "Processor time for each request that was answered; the generator is no part of it"
    whole = table(caption, ["tier", "ms an action", "cores, mean"], rows)
    busiest = dataset.get("busiest_tier")
    return whole + (listed([f"Busiest for what it was given: {busiest}"]) if busiest else "")
