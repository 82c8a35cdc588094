"""The page of a run says all that its report does, escaped, and asks nothing of anybody."""

import re
import shutil
from html import escape
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from loadtests import budgets
from openlaas.bench.report import Report
from openlaas.load import page
from openlaas.load.page_charts import round_above
from openlaas.load.page_tables import number

EVIL = '<script>alert("x")</script>'
ENTRIES = "GET /api/v1/bodies/<str:body_code>/journal-entries"
PARTS = {"queue": 1.5, "pool": 0.1, "cell": 8.25, "control": 2.0, "cpu": 3.0, "interpreter": 0.5}


def latencies(count: int, p99: float) -> dict[str, float]:
    figures = {"count": count, "p50_ms": 5.5, "p95_ms": 21.25, "p99_ms": p99, "max_ms": 81.5}
    return figures | {"refused": 7, "failed": 3}


def report(**changed: object) -> Report:
    dataset = {
        "profile": "overload",
        "target": "own system",
        "bodies": 5000,
        "seed": 4711,
        "gates_failed": ["1x: p95 is 1,001 ms", f"{EVIL}: too slow"],
        "void": ["the driver used 93% of its core"],
        "actions": {"work": {"post an entry": latencies(40, 33.5), EVIL: latencies(0, 0.0)}},
        "streams": {"work": latencies(40, 33.5), "neighbour": latencies(12, 44.25)},
        "errors_by_kind": {f"sign in: {EVIL}": 3},
        "tiers_cores": {"app": 0.5, "database": 0.25},
        "tiers_ms_per_action": {"database": 1.25, "app": 2.75},
        "busiest_tier": "app",
        "waits": {
            "largest": "in the app answers of the cells",
            "active_backends": {"IO: WalSync": 0.5, "on a core": 0.75},
            "postgres": {"wal_bytes": 9000.0, "commits": 3.0},
            "proxy": {"web": {"queue_ms": 39.0, "queued": 2.0, "connect_ms": 1.0}},
            "queued": {"reports": 17},
            "queue_oldest_seconds": {"reports": 4.25},
            "app_ms_each": {
                "every endpoint": {"requests": 40, **PARTS, "messages": 4.5, "statements": 3},
                ENTRIES: {"requests": 40, **PARTS, "messages": 4.5, "statements": 3},
            },
        },
        "budgets": {ENTRIES: {"messages": 2, "statements": 4}},
        "series_columns": ("due", "done", "refused", "failed", "p50_ms", "p95_ms", "lag_ms"),
        "series": [[10, 9, 1, 0, 5, 20, 1], [10, 8, 0, 2, 6, 25, 1]],
        "tiers_series": [{"at": -1.0, "app": 0.1}, {"at": 1.0, "app": 0.5, "database": 0.25}],
    }
    figures = {"actions": 40, "actions_per_s": 19.5}
    machine = {"cores": 2, "cpu": EVIL}
    dataset |= changed
    return Report(name="load", dataset=dataset, figures=figures, commit="c0ffee", machine=machine)


def test_every_reason_stream_action_and_wait_is_on_the_page():
    found, text = report(), page.page(report())
    dataset = found.dataset
    names = [*dataset["streams"], *dataset["actions"]["work"], *dataset["errors_by_kind"]]
    names += [*dataset["gates_failed"], *dataset["void"], *dataset["tiers_cores"], *PARTS]
    names += [*dataset["waits"]["active_backends"], "c0ffee", "4711", "44.25", "WAL", ENTRIES]
    assert [name for name in names if escape(name) not in text] == []
    assert "<td>17</td>" in text, "the queue of reports"


@pytest.mark.parametrize(
    ("void", "failed", "words"),
    [
        (["driver"], ["slow"], "Void"),
        ([], ["slow"], "Failed"),
        ([], [], "Passed"),
    ],
)
def test_the_verdict_is_void_before_it_is_failed_or_passed(void, failed, words):
    text = page.page(report(void=void, gates_failed=failed))
    assert re.findall(r"<strong>(\w+)", text) == [words]


def test_a_run_that_nobody_judged_has_not_passed():
    found = report()
    del found.dataset["gates_failed"]
    assert "Passed" not in page.page(found)
    assert "Not judged" in page.page(found)


def test_names_are_escaped_and_nothing_is_asked_of_anybody():
    text = page.page(report())
    assert "<script" not in text
    assert not re.search(r"https?://|\b(src|href)=|url\(|@import", text)


def test_waits_come_largest_first_and_what_is_over_its_budget_is_marked():
    text = page.page(report())
    waits = text[text.index("Waits first") : text.index("<h2>Percentiles")]
    words = ["cell", "cpu", "control", "queue", "interpreter", "pool"]
    assert re.findall(r'<tr><td class="words">(\w+)</td><td class="words">', waits)[:6] == words
    assert waits.index("on a core") < waits.index("IO: WalSync")
    assert re.findall(r'<td class="over">([^<]*)</td><td>2</td>', waits) == ["4.50 (over)"]


def test_percentiles_of_nothing_are_no_figures():
    row = re.search(rf"{re.escape(escape(EVIL))}</td>(<td>.*)</tr>", page.page(report()))
    assert row is not None
    assert re.findall(r"<td>([^<]*)</td>", row[1]) == ["0", "7", "3", "–", "–", "–", "–"]


def test_a_profile_that_keeps_sums_only_has_a_page_too(tmp_path):
    dataset = {"profile": "smoke", "gates_failed": []}
    path = page.write(Report(name="load", dataset=dataset, figures={"actions": 1}), tmp_path)
    assert path.name == "load-smoke.html"
    assert "keeps sums only" in path.read_text(encoding="utf-8")


def test_budgets_are_those_that_tests_hold():
    from tests.budgets import budgets as held

    found = budgets.of_endpoints([*held(), "every endpoint"])
    assert found == {
        name: {"messages": one.messages, "statements": one.statements}
        for name, one in held().items()
    }


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (0.0123, "0.0123"), (4.5, "4.50"), (12_345.6, "12,346")]
)
def test_numbers_are_short(value, told):
    assert number(value) == told


@pytest.mark.parametrize(("most", "top"), [(0, 1), (0.3, 0.5), (1, 1), (37, 50), (1001, 2000)])
def test_a_chart_ends_above_its_largest_figure(most, top):
    assert round_above(most) == pytest.approx(top)


def test_chromium_shows_it_without_a_complaint_or_another_request(tmp_path):
    path = page.write(report(), tmp_path)
    said, asked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        for scheme in ("light", "dark"):
            shown = browser.new_page(color_scheme=scheme)
            shown.on("console", lambda message: said.append(message.text))
            shown.on("pageerror", lambda error: said.append(str(error)))
            shown.on("request", lambda request: asked.append(request.url))
            shown.goto(path.as_uri())
            colour = "getComputedStyle(document.body).backgroundColor"
            assert (
                shown.evaluate(colour)
                == {
                    "light": "rgb(255, 255, 255)",
                    "dark": "rgb(17, 17, 19)",
                }[scheme]
            ), "the style came through the page's own policy"
            assert shown.locator("figure > svg polyline").count() == 4 + 2 + 2
            assert shown.locator("polyline").first.bounding_box()["width"] > 100
        browser.close()
    assert said == []
    assert asked == [path.as_uri()] * 2


def chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    assert found, "no Chromium: `apt-get install chromium`"
    return str(Path(found))
