"""The map of Thailand: every province in its place, once, and nothing but text in its words."""

import csv
import gzip
import re
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from statistics import median
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.central import map as maps
from portal.central.figures import Unit
from portal.central.map import Province, ProvinceMap
from portal.central.steps import MOST_CLASSES, Steps, quantiles

KB = 1024
STYLES = Path(maps.__file__).parents[1] / "static" / "portal" / "charts.css"


def register(name):
    text = (resources.files("tenants") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


CODES = [row["code"] for row in register("provinces.csv")]


def provinces(values, **more):
    return [
        Province(code=code, name=f"จังหวัด {code}", value=value, href=f"/p/{code}", **more)
        for code, value in zip(CODES, values, strict=False)
    ]


def drawn(shown, steps=None, unit=Unit.BAHT):
    values = [one.value for one in shown if one.value is not None]
    chart = ProvinceMap(
        key="spent",
        title="เบิกจ่าย",
        provinces=shown,
        unit=unit,
        steps=quantiles(values) if steps is None else steps,
    )
    with translation.override("th"):
        page = Template("{% load charts %}{% province_map chart %}").render(
            Context({"chart": chart})
        )
    return page, ET.fromstring(page)


def classes(tree, name="path"):
    return [one.get("class") for one in tree.findall(f"./svg//{name}[@d]")]


def legend(tree):
    return ["".join(one.itertext()) for one in tree.iter("li")]


# --- the outlines --------------------------------------------------------------------------------


def test_every_province_has_one_outline_and_every_outline_is_a_province():
    assert len(CODES) == 77
    assert sorted(maps.outlines()) == sorted(CODES)
    assert len(set(maps.outlines().values())) == 77


@cache
def rings(path):
    """Return the closed lines of an outline, as absolute points."""
    lines = []
    for start_x, start_y, steps in re.findall(r"M(\d+) (\d+)l([-\d ]+)z", path):
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        line = [(int(start_x), int(start_y))]
        for step_x, step_y in zip(numbers[::2], numbers[1::2], strict=True):
            line.append((line[-1][0] + step_x, line[-1][1] + step_y))
        lines.append(line)
    return lines


def corners(path):
    return [point for ring in rings(path) for point in ring]


def holds(path, x, y):
    """Whether a point is within an outline: a ray crosses the line an odd number of times."""
    crossed = 0
    for ring in rings(path):
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
    return crossed % 2 == 1


def line_through(points):
    """The straight line that lies nearest to the points: slope and height at nought."""
    count = len(points)
    mean_x, mean_y = (sum(one[axis] for one in points) / count for axis in (0, 1))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum(
        (x - mean_x) ** 2 for x, _ in points
    )
    return slope, mean_y - slope * mean_x


def middle(path):
    ends = [sorted(point[axis] for point in corners(path)) for axis in (0, 1)]
    return tuple((values[0] + values[-1]) / 2 for values in ends)


def homes():
    """Where bodies of each province are: longitude and latitude; of Bangkok there are none."""
    places = defaultdict(list)
    for row in register("bodies.csv"):
        if row["lat"] and row["lon"]:
            places[row["province_code"]].append((float(row["lon"]), float(row["lat"])))
    return places


def test_each_outline_lies_where_the_bodies_of_its_province_are():
    """Names can be matched wrongly; positions in the register are another witness.

    The map has straight scales, near enough; they are found from all provinces together.
    """
    places = homes()
    assert places.keys() == set(CODES) - {"10"}
    scales = [
        line_through(
            [
                (median(place[axis] for place in places[code]), middle(maps.outlines()[code])[axis])
                for code in places
            ]
        )
        for axis in (0, 1)
    ]
    found = {}
    for code, known in places.items():
        held = Counter()
        for place in known[:: len(known) // 10 or 1]:
            x, y = (slope * place[axis] + at for axis, (slope, at) in enumerate(scales))
            held.update(other for other, path in maps.outlines().items() if holds(path, x, y))
        found[code] = held.most_common(1)[0][0] if held else None
    assert found == {code: code for code in places}


def test_neighbours_share_their_borders():
    """Each was thinned once for both sides, or slivers of sea would gape between them."""
    ends = Counter(point for path in maps.outlines().values() for point in set(corners(path)))
    shared = [point for point, count in ends.items() if count > 1]
    assert len(shared) / len(ends) > 0.45


# --- the map -------------------------------------------------------------------------------------


def test_each_province_is_a_link_named_by_its_figure_and_drawn_once():
    shown = provinces([Decimal(n * 1_000_000) for n in range(77)])
    page, tree = drawn(shown)
    links = tree.findall("./svg/a")
    assert [one.get("href") for one in links] == [f"/p/{code}" for code in CODES]
    assert links[1].get("aria-label") == "จังหวัด 11: 1,000,000.00 บาท"
    assert [one.find("title").text for one in links] == [one.get("aria-label") for one in links]
    assert len(classes(tree)) == 77 + 1 + 1  # the lake, and the lines of the hatch
    for path in maps.outlines().values():
        assert page.count(f'"{path}"') == 1
    assert sum(int(re.search(r"\((\d+)\)$", words)[1]) for words in legend(tree)) == 77


def test_the_drawing_is_named_and_told_in_words():
    _, tree = drawn(provinces([Decimal(5), None, Decimal(7)]))
    svg = tree.find("./svg")
    named = {one.get("id"): "".join(one.itertext()) for one in tree.iter() if one.get("id")}
    assert named[svg.get("aria-labelledby")] == "เบิกจ่าย"
    told = named[svg.get("aria-describedby")]
    assert told == "มีข้อมูล 2 จาก 3 จังหวัด สูงสุด จังหวัด 12 7.00 บาท ต่ำสุด จังหวัด 10 5.00 บาท"
    assert svg.get("role") == "group", "what is in an image is hidden; these are links"


def test_names_are_text():
    name = """<script>alert("1")</script> & 'ข้าง'"""
    shown = [Province(code="11", name=name, value=Decimal(1), href='/p/"><b>&c')]
    page, tree = drawn(shown)
    link = tree.find("./svg/a")
    assert link.get("aria-label") == f"{name}: 1.00 บาท"
    assert link.get("href") == '/p/"><b>&c'
    assert "<script" not in page
    assert "<b>" not in page


def test_a_province_without_a_figure_is_hatched_and_one_outside_is_no_link():
    page, tree = drawn([Province(code="11", name="สมุทรปราการ", value=None, href="/p/11")])
    assert len(tree.findall("./svg/a")) == 1
    assert tree.find("./svg/a/path").get("fill") == "url(#spent-hatch)"
    assert tree.find("./svg/a").get("aria-label") == "สมุทรปราการ: ไม่มีข้อมูล"
    assert classes(tree).count("outside") == 76
    assert legend(tree) == ["ไม่มีข้อมูล (1)"]
    assert 'id="spent-hatch"' in page


def test_a_province_that_leads_nowhere_is_still_named():
    _, tree = drawn([Province(code="10", name="กรุงเทพมหานคร", value=Decimal(0))])
    assert tree.findall("./svg/a") == []
    assert tree.find("./svg/g").get("aria-label") == "กรุงเทพมหานคร: 0.00 บาท"


@pytest.mark.parametrize("codes", [["11", "11"], ["99"], ["lake"], [""]])
def test_a_code_that_is_none_or_comes_twice_is_a_fault(codes):
    shown = [Province(code=code, name="", value=None) for code in codes]
    with pytest.raises(ValueError, match="no province, or one named twice"):
        drawn(shown)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], []),
        ([Decimal(0)] * 77, ["0.00 บาท (77)"]),
        ([Decimal("12.50")] * 77, ["12.50 บาท (77)"]),
        ([Decimal("1e12")], ["1,000,000,000,000.00 บาท (1)"]),
    ],
)
def test_figures_that_are_all_one_make_one_class(values, words):
    _, tree = drawn(provinces(values))
    assert legend(tree) == words
    assert set(classes(tree)) <= {"step-0", "outside", "water", "hatch"}


