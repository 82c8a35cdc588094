"""The centre's pages of bodies beside each other: who reaches which, and where they lead."""

import html
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounting.fiscal_year import fiscal_year_of
from tenants.models import Body, RollupBody
from tenants.rollups import comparing
from tenants.rollups.kept import run

LISTS = ("ranking", "outliers")


@pytest.fixture(scope="module")
def place(_unused_bodies):
    return next(one for one in _unused_bodies if one.district_code)


@pytest.fixture(scope="module")
def year():
    """A fiscal year that the pages offer and that no other test's figures are of."""
    return fiscal_year_of(timezone.localdate()) - 3


@pytest.fixture(scope="module")
def compared(place, year):
    """Twelve bodies that the centre has figures of, one of which spent what it did not have."""
    live = Body.objects.filter(places__use="live", is_training=False).exclude(code=place.code)
    chosen = [Body.objects.get(code=place.code), *live.order_by("code")[:11]]
    was = {
        one.body_id: one for one in RollupBody.objects.filter(body_id__in=[b.id for b in chosen])
    }
    for number, body in enumerate(chosen, start=1):
        RollupBody.objects.filter(body_id=body.id).delete()
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
            " collected, closed) VALUES (%s, %s, 100, %s, 100, 50, 12)",
            [body.id, year, 200 if number == 1 else 40 + number],
        )
    assert comparing.compare(fiscal_year=year, now=timezone.now() + timedelta(hours=1))
    yield chosen
    for body in chosen:
        RollupBody.objects.filter(body_id=body.id).delete()
        if body.id in was:
            was[body.id].save(force_insert=True)
    for table in ("rollup_total", "comparison", "peer_group", "body_compared"):
        run(f"DELETE FROM {table} WHERE fiscal_year = %s", [year])


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


# The lists, the own body, one of another province.
SEEN = {
    "DLA": (True, True, True),
    "OAG": (True, True, False),
    "PROVINCE": (True, True, False),
    "DISTRICT": (True, True, False),
    "ACCOUNTANT": (False, False, False),
    "nobody": (False, False, False),
}


@pytest.mark.parametrize("role", SEEN)
def test_each_reaches_the_bodies_of_their_area_and_no_others(
    place, browser_of, compared, year, role
):
    lists, own, elsewheres = SEEN[role]
    other = Body.objects.exclude(province_id=place.province_code).order_by("code").first()
    browser, absent = browser_of(role), 302 if role == "nobody" else 404
    cases = [(name, lists) for name in LISTS]
    cases += [
        (f"{name}?province={place.province_code}", role in {"DLA", "OAG", "PROVINCE"})
        for name in LISTS
    ]
    cases += [(f"{name}?province={other.province_id}", elsewheres) for name in LISTS]
    cases += [(f"bodies/{place.code}", own), (f"bodies/{other.code}", elsewheres)]
    for path, is_seen in cases:
        joined = "&" if "?" in path else "?"
        answer = browser.get(f"/central/{path}{joined}fiscal_year={year}")
        assert answer.status_code == (200 if is_seen else absent), path
        if is_seen:
            page = answer.content.decode()
            assert "style=" not in page
            assert "ครบถ้วนถึง" in page or "ยังไม่ทราบว่าครบถ้วน" in page or "ไม่มีรายการ" in page


def test_a_reason_leads_to_the_body_and_the_body_to_its_books(place, browser_of, compared, year):
    browser = browser_of("DLA")
    page = browser.get(f"/central/outliers?fiscal_year={year}").content.decode()
    assert page.index("เบิกจ่าย 200.00 บาท เกินงบประมาณ 100.00 บาท") > page.index(place.code)
    assert f'href="/central/bodies/{place.code}?fiscal_year={year}"' in page
    own = browser.get(f"/central/bodies/{place.code}?fiscal_year={year}").content.decode()
    for path in ("", "trial-balance", "budget", "journal"):
        assert f'href="/b/{place.code}/{path}"' in own
    assert "เบิกจ่าย 200.00 บาท เกินงบประมาณ 100.00 บาท" in own
    assert "1/12" in own
    assert "<svg" in own
    for other in compared[1:]:
        assert other.code not in own


def test_a_reason_is_told_in_english_to_who_reads_it(place, browser_of, compared, year):
    browser = browser_of("DLA")
    browser.cookies["openlaas_language"] = "en"
    for path in ("outliers", f"bodies/{place.code}"):
        page = browser.get(f"/central/{path}?fiscal_year={year}").content.decode()
        assert "Spent 200.00 baht of a budget of 100.00." in page


