"""Pages are light: 1 Mbit/s is what many offices have."""

import pytest

KB = 1024
FIRST_PAGE, LATER_PAGE = 150 * KB, 30 * KB


def test_the_first_page_and_later_ones_are_light(page, body, officer_of, sign_in, record_property):
    weigh = _scales(page)
    page.goto("/sign-in", wait_until="networkidle")
    first = weigh()
    record_property("first_page_bytes", first)
    assert first <= FIRST_PAGE
    sign_in(page, officer_of(body))
    page.wait_for_load_state("networkidle")

    weights = {}
    for path in ("", "journal", "journal/new", "trial-balance"):
        weigh()
        page.goto(f"/b/{body.code}/{path}", wait_until="networkidle")
        weights[path] = weigh()
    record_property("later_page_bytes", weights)
    assert max(weights.values()) <= LATER_PAGE, weights


@pytest.mark.parametrize("path", ["/", "/sign-in"])
def test_nothing_comes_from_elsewhere(page, live_server_url, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path, wait_until="networkidle")
    assert asked
    assert [url for url in asked if not url.startswith((live_server_url, "data:"))] == []


def _scales(page):
    """Count what comes over the line, headers and compression included; reading sets it to nil."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    counted = [0]
    line.on("Network.loadingFinished", lambda event: counted.append(event["encodedDataLength"]))

    def weigh():
        total = int(sum(counted))
        counted.clear()
        return total

    return weigh
