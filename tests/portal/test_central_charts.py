"""Bars, stacks, progress, months and sparklines: lengths that are true, and words that are text."""

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.central import figures
from portal.central.charts import Bars, Progress, Row
from portal.central.figures import Unit
from portal.central.months import Line, Months, Sparkline
from portal.central.scales import Scale
from portal.central.svg import cut, element

SERIES = ("งบประมาณ", "เบิกจ่าย", "ก่อหนี้ผูกพัน")
HOSTILE = """<script>"&'</script></svg>"""
ROOM = Decimal(68)  # percent of the width that bars may fill
TRILLION = Decimal("1e12")


def drawn(tag, chart, language="th"):
    with translation.override(language):
        page = Template("{% load charts %}{% " + tag + " chart %}").render(
            Context({"chart": chart})
        )
    assert "style" not in page
    return ET.fromstring(page)


def bars_of(*rows, series=SERIES, unit=Unit.BAHT, title="การใช้จ่าย"):
    shown = [Row(name=name, values=tuple(values)) for name, values in rows]
    return Bars(key="b", title=title, series=series, rows=shown, unit=unit)


def percent(text):
    assert text.endswith("%")
    return Decimal(text.removesuffix("%"))


def spans(tree):
    """From where to where each bar reaches, percent of the width."""
    found = []
    for bar in tree.findall("./svg//rect"):
        left, width = percent(bar.get("x")), percent(bar.get("width"))
        assert width >= 0
        assert 0 <= left <= left + width <= Decimal("100.01")
        found.append((left, left + width))
    return found


def texts(tree, class_):
    return ["".join(one.itertext()) for one in tree.findall(f"./svg//text[@class='{class_}']")]


def titles(tree):
    return [one.text for one in tree.findall("./svg//rect/title")]


# --- bars ----------------------------------------------------------------------------------------


def test_a_bar_is_as_long_as_its_figure():
    tree = drawn("bars", bars_of(("อบต. ก", [Decimal(400), Decimal(100), Decimal(0)])))
    assert spans(tree) == [(0, ROOM), (0, ROOM / 4), (0, 0)]
    assert texts(tree, "figure") == ["400", "100", "0"]
    assert titles(tree)[1] == "อบต. ก – เบิกจ่าย: 100.00 บาท"


def test_the_drawing_is_an_image_told_in_words():
    tree = drawn("bars", bars_of(("อบต. ก", [Decimal(4), Decimal(1), None])))
    svg = tree.find("./svg")
    named = {one.get("id"): "".join(one.itertext()) for one in tree.iter() if one.get("id")}
    assert svg.get("role") == "img"
    assert named[svg.get("aria-labelledby")] == "การใช้จ่าย (บาท)"
    assert named[svg.get("aria-describedby")] == (
        "อบต. ก: งบประมาณ 4.00 บาท, เบิกจ่าย 1.00 บาท, ก่อหนี้ผูกพัน ไม่มีข้อมูล"
    )
    assert ["".join(one.itertext()) for one in tree.iter("li")] == list(SERIES)


@pytest.mark.parametrize("tag", ["bars", "stacked_bars"])
def test_names_of_bodies_and_series_are_text(tag):
    rows = [(HOSTILE, [Decimal(1), Decimal(2), None])]
    series = (HOSTILE, "ข", "ค")
    tree = drawn(tag, bars_of(*rows, series=series, title=HOSTILE))
    assert {one.tag for one in tree.iter()} <= {
        *("figure", "figcaption", "svg", "desc", "g", "text", "title", "rect", "ul", "li", "span")
    }
    assert HOSTILE in titles(tree)[0]
    assert HOSTILE in tree.find("figcaption").text


@pytest.mark.parametrize("tag", ["bars", "stacked_bars"])
@pytest.mark.parametrize(
    "values",
    [
        [Decimal(0)] * 3,
        [None] * 3,
        [Decimal(7)] * 3,
        [TRILLION, Decimal("0.01"), -TRILLION],
        [Decimal(-1), Decimal(-2), Decimal(-3)],
    ],
    ids=["nothing", "no data", "all equal", "beyond measure", "all below zero"],
)
def test_bars_stay_within_the_drawing(tag, values):
    spans(drawn(tag, bars_of(("ก", values), ("ข", [Decimal(0), None, Decimal(1)]))))


@pytest.mark.parametrize("tag", ["bars", "stacked_bars"])
def test_no_rows_say_so(tag):
    tree = drawn(tag, bars_of())
    assert "ไม่มีข้อมูล" in [one.text for one in tree.findall("./svg/text")]


def test_figures_below_zero_lie_left_of_a_line_at_zero():
    tree = drawn("bars", bars_of(("ก", [Decimal(300), Decimal(-100)]), series=("ก", "ข")))
    zero = percent(tree.find("./svg//line[@class='zero']").get("x1"))
    assert spans(tree) == [(zero, ROOM), (0, zero)]
    assert zero == ROOM / 4
    assert texts(tree, "figure") == ["300", "-100"]