@pytest.fixture
def many(year):
    """More bodies than a page holds, each of which spent more than the one before."""
    chosen = list(Body.objects.filter(is_training=False).order_by("code")[:70])
    for number, body in enumerate(chosen):
        run(
            "INSERT INTO rollup_total (body_id, fiscal_year, budget, disbursed)"
            " VALUES (%s, %s, 100, %s)",
            [body.id, year + 1, number],
        )
    yield chosen
    run("DELETE FROM rollup_total WHERE fiscal_year = %s", [year + 1])


def test_a_ranking_is_in_order_and_goes_on_under_its_filters(browser_of, many, year):
    browser = browser_of("DLA")
    address = f"/central/ranking?fiscal_year={year + 1}&by=spent_percent&direction=asc"
    ranks, codes, pages = [], [], 0
    while address:
        page = browser.get(address).content.decode()
        rows = re.findall(r'<td class="nowrap code">([^<]+)</td><td class="num">(\d+)', page)
        ranks += [int(rank) for _, rank in rows]
        codes += [code for code, _ in rows]
        onward = re.search(r'<p class="pager"><a [^>]*href="([^"]+)"', page)
        address = onward and f"/central/ranking{html.unescape(onward[1])}"
        pages += 1
    assert pages == 2
    assert ranks == list(range(1, 71))
    assert codes == [one.code for one in many]


def test_the_workbook_of_a_ranking_has_every_page_of_it(browser_of, many, year, monkeypatch):
    monkeypatch.setattr("portal.central.lists._AT_ONCE", 30)
    asked = f"fiscal_year={year + 1}&by=spent_percent&direction=asc&after=x"
    sheet, rows = rows_of(browser_of("DLA").get(f"/central/ranking.xlsx?{asked}"))
    assert sheet.title == "อันดับ"
    assert "เบิกจ่ายต่องบประมาณ (ร้อยละ)" in sheet["A1"].value
    assert [row[0] for row in rows] == [one.code for one in many]
    assert [row[2] for row in rows] == list(range(1, 71))
    assert [row[8] for row in rows] == list(range(70)), "percent, as numbers"


def test_the_workbook_of_bodies_out_of_line_has_their_reasons(place, browser_of, compared, year):
    answer = browser_of("DLA").get(f"/central/outliers.xlsx?fiscal_year={year}")
    _, rows = rows_of(answer)
    (own,) = [row for row in rows if row[0] == place.code]
    assert "เบิกจ่าย 200.00 บาท เกินงบประมาณ 100.00 บาท" in own[5]
    assert own[6] == 200


@pytest.mark.parametrize("role", SEEN)
@pytest.mark.parametrize("name", ["ranking", "outliers", "oversight"])
def test_workbooks_of_lists_hold_bodies_of_the_area_only(
    place, browser_of, compared, year, role, name
):
    browser = browser_of(role)
    answer = browser.get(f"/central/{name}.xlsx?fiscal_year={year}")
    if not SEEN[role][0]:
        assert answer.status_code == (302 if role == "nobody" else 404)
        return
    _, rows = rows_of(answer)
    codes = {row[0] for row in rows}
    assert place.code in codes
    if role in {"PROVINCE", "DISTRICT"}:
        elsewhere = Body.objects.exclude(province_id=place.province_code)
        assert not codes & set(elsewhere.values_list("code", flat=True))


def rows_of(answer):
    """Return the one sheet of a workbook, and its rows of bodies."""
    assert answer.status_code == 200
    (sheet,) = load_workbook(BytesIO(answer.content)).worksheets
    rows = list(sheet.iter_rows(min_row=7, values_only=True))
    return sheet, [row for row in rows if row[0] and row[0].isdigit()]


@pytest.mark.parametrize("path", ["ranking", "outliers", "ranking.xlsx", "outliers.xlsx"])
def test_what_cannot_be_read_of_an_address_is_left_out(browser_of, path):
    browser = browser_of("DLA")
    words = "by=nothing&direction=up&after=5&kind=%00&fiscal_year=x&month=13"
    assert browser.get(f"/central/{path}?{words}").status_code == 200


def test_a_body_that_does_not_exist_is_absent(browser_of):
    assert browser_of("DLA").get("/central/bodies/9999999").status_code == 404
