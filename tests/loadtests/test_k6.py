"""The k6 script, run in Chromium with k6's own modules stood in for: what it asks, who asks it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, Route, sync_playwright

from loadtests import gates, mix
from tests.loadtests.test_page import chromium

FOLDER = Path(__file__).parents[2] / "loadtests"
ROLES = sorted({one.role for one in mix.actions().values()} - {mix.ANYBODY})
OFFICERS = [
    {"username": role, "password": "p", "token": role, "body_code": body, "roles": [role]}
    for body in ("5500101", "5500102", "5500103")
    for role in ROLES
]
STEPS = "receive|check|request|examine|endorse|approve|bulk"
# What k6 gives a script; an answer is such as the API's, and each request is noted.
MODULES = {
    "k6/http": """
        globalThis.asked = [];
        const id = '0f9a1c1e-0000-4000-8000-00000000000a';
        const told = { id, number: '1/70', amount: '1.00', items: [{ id, code: '01' }] };
        export default { request(method, url, said, how) {
            asked.push([method, url, how.tags.name, how.headers, said && JSON.parse(said)]);
            const status = method === 'POST' && !/\\/(STEPS)$/.test(url) ? 201 : 200;
            const timings = { duration: 1 };
            return { status, body: JSON.stringify(told), json: () => told, timings };
        } };""".replace("STEPS", STEPS),
    "k6/execution": "export default { vu: { idInTest: 1 } };",
    "k6/data": "export class SharedArray { constructor(name, make) { return make(); } }",
    "k6/metrics": """
        globalThis.added = {};
        class Metric {
            constructor(name) { added[name] = []; this.add = (value) => added[name].push(value); }
        }
        export class Trend extends Metric {}
        export class Rate extends Metric {}""",
}


@pytest.fixture(scope="module")
def script() -> Iterator[Page]:
    """The script as k6 would have begun it: for a user with three bodies, its chances the same."""
    files = {
        "../data/limits.json": (FOLDER / "data" / "limits.json").read_text(encoding="utf-8"),
        "../data/actions.csv": (FOLDER / "data" / "actions.csv").read_text(encoding="utf-8"),
        "officers.json": json.dumps({"officers": OFFICERS, "centre": {}}),
    }
    served = {f"/{name}.js": text for name, text in MODULES.items()}
    served["/office.js"] = (FOLDER / "k6" / "office.js").read_text(encoding="utf-8")
    imports = json.dumps({"imports": {name: f"/{name}.js" for name in MODULES}})
    served["/"] = f"""<!DOCTYPE html><script type="importmap">{imports}</script><script>
        const files = {json.dumps(files)}, __ENV = {{ OFFICERS: 'officers.json', VUS: '1' }};
        window.open = (name) => files[name];
        let state = 1;
        Math.random = () => (state = (state * 48271) % 2147483647) / 2147483647;</script>"""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        kind = "text/html" if path == "/" else "text/javascript"
        known = path in served
        route.fulfill(
            status=200 if known else 404,
            body=served.get(path, ""),
            content_type=f"{kind}; charset=utf-8",
        )

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.route("**/*", answer)
        page.goto("http://k6.invalid/")
        page.evaluate("async () => { window.office = await import('/office.js'); }")
        yield page
        browser.close()


def worked(script: Page, times: int) -> list[list[object]]:
    """Let the user act so often; return all that was asked."""
    return script.evaluate(
        """times => {
            asked.length = 0;
            for (let n = 0; n < times; n++) office.default();
            return asked;
        }""",
        times,
    )


def test_every_path_that_it_asks_is_the_apis_and_takes_the_method(script):
    wrong = []
    rare = "key => { asked.length = 0; office.doing(office.actions.find(one => one.key === key),"
    rare += " office.offices[0], 0); return asked; }"
    asked = worked(script, 6000)
    asked += [one for key in ("back-fill", "print an entry") for one in script.evaluate(rare, key)]
    assert {one[2] for one in asked} == {*mix.actions(), "looking for a budget"}
    for method, url in {(one[0], one[1]) for one in asked}:
        view = resolve(urlsplit(url).path).func
        if not hasattr(view.view_class, method.lower()):
            wrong.append((method, url))
    assert wrong == []


def test_each_step_is_done_by_who_may_and_changes_carry_a_key(script):
    roles = {key: one.role for key, one in mix.actions().items() if one.role != mix.ANYBODY}
    asked = worked(script, 3000)
    by = {(one[2], one[3]["Authorization"].removeprefix("Bearer ")) for one in asked}
    assert [pair for pair in by if pair[0] in roles and roles[pair[0]] != pair[1]] == []
    assert all(len(one[3]["Idempotency-Key"]) == 24 for one in asked if one[0] == "POST")


def test_its_weights_are_those_of_the_mix(script):
    found = script.evaluate("() => office.actions.map(one => [one.key, one.weight])")
    assert dict(found) == {key: one.weight for key, one in mix.actions().items()}


def test_its_thresholds_are_the_gates(script):
    limits = {name: f"{value:g}" for name, value in asdict(gates.ACCEPTANCE).items()}
    assert script.evaluate("() => office.options.thresholds") == {
        "done_ms": [f"p(95)<{limits['p95_ms']}", f"p(99)<{limits['p99_ms']}"],
        "postings_ms": [f"p(99)<{limits['posting_p99_ms']}"],
        "refusals_ms": [f"p(99)<={limits['refusal_p99_ms']}"],
        "wrong": [f"rate<{limits['error_share']}"],
        "shed": [f"rate<{limits['error_share']}"],
        "dropped_iterations": ["count<1"],
    }


def test_the_limits_are_those_of_the_acceptance():
    assert asdict(gates.ACCEPTANCE) == {
        "p95_ms": 1_000,
        "p99_ms": 3_000,
        "error_share": 0.001,
        "posting_p99_ms": 2_000,
        "refusal_p99_ms": 50,
    }