def test_there_is_no_line_at_zero_where_nothing_is_below():
    tree = drawn("bars", bars_of(("ก", [Decimal(3)]), series=("ก",)))
    assert tree.find("./svg//line") is None


@pytest.mark.parametrize(
    ("series", "values"), [((), ()), (("ก",), (1, 2)), (tuple("กขคงจ"), (1, 2, 3, 4, 5))]
)
def test_a_row_has_a_figure_of_each_of_a_few_series(series, values):
    with pytest.raises(ValueError, match="series"):
        bars_of(("อบต.", map(Decimal, values)), series=series)


def test_english_pages_have_english_words():
    rows = [("A", [Decimal(1230000), None, Decimal("4e12")])]
    tree = drawn("bars", bars_of(*rows), language="en")
    assert texts(tree, "figure") == ["1.23 million", "no data", "4 trillion"]


# --- stacks --------------------------------------------------------------------------------------


def test_a_stack_is_as_long_as_its_total_and_says_it():
    rows = [("ก", [Decimal(100), Decimal(200), Decimal(500)]), ("ข", [Decimal(400), None, None])]
    tree = drawn("stacked_bars", bars_of(*rows))
    assert texts(tree, "figure") == ["800", "400"]
    whole = spans(tree)
    assert whole == [
        (0, ROOM / 8),
        (ROOM / 8, ROOM * 3 / 8),
        (ROOM * 3 / 8, ROOM),
        (0, ROOM / 2),
    ]


def test_what_is_below_zero_is_stacked_to_the_left():
    rows = [("ก", [Decimal(300), Decimal(-50), Decimal(-50)])]
    tree = drawn("stacked_bars", bars_of(*rows))
    assert spans(tree) == [(17, 68), (Decimal("8.5"), 17), (0, Decimal("8.5"))]
    assert texts(tree, "figure") == ["200"]


def test_a_stack_of_nothing_known_has_no_total():
    tree = drawn("stacked_bars", bars_of(("ก", [None, None, None])))
    assert texts(tree, "figure") == ["ไม่มีข้อมูล"]


# --- progress ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "total", "expected", "words", "width"),
    [
        (3, 4, None, "3 จาก 4 (75 %)", 75),
        (0, 7849, None, "0 จาก 7,849 (0 %)", 0),
        (7849, 7849, None, "7,849 จาก 7,849 (100 %)", 100),
        (0, 0, None, "0 จาก 0", 0),
        (1, 4, 2, "1 จาก 4 (25 %) ควรถึง 2", 25),
    ],
)
def test_progress_is_full_when_all_are_done(done, total, expected, words, width):
    chart = Progress(key="p", title="ปิดงวด", done=done, total=total, expected=expected)
    tree = drawn("progress", chart)
    assert tree.find("./svg/text").text == words
    track, bar = tree.findall("./svg/rect")
    assert (track.get("width"), percent(bar.get("width"))) == ("100%", width)
    mark = tree.find("./svg/line")
    assert (mark is None) if expected is None else (mark.get("x1") == "50.00%")


@pytest.mark.parametrize("counts", [{"done": 5}, {"done": -1}, {"done": 0, "expected": 5}])
def test_no_more_than_all_are_done(counts):
    with pytest.raises(ValueError, match="of 4"):
        Progress(key="p", title="", total=4, **counts)


# --- months --------------------------------------------------------------------------------------


def months_of(*lines, unit=Unit.BAHT):
    shown = tuple(Line(name=name, values=tuple(values)) for name, values in lines)
    return Months(key="m", title="รายรับ", fiscal_year=2570, lines=shown, unit=unit)


YEAR = [Decimal(n * 1_000_000) for n in range(12)]


def test_a_year_goes_from_october_to_september():
    tree = drawn("months", months_of(("ปีนี้", YEAR)))
    names = texts(tree, "month-name")
    assert len(names) == 12
    assert (names[0], names[3], names[-1]) == ("ต.ค.", "ม.ค.", "ก.ย.")
    told = [one.text for one in tree.findall("./svg/g//title")]
    assert told[0] == "ปีนี้ ตุลาคม 2569: 0.00 บาท"
    assert told[-1] == "ปีนี้ กันยายน 2570: 11,000,000.00 บาท"
    english = drawn("months", months_of(("This year", YEAR)), language="en")
    assert texts(english, "month-name")[0] == "Oct"


def test_a_month_without_a_figure_breaks_its_line():
    values = [*YEAR[:3], None, *YEAR[4:5], *[None] * 7]
    tree = drawn("months", months_of(("ปีนี้", values)))
    group = tree.find("./svg/g[@class='line-0']")
    assert (len(group.findall("line")), len(group.findall("circle"))) == (2, 4)


def test_points_rise_with_their_figures_between_round_ones():
    tree = drawn("months", months_of(("ก", YEAR)))
    heights = [Decimal(one.get("cy")) for one in tree.findall("./svg/g/circle")]
    assert heights == sorted(heights, reverse=True)
    assert texts(tree, "scale") == ["0", "5 ล้าน", "10 ล้าน", "15 ล้าน"]
    assert all(20 <= height <= 194 for height in heights)


