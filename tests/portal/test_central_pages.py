"""The centre's pages: who reaches which, what stands on them, and where they lead."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

PAGES = ("", "bodies", "closing")


@pytest.fixture(scope="module")
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture(scope="module")
def browser_of(place, officer_of):
    """Return the browser of somebody who watches over the place, or works there."""
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    def make(role):
        client = Client(SERVER_NAME="localhost")
        if role != "nobody":
            officer = officer_of(place, role)
            token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
            client.cookies[COOKIE] = token
        return client

    return make


# The own province, the own district, the district next door, and a province elsewhere.
SEEN = {
    "DLA": (True, True, True, True),
    "OAG": (True, True, True, False),
    "PROVINCE": (True, True, True, False),
    "DISTRICT": (False, True, False, False),
    "ACCOUNTANT": (False, False, False, False),
    "nobody": (False, False, False, False),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_reaches_the_pages_of_their_area_and_no_others(place, browser_of, role):
    from tenants.models import District

    same = District.objects.filter(province_id=place.province_code)
    next_door = same.exclude(code=place.district_code).order_by("code").first()
    elsewhere = District.objects.exclude(province_id=place.province_code).order_by("code").first()
    paths = (
        f"provinces/{place.province_code}",
        f"districts/{place.district_code}",
        f"districts/{next_door.code}",
        f"provinces/{elsewhere.province_id}",
    )
    browser, absent = browser_of(role), 302 if role == "nobody" else 404
    seen = [*zip(paths, SEEN[role], strict=True), *((page, any(SEEN[role])) for page in PAGES)]
    for path, is_seen in seen:
        answer = browser.get(f"/central/{path}")
        assert answer.status_code == (200 if is_seen else absent), path
        if is_seen:
            page = answer.content.decode()
            assert "style=" not in page
            assert "ครบถ้วนถึง" in page or "ยังไม่ทราบว่าครบถ้วน" in page or "ไม่มีรายการ" in page
    filtered = browser.get(f"/central/bodies?province={elsewhere.province_id}")
    assert filtered.status_code == (200 if SEEN[role][-1] else absent)


def test_the_nation_leads_down_to_the_pages_of_a_body(place, browser_of):
    browser = browser_of("DLA")
    assert f"/central/provinces/{place.province_code}?" in browser.get("/central/").content.decode()
    province = browser.get(f"/central/provinces/{place.province_code}").content.decode()
    assert f"/central/districts/{place.district_code}?" in province
    district = browser.get(f"/central/districts/{place.district_code}").content.decode()
    assert f'href="/b/{place.code}/"' in district
    assert browser.get(f"/b/{place.code}/").status_code == 200


def test_a_district_begins_with_its_bodies(place, browser_of):
    assert f'href="/b/{place.code}/"' in browser_of("DISTRICT").get("/central/").content.decode()


@pytest.mark.parametrize(("role", "lands"), [("PROVINCE", "/central/"), ("ACCOUNTANT", "/b/")])
def test_those_of_the_centre_land_there(browser_of, role, lands):
    answer = browser_of(role).get("/bodies")
    assert answer.status_code == 302
    assert answer["Location"].startswith(lands)


def test_a_list_goes_on_where_it_ended(browser_of):
    browser = browser_of("DLA")
    first = browser.get("/central/bodies?kind=SAO").content.decode()
    onward = html.unescape(re.search(r'<p class="pager"><a [^>]*href="([^"]+)"', first)[1])
    second = browser.get(f"/central/bodies{onward}").content.decode()
    codes = [re.findall(r'<td class="nowrap code">([^<]+)</td>', page) for page in (first, second)]
    assert [len(page) for page in codes] == [50, 50]
    assert max(codes[0]) < min(codes[1])
    for page in (first, second):
        assert page.count("องค์การบริหารส่วนตำบล") >= 50
