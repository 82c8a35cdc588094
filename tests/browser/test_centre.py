"""From the nation to a document, as an auditor goes: at most six clicks, nothing typed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import found_on

CASH, TAX = "1101010101.001", "4401010103.001"
PHONE = {"width": 390, "height": 844}
PAGES = ("", "budget", "revenue", "tables", "closing", "bodies", "service", "position")


@pytest.fixture
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture
def told(api, place, officer_of, entry, owner_url):
    """The place has posted an entry, and the centre was told of it."""
    from django.test import override_settings

    from openlaas.database_urls import connection_parameters
    from tenants.rollups import following

    lines = [{"account": CASH, "debit": "321.50"}, {"account": TAX, "credit": "321.50"}]
    content = entry(lines=lines, entry_date="2026-10-05", description="รับเงินภาษีป้าย")
    path = f"bodies/{place.code}/journal-entries"
    assert api.post(path, content, token=officer_of(place).token).status_code == 201
    with override_settings(OWNER_PARAMETERS=connection_parameters(owner_url)):
        following.once(only=[place.cell])


@pytest.mark.usefixtures("told")
def test_the_nation_leads_to_a_document_in_six_clicks(page, place, officer_of, sign_in, shoot):
    sign_in(page, officer_of(place, "DLA"))
    page.goto("/central/?fiscal_year=2570")
    shoot(page, "1 nation")
    on_the_map = page.locator(f'svg a[href^="/central/provinces/{place.province_code}"]')
    on_the_map.click(position=None, force=True)  # its middle may be a lake's, or a neighbour's
    expect(page).to_have_url(re.compile(rf"/central/provinces/{place.province_code}"))
    shoot(page, "2 province")
    page.locator(f'a[href^="/central/districts/{place.district_code}"]').click()
    shoot(page, "3 district")
    page.locator(f'a[href="/b/{place.code}/"]').click()
    shoot(page, "4 body")
    page.get_by_role("link", name="งบทดลอง").first.click()
    shoot(page, "5 trial balance")
    page.locator("tr", has_text=CASH).get_by_role("link", name="321.50", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("เงินสดในมือ")
    shoot(page, "6 ledger")
    page.locator("tbody tr", has_text="รับเงินภาษีป้าย").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("JV-00001/70")
    expect(page.get_by_text("รับเงินภาษีป้าย").first).to_be_visible()
    shoot(page, "7 document")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("screen", [None, PHONE], ids=["desktop", "phone"])
def test_the_centres_pages_can_be_used_by_everybody(
    open_context, place, officer_of, sign_in, shoot, screen
):
    page = open_context(**({"viewport": screen} if screen else {})).new_page()
    sign_in(page, officer_of(place, "DLA"))
    wrong = []
    paths = [*PAGES, f"provinces/{place.province_code}", f"districts/{place.district_code}"]
    for path in paths:
        page.goto(f"/central/{path}?fiscal_year=2570")
        wrong += found_on(page)
        shoot(page, path or "overview", full_page=True)
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide), f"{path} is wider than its screen"
    assert wrong == []
