"""Chromium drives the served program, as an officer would.

Only the system's Chromium is used; where there is none the tests fail and say what to install.
"""

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.disbursement.office import Office
from tests.officers import OnDemand

log = logging.getLogger(__name__)

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
_ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_ATTEMPTS = 3
DESKTOP = {"width": 1280, "height": 800}


def _chromium() -> str:
    found = os.environ.get("OPENLAAS_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not found:
        pytest.fail(
            "no Chromium: `apt-get install chromium`, or set OPENLAAS_CHROMIUM to its path",
            pytrace=False,
        )
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module.

    While it runs, an event loop runs in this thread and Django would refuse the ORM to fixtures;
    nothing of ours is asynchronous, so it is told to let them.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_context(browser: Browser, live_server_url: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open a browser of its own cookies; any error in a page's script fails the test."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def open_one(**options: object) -> BrowserContext:
        settings = {"viewport": DESKTOP, "locale": "th-TH", "base_url": live_server_url, **options}
        context = browser.new_context(**settings)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: failures.append(str(error.error)))
        contexts.append(context)
        return context

    expect.set_options(timeout=10_000)
    yield open_one
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def page(open_context: Callable[..., BrowserContext]) -> Page:
    """A page on a desktop screen."""
    return open_context().new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, object], None]:
    """Sign an officer in through the page."""

    def through(page: Page, officer: object) -> None:
        page.goto("/sign-in")
        page.fill("#username", officer.username)
        page.fill("#password", officer.password)
        page.press("#password", "Enter")
        page.wait_for_url(re.compile(r"/(b/|bodies|central/)"))

    return through


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep a picture of the page under the test's name.

    The pictures are for people; a Chromium that cannot paint just now does not fail what the test
    proves (seen once on a crowded machine: "Unable to capture screenshot").
    """

    def keep(page: Page, name: str = "", **options: object) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        words = re.sub(r"\W+", "-", f"{request.node.name.removeprefix('test_')}-{name}")
        path = SCREENSHOTS / f"{words.strip('-')}.png"
        for _ in range(_ATTEMPTS):
            try:
                page.screenshot(path=path, **options)
            except PlaywrightError as error:
                log.warning("no picture %s: %s", path.name, error)
            else:
                return

    return keep


@pytest.fixture
def spending_office(
    body: object,
    api: object,
    officer_of: Callable[..., object],
    as_owner: Callable[[object], object],
) -> Office:
    """An office that spends; what the browser does not look at is done through the API."""
    officers = OnDemand(partial(officer_of, body))
    office = Office(body=body, api=api, officers=officers, as_owner=as_owner)
    office.done("divisions", {"code": "03", "name_th": "สำนักปลัด"}, "CLERK_LAO")
    return office
