"""The centre's pages: who reaches which, what stands on them, and where they lead."""

import html
import re
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.officers import watch

PAGES = ("", "bodies", "closing", "budget", "revenue", "tables", "activity", "service", "position")
WORKBOOKS = (
    *("figures", "bodies", "closing", "budget", "revenue", "tables", "service", "position"),
    *("activity", "ranking", "outliers", "oversight"),
)


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
    for name in WORKBOOKS:
        assert browser.get(f"/central/{name}.xlsx").status_code == (
            200 if any(SEEN[role]) else absent
        )
    for code, is_seen in (
        (place.province_code, SEEN[role][0]),
        (elsewhere.province_id, SEEN[role][3]),
    ):
        answer = browser.get(f"/central/provinces/{code}.xlsx")
        assert answer.status_code == (200 if is_seen else absent)
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


def test_the_nations_map_leads_to_each_province_and_shows_what_is_chosen(place, browser_of):
    browser = browser_of("DLA")
    page = browser.get("/central/?map=closed&fiscal_year=2570").content.decode()
    assert page.count('href="/central/provinces/') == 2 * 77  # on the map, and in the table
    assert f'href="/central/provinces/{place.province_code}?fiscal_year=2570"' in page
    assert "ร้อยละของหน่วยงานที่ปิดงวดแล้ว</figcaption>" in page
    assert 'href="?fiscal_year=2570&amp;map=spent"' in page
    assert "MapSVG" in page, "the credit that is owed"
    assert "MapSVG" not in browser_of("PROVINCE").get("/central/").content.decode()


def test_a_workbook_of_bodies_has_all_of_them(api, place, browser_of, officer_of):
    token = officer_of(place, "PROVINCE").token
    codes, onward = [], ""
    while True:
        page = api.get(f"central/bodies?limit=100{onward}", token=token).json()
        codes += [one["code"] for one in page["items"]]
        if page["next"] is None:
            break
        onward = f"&cursor={page['next']}"
    content = browser_of("PROVINCE").get("/central/bodies.xlsx").content
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    rows = list(sheet.iter_rows(min_row=7, values_only=True))
    assert [row[0] for row in rows[: len(codes)]] == codes
    assert rows[len(codes)][0] is None


def test_filters_of_a_list_are_kept_in_its_workbook(browser_of):
    content = browser_of("DLA").get("/central/bodies.xlsx?kind=PAO").content
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    kinds = {row[2] for row in sheet.iter_rows(min_row=7, values_only=True) if row[2]}
    assert kinds == {"องค์การบริหารส่วนจังหวัด"}


def test_a_district_begins_with_its_bodies(place, browser_of):
    assert f'href="/b/{place.code}/"' in browser_of("DISTRICT").get("/central/").content.decode()


@pytest.mark.parametrize(("role", "lands"), [("PROVINCE", "/central/"), ("ACCOUNTANT", "/b/")])
def test_those_of_the_centre_land_there(browser_of, role, lands):
    answer = browser_of(role).get("/bodies")
    assert answer.status_code == 302
    assert answer["Location"].startswith(lands)


def test_the_menu_shows_the_pages_of_one_module_and_leads_to_the_others(browser_of):
    page = browser_of("DLA").get("/central/ranking").content.decode()
    menu = page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    hrefs = re.findall(r'href="/central/(\w*)"( aria-current="\w+")?', menu)
    modules = [("", ""), ("bodies", ' aria-current="true"'), ("oversight", "")]
    pages = [("bodies", ""), ("ranking", ' aria-current="page"'), ("outliers", "")]
    assert hrefs == [*modules, *pages, ("activity", ""), ("service", "")]


def test_who_watches_and_keeps_books_chooses_between_them(place, officer_of, browser_of):
    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    officer = officer_of(place)
    watch(officer.id, place, "PROVINCE")
    token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = token
    page = client.get("/bodies").content.decode()
    assert 'href="/central/"' in page
    assert f'href="/b/{place.code}/"' in page


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
