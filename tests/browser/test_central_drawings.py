"""The map and the charts as a browser paints them, on a page of the test's own."""

import base64
import csv
import re
from decimal import Decimal
from importlib import resources
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import found_on
from tests.portal.test_central_map import light_of

PHONE = {"width": 360, "height": 740}
SAMPLE = """{% extends "portal/base.html" %}{% load charts static %}
{% block title %}ภาพรวม{% endblock %}
{% block head %}<link rel="stylesheet" href="{% static 'portal/charts.css' %}">{% endblock %}
{% block header %}{% endblock %}
{% block content %}<h1>ภาพรวม</h1><div class="card-box">
{% province_map country %}{% bars spending %}{% stacked_bars revenue %}{% progress closed %}
{% months year %}<p>แนวโน้ม {% sparkline trend %}</p></div>{% endblock %}"""
# Told by the browser itself, on a page that may run scripts.
COLOURS = """async (picture) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + picture;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const paper = canvas.getContext('2d');
    paper.drawImage(image, 0, 0);
    const shares = {}, pixels = paper.getImageData(0, 0, image.width, image.height).data;
    for (let at = 0; at < pixels.length; at += 4) {
        const colour = 'rgb(' + pixels.slice(at, at + 3).join(', ') + ')';
        shares[colour] = (shares[colour] || 0) + 4 / pixels.length;
    }
    return shares;
}"""
FILLS = "all => all.map(one => getComputedStyle(one).fill)"
EDGES = "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
RED = "rgb(156, 28, 22)"
HELD = "document.activeElement.getAttribute('aria-label') || ''"
RIMS = """links => links.map(link => {
    link.focus();
    const path = getComputedStyle(link.querySelector('path'));
    return [path.fill, path.stroke];
})"""
RIM = "getComputedStyle(document.activeElement.querySelector('path')).strokeWidth"


def _contrast(one, other):
    """Return how well two colours are told apart, as WCAG 2.2 reckons: 1 to 21."""
    low, high = sorted(light_of(_in_hex(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def _in_hex(colour):
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour))


def _provinces():
    from portal.central.map import Province

    text = (resources.files("tenants") / "data" / "provinces.csv").read_text(encoding="utf-8")
    for place, row in enumerate(csv.DictReader(text.splitlines())):
        value = None if row["code"] == "10" else Decimal(place * 1_250_000)
        path = f"/central/provinces/{row['code']}"
        yield Province(code=row["code"], name=row["name_th"], value=value, href=path)


def _drawings():
    from portal.central import charts, months, steps
    from portal.central import map as maps
    from portal.central.figures import Unit

    shown = list(_provinces())
    known = [one.value for one in shown if one.value is not None]
    body = "องค์การบริหารส่วนจังหวัดนครศรีธรรมราช"
    money = tuple(map(Decimal, ("1e9", "-4e8", "2e8")))
    row = charts.Row(name=body, values=money)
    year = tuple(Decimal(month * 1_000_000) for month in range(12))
    bars = {"rows": [row, row], "unit": Unit.BAHT}
    return {
        "country": maps.ProvinceMap(
            key="country",
            title="เบิกจ่าย",
            provinces=shown,
            unit=Unit.BAHT,
            steps=steps.quantiles(known),
        ),
        "spending": charts.Bars(
            key="spending",
            title="การใช้จ่าย",
            series=("งบประมาณ", "เบิกจ่าย", "ก่อหนี้ผูกพัน"),
            **bars,
        ),
        "revenue": charts.Bars(
            key="revenue", title="รายได้", series=("จัดเก็บเอง", "จัดสรร", "อุดหนุน"), **bars
        ),
        "closed": charts.Progress(key="closed", title="ปิดงวด", done=30, total=49, expected=40),
        "year": months.Months(
            key="year",
            title="รายรับ",
            fiscal_year=2570,
            lines=(
                months.Line(name="ปีนี้", values=(*year[:5], *[None] * 7)),
                months.Line(name="ปีก่อน", values=year),
                months.Line(name="ประมาณการ", values=year[::-1]),
            ),
            unit=Unit.BAHT,
        ),
        "trend": months.Sparkline(title="แนวโน้ม", values=year, unit=Unit.PERCENT),
    }


@pytest.fixture
def open_sample(open_context):
    """Open the sample under the portal's own policy; what the policy refuses fails the test."""
    from django.template import Context, Template

    from portal.replies import _CONTENT_SECURITY_POLICY

    refused = []

    def opened(**options):
        page = open_context(**options).new_page()
        body = Template(SAMPLE).render(Context({"language": "th", **_drawings()}))
        headers = {"Content-Security-Policy": _CONTENT_SECURITY_POLICY}
        page.route(
            re.compile(r"/central/"),
            lambda route: route.fulfill(body=body, headers=headers, content_type="text/html"),
        )
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else 0)
        page.goto("/central/", wait_until="networkidle")
        return page

    yield opened
    assert refused == []


