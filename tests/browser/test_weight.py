"""Pages are light: 1 Mbit/s is what many offices have."""

import pytest

KB = 1024
PAGES = (
    *("", "journal", "journal/new", "trial-balance", "vouchers", "vouchers/draft", "periods"),
    *("accounts", "ledger", "ledger/1101010101.001"),
)
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
    for path in PAGES:
        weigh()
        page.goto(f"/b/{body.code}/{path}", wait_until="networkidle")
        weights[path] = weigh()
    record_property("later_page_bytes", weights)
    assert max(weights.values()) <= LATER_PAGE, weights


def test_a_long_trial_balance_and_ledger_are_light(
    page, api, body, officer_of, entry, sign_in, record_property
):
    """A body with 150 accounts in use, and a ledger page full of lines."""
    accountant = officer_of(body)
    path = f"bodies/{body.code}"
    chart = api.get(
        f"{path}/accounts?postable=true&fiscal_year=2570&limit=200", token=accountant.token
    ).json()
    codes = [account["code"] for account in chart["items"]][:150]
    lines = [{"account": code, "debit": f"{n}.25"} for n, code in enumerate(codes, start=1)]
    satang = sum(n * 100 + 25 for n in range(1, 151))
    total = f"{satang // 100}.{satang % 100:02d}"
    big = entry(lines=[*lines, {"account": "4401010104.001", "credit": total}])
    entries = [
        {
            **entry("1.00", description=f"รับเงินรายได้จัดเก็บเอง ครั้งที่ {n}"),
            "idempotency_key": f"n-{n:08d}",
        }
        for n in range(60)
    ]
    bulk = {"entries": [{**big, "idempotency_key": "the-big-one"}, *entries]}
    answer = api.post(f"{path}/journal-entries/bulk", bulk, token=accountant.token)
    assert {result["status"] for result in answer.json()["results"]} == {201}
    sign_in(page, accountant)
    weigh = _scales(page)
    for name in ("trial-balance", "ledger/1101010101.001", "journal", "journal/JV-00001-70"):
        weigh()
        page.goto(f"/b/{body.code}/{name}", wait_until="networkidle")
        weight = weigh()
        record_property(name, weight)
        assert weight <= LATER_PAGE, (name, weight)


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