def test_figures_below_zero_and_beyond_all_measure_have_their_classes():
    values = [Decimal("-1e12"), Decimal(-1), Decimal(0), Decimal("0.01"), Decimal("1e12")]
    _, tree = drawn(provinces(values), steps=Steps((Decimal(0), Decimal(1_500_000))))
    assert legend(tree) == [
        "น้อยกว่า 0 บาท (2)",
        "0 บาท ถึงน้อยกว่า 1.5 ล้านบาท (2)",
        "ตั้งแต่ 1.5 ล้านบาท ขึ้นไป (1)",
    ]
    assert classes(tree)[1:6] == ["step-0", "step-0", "step-1", "step-1", "step-2"]


def test_no_style_stands_in_the_page_and_the_credit_does():
    page, _ = drawn(provinces([Decimal(n) for n in range(77)]))
    assert "style" not in page
    assert "CC BY 4.0" in page
    assert "MapSVG" in page


def test_the_map_is_light():
    page, _ = drawn(provinces([Decimal(n) * 7919 % 1013 for n in range(77)]))
    assert len(gzip.compress(page.encode())) <= 16 * KB


def test_english_pages_have_english_words():
    shown = provinces([Decimal(2_000_000), None])
    chart = ProvinceMap(key="k", title="", provinces=shown, unit=Unit.BAHT, steps=Steps())
    with translation.override("en"):
        page = maps.draw(chart)
    for word in ("no data", "baht", "simplified", "1 of 2 provinces"):
        assert word in page


# --- the classes ---------------------------------------------------------------------------------


def test_a_bound_belongs_to_the_class_above_it():
    steps = Steps((Decimal(20), Decimal(80)))
    found = [steps.class_of(Decimal(text)) for text in ("-5", "19.99", "20", "79.99", "80", "1e12")]
    assert found == [0, 0, 1, 1, 2, 2]


def test_quantiles_put_about_as_many_into_each_class():
    values = [Decimal(n * n) for n in range(1, 78)]
    steps = quantiles(values)
    counts = [sum(1 for one in values if steps.class_of(one) == place) for place in range(5)]
    assert sum(counts) == 77
    assert max(counts) - min(counts) <= 3, "but for the rounding of the bounds"


def test_bounds_have_three_digits():
    steps = quantiles([Decimal("1234567.89") * n for n in range(1, 78)])
    assert all(bound == Decimal(f"{bound:.2e}") for bound in steps.bounds)


@pytest.mark.parametrize("bounds", [(2, 1), (1, 1), tuple(range(MOST_CLASSES))])
def test_steps_rise_and_are_no_more_than_the_shades(bounds):
    with pytest.raises(ValueError, match=r"bounds do not rise|more classes than shades"):
        Steps(tuple(map(Decimal, bounds)))


def light_of(colour):
    """The relative luminance of WCAG: what remains of a colour for eyes and printers without it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_shades_are_told_apart_without_their_colour():
    styles = STYLES.read_text(encoding="utf-8")
    lights = [
        light_of(colour) for _, colour in sorted(re.findall(r"--step-(\d): (#\w{6})", styles))
    ]
    assert len(lights) == MOST_CLASSES
    contrasts = [(pale + 0.05) / (dark + 0.05) for pale, dark in pairwise(lights)]
    assert min(contrasts) >= 1.25, contrasts