def test_a_province_is_a_link_by_keyboard(open_sample, shoot):
    page = open_sample()
    for _ in range(3):  # past the way to the content, and Bangkok
        page.keyboard.press("Tab")
    assert page.evaluate(HELD) == "สมุทรปราการ: 1,250,000.00 บาท"
    assert page.evaluate(RIM) == "5px", "whoever comes by keyboard sees where they are"
    shoot(page, "focus", full_page=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/central/provinces/11")


def test_a_province_among_later_ones_keeps_its_rim(open_sample, open_context):
    """Bangkok's neighbours are all drawn after it, and would cover a rim outside of it."""
    page = open_sample()
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate(HELD).startswith("กรุงเทพมหานคร: ")
    picture = page.locator("#country a:focus").screenshot()
    colours = open_context().new_page().evaluate(COLOURS, base64.b64encode(picture).decode())
    assert colours.get(RED, 0) > 0.03, colours
    rims = page.locator("#country a").evaluate_all(RIMS)
    on_shades = {(fill, rim) for fill, rim in rims if fill.startswith("rgb")}
    assert len(on_shades) == 5
    assert all(_contrast(fill, rim) >= 3 for fill, rim in on_shades), on_shades


def test_a_province_is_a_link_by_pointer_and_by_name(open_sample):
    page = open_sample()
    chiang_mai = page.get_by_role("link", name="เชียงใหม่: ")
    expect(chiang_mai).to_have_count(1)
    chiang_mai.click()
    page.wait_for_url("**/central/provinces/50")


def test_the_map_is_painted_in_the_shades_of_its_legend(open_sample, open_context, shoot):
    page = open_sample()
    shades = page.locator("#country .key").evaluate_all(FILLS)[:5]
    assert len(set(shades)) == 5
    picture = page.locator("#country .chart-drawing").screenshot()
    shoot(page, full_page=True)
    colours = open_context().new_page().evaluate(COLOURS, base64.b64encode(picture).decode())
    assert all(colours.get(shade, 0) > 0.01 for shade in shades), colours
    bars = page.locator("#spending rect[class^=series]").evaluate_all(FILLS)
    assert len(set(bars)) == 3
    assert "rgb(0, 0, 0)" not in {*bars, *shades}, "a class that has no style is black"


@pytest.mark.parametrize("viewport", [None, PHONE], ids=["desk", "phone"])
def test_drawings_are_accessible_and_keep_their_letters(open_sample, shoot, viewport):
    page = open_sample(**({"viewport": viewport} if viewport else {}))
    shoot(page, "phone" if viewport else "desk", full_page=True)
    assert found_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    months = page.locator("#year .month-name").evaluate_all(EDGES)
    assert len(months) == 12
    assert all(left[1] <= right[0] for left, right in pairwise(months)), "months stand apart"
    figures = page.locator("#spending .figure").evaluate_all(EDGES)
    bars = page.locator("#spending rect[class^=series]").evaluate_all(EDGES)
    assert max(right for _, right in bars) < min(left for left, _ in figures)


def test_drawings_stand_on_paper(open_sample, shoot):
    page = open_sample()
    page.emulate_media(media="print")
    expect(page.locator("#country svg.chart-drawing")).to_be_visible()
    shoot(page, full_page=True)