def test_three_lines_are_told_apart_by_their_marks():
    tree = drawn("months", months_of(("ก", YEAR), ("ข", YEAR[::-1]), ("ค", [Decimal(5)] * 12)))
    shapes = [one.findall(".//path") for one in tree.findall("./svg/g")]
    assert [len(found) for found in shapes] == [0, 12, 12]
    assert shapes[1][0].get("d") != shapes[2][0].get("d")
    assert len(tree.findall("./ul/li/svg/g")) == 3


@pytest.mark.parametrize(
    "values",
    [[None] * 12, [Decimal(0)] * 12, [TRILLION, -TRILLION] * 6, [Decimal("-0.01")] * 12],
    ids=["no data", "nothing", "beyond measure", "below zero"],
)
def test_lines_stay_within_the_drawing(values):
    tree = drawn("months", months_of((HOSTILE, values)))
    assert all(20 <= Decimal(one.get("cy")) <= 194 for one in tree.findall("./svg/g/circle"))
    assert HOSTILE in tree.find("./svg/desc").text


@pytest.mark.parametrize("lines", [[], [("ก", YEAR[:11])], [("ก", YEAR)] * 4])
def test_a_year_has_twelve_months_and_a_drawing_three_lines(lines):
    with pytest.raises(ValueError, match="lines"):
        months_of(*lines)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "ไม่มีข้อมูล"),
        ([None, None], "ไม่มีข้อมูล"),
        ([Decimal(5)], "5 %"),
        ([Decimal(5), Decimal(-7), None], "-7 %"),
        ([TRILLION] * 12, "1,000,000,000,000 %"),
    ],
)
def test_a_small_line_says_its_last_figure(values, words):
    chart = Sparkline(title=HOSTILE, values=tuple(values), unit=Unit.PERCENT)
    tree = drawn("sparkline", chart)
    assert tree.get("aria-label") == tree.find("title").text == f"{HOSTILE}: {words}"
    assert tree.get("role") == "img"
    assert len(tree.findall("circle")) == (1 if any(one is not None for one in values) else 0)
    assert all(4 <= Decimal(one.get("y2")) <= 24 for one in tree.findall("line"))


# --- figures, scales, words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "exact", "short", "rounded"),
    [
        ("0", Unit.BAHT, "0.00 บาท", "0", "0 บาท"),
        ("1234.5", Unit.BAHT, "1,234.50 บาท", "1,234.5", "1,234.5 บาท"),
        ("999999.99", Unit.BAHT, "999,999.99 บาท", "999,999.99", "999,999.99 บาท"),
        ("1000000", Unit.BAHT, "1,000,000.00 บาท", "1 ล้าน", "1 ล้านบาท"),
        ("-1235000", Unit.BAHT, "-1,235,000.00 บาท", "-1.24 ล้าน", "-1.24 ล้านบาท"),
        ("1e12", Unit.BAHT, "1,000,000,000,000.00 บาท", "1 ล้านล้าน", "1 ล้านล้านบาท"),
        ("45.504", Unit.PERCENT, "45.5 %", "45.5 %", "45.5 %"),
        ("-0.001", Unit.PERCENT, "0 %", "0 %", "0 %"),
        ("100", Unit.PERCENT, "100 %", "100 %", "100 %"),
        ("7849", Unit.COUNT, "7,849", "7,849", "7,849"),
    ],
)
def test_figures_are_written_as_offices_write_them(value, unit, exact, short, rounded):
    with translation.override("th"):
        assert figures.exact(Decimal(value), unit) == exact
        assert figures.short(Decimal(value), unit) == short
        assert figures.rounded(Decimal(value), unit) == rounded


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([], ["0", "0.5", "1"]),
        (["95"], ["0", "50", "100"]),
        (["-7", "3"], ["-10", "-5", "0", "5"]),
        (["-3"], ["-3", "-2", "-1", "0"]),
        (["1e12"], ["0", "5e11", "1e12"]),
    ],
)
def test_scales_end_at_round_figures_and_have_zero_on_them(values, ticks):
    scale = Scale.of(map(Decimal, values))
    assert list(scale.ticks()) == list(map(Decimal, ticks))
    assert (scale.widened().least, scale.widened().most) == (Decimal(ticks[0]), Decimal(ticks[-1]))


def test_a_long_name_is_cut_between_letters_never_between_a_letter_and_its_vowel():
    assert cut("เทศบาล", 6) == "เทศบาล"
    assert cut("ที่นี่ที่นั่น", 3) == "ที่นี่…"
    assert cut("กรุงเทพมหานคร", 5) == "กรุง…"


def test_only_an_element_of_ours_is_an_element():
    assert element("g", "<b>&", title='"<') == '<g title="&quot;&lt;">&lt;b&gt;&amp;</g>'
    assert element("g", [element("b", "1"), "<i>"], x=None) == "<g><b>1</b>&lt;i&gt;</g>"
