"""The centre announces and asks, the office reads and answers, by the pages that they see."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.test_accessibility import found_on
from thai import buddhist

PHONE = {"width": 390, "height": 844}
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def wrong_on(page):
    """Return what axe finds, and whether the page is wider than its screen."""
    return [*found_on(page), *(["too wide"] if page.evaluate(WIDER) else [])]


@pytest.fixture
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desktop", "phone"])
def test_what_is_announced_and_asked_is_read_and_answered(
    open_context, place, officer_of, sign_in, shoot, viewport
):
    options = {"viewport": viewport} if viewport else {}
    centre, office = open_context(**options).new_page(), open_context(**options).new_page()
    subject = f"ยอดเงินสดในมือ {place.code}"
    title = f"กำหนดการปิดบัญชี {place.code}"
    today = buddhist.as_typed(timezone.localdate())
    sign_in(centre, officer_of(place, "DLA"))
    sign_in(office, officer_of(place, "FIN_DIRECTOR"))

    centre.goto("/central/announcements")
    centre.get_by_text("ประกาศใหม่").first.click()
    centre.fill("#title", title)
    centre.fill("#text", "ให้ทุกหน่วยงานปิดบัญชี\nภายในวันที่ 5")
    centre.check("[name=is_urgent]")
    centre.fill("#until_date", today)
    centre.select_option("#way", "bodies")
    centre.fill("#to", place.code)
    shoot(centre, "1 announcing", full_page=True)
    assert wrong_on(centre) == []
    centre.get_by_role("button", name="ประกาศใหม่").click()
    expect(centre.get_by_role("heading", name=title)).to_be_visible()
    shoot(centre, "2 announced", full_page=True)
    assert wrong_on(centre) == []

    office.goto(f"/b/{place.code}/")
    shoot(office, "3 home")
    assert wrong_on(office) == []
    # What other tests announced to everybody may stand beside it.
    office.locator("article", has_text=title).get_by_role("button", name="รับทราบ").click()
    expect(office.get_by_role("heading", name=title)).to_have_count(0)

    centre.goto("/central/questions")
    centre.get_by_text("ถามหน่วยงาน").first.click()
    centre.fill("#body", place.code)
    centre.fill("#subject", subject)
    centre.fill("#reference", "1101010101.001")
    centre.fill("#text", "ขอคำชี้แจงยอดเงินสด")
    centre.fill("#due_date", today)
    assert wrong_on(centre) == []
    centre.get_by_role("button", name="ถามหน่วยงาน").click()
    expect(centre.get_by_role("heading", name=subject)).to_be_visible()

    office.goto(f"/b/{place.code}/")
    office.get_by_role("link", name="ข้อสอบถามจากส่วนกลางที่รอคำตอบ").click()
    office.get_by_label("คำตอบ").fill("นำฝากแล้วในวันถัดไป")
    shoot(office, "4 answering", full_page=True)
    assert wrong_on(office) == []
    office.get_by_role("button", name="ตอบ", exact=True).click()
    expect(office).to_have_url(re.compile("#question-"))
    centre.goto(f"/central/questions?body={place.code}")
    expect(centre.get_by_text("นำฝากแล้วในวันถัดไป")).to_be_visible()
    shoot(centre, "5 answered", full_page=True)
    assert wrong_on(centre) == []
    centre.goto("/central/oversight?fiscal_year=2569")
    shoot(centre, "6 late", full_page=True)
    assert wrong_on(centre) == []
