"""From the bodies to look at to a body's own books, as a browser goes; readable by everybody."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounting.fiscal_year import fiscal_year_of
from tests.browser.test_accessibility import found_on

PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture(scope="module")
def year():
    """A fiscal year that the pages offer and that no other test's figures are of."""
    return fiscal_year_of(timezone.localdate()) - 3


@pytest.fixture(scope="module")
def compared(place, year):
    """Twelve bodies with figures; the first spent what it did not have."""
    from tenants.models import Body, RollupBody
    from tenants.rollups import comparing
    from tenants.rollups.kept import run

    live = Body.objects.filter(places__use="live", is_training=False).exclude(code=place.code)
    chosen = [Body.objects.get(code=place.code), *live.order_by("code")[:11]]
    was = list(RollupBody.objects.filter(body_id__in=[one.id for one in chosen]))
    RollupBody.objects.filter(body_id__in=[one.id for one in chosen]).delete()
    for number, body in enumerate(chosen, start=1):
        RollupBody.objects.create(
            body_id=body.id,
            place_id=body.id,
            generation=1,
            event_no=0,
            province=body.province_id,
            district=body.district_id or "",
            kind="TOGETHER",
            is_counted=True,
            folded_at=timezone.now(),
        )
        run(
            "INSERT INTO rollup_total (body_id, fiscal_year, budget, disbursed, estimated,"
            " collected, closed) VALUES (%s, %s, 50000000, %s, 60000000, %s, 12)",
            [body.id, year, 51_000_000 if number == 1 else 3_000_000 * number, 50_000_000 - number],
        )
    assert comparing.compare(fiscal_year=year, now=timezone.now())
    yield chosen
    RollupBody.objects.filter(body_id__in=[one.id for one in chosen]).delete()
    RollupBody.objects.bulk_create(was)
    for table in ("rollup_total", "comparison", "peer_group", "body_compared"):
        run(f"DELETE FROM {table} WHERE fiscal_year = %s", [year])


@pytest.mark.usefixtures("compared")
def test_a_reason_leads_to_the_books_of_the_body(page, place, year, officer_of, sign_in, shoot):
    sign_in(page, officer_of(place, "PROVINCE"))
    page.goto(f"/central/outliers?fiscal_year={year}")
    expect(page.get_by_text("เกินงบประมาณ 50,000,000.00 บาท")).to_be_visible()
    shoot(page, "outliers")
    page.get_by_role("link", name=place.full_name_th, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place.full_name_th)
    shoot(page, "body", full_page=True)
    page.get_by_role("link", name="งบทดลอง").click()
    page.wait_for_url(f"**/b/{place.code}/trial-balance**")


@pytest.mark.usefixtures("compared")
@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_pages_of_bodies_beside_each_other_are_accessible(
    open_context, place, year, officer_of, sign_in, shoot, viewport
):
    page = open_context(**({"viewport": viewport} if viewport else {})).new_page()
    sign_in(page, officer_of(place, "DLA"))
    found = []
    for path in ("ranking", "outliers", f"bodies/{place.code}"):
        page.goto(f"/central/{path}?fiscal_year={year}")
        shoot(page, path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found += found_on(page)
    assert found == []
