"""The map of Thailand: each province in the shade of its figure, and a link to its page."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.central import figures
from portal.central.drawings import Key, framed, keys
from portal.central.figures import Unit
from portal.central.steps import Steps
from portal.central.svg import element

CREDIT = "MapSVG, @svg-maps/thailand (CC BY 4.0)"  # owed to its makers wherever the map is shown
_BOX = "0 0 1120 2050"
_LAKE = "lake"
_OUTLINES = Path(__file__).parent / "data" / "outlines.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province of the map.

    Args:
        code: two digits, the Department of Provincial Administration's.
        name: in the language of the page.
        value: None when there is no figure; it is hatched then.
        href: where the province leads; empty for nowhere.
    """

    code: str
    name: str
    value: Decimal | None
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceMap:
    """A map; provinces that are not named are drawn pale, as outside of what the officer sees.

    Args:
        key: tells the drawings of one page apart; letters, digits and hyphens.
        title: what the figures are.
        provinces: at most one of each code.
        unit: what the figures count.
        steps: the classes; `steps.quantiles` of the figures, or fixed ones.
    """

    key: str
    title: str
    provinces: Sequence[Province]
    unit: Unit
    steps: Steps


@cache
def outlines() -> Mapping[str, str]:
    """Return the path of each province by its code, in a box of 1120 x 2050."""
    return {code: path for code, path in _rows() if code != _LAKE}


def draw(shown: ProvinceMap) -> SafeString:
    """Return the map as a figure with its legend and the credit that is owed for it.

    Raises:
        ValueError: a code that no province has, or one named twice.
    """
    codes = [province.code for province in shown.provinces]
    if len(set(codes)) < len(codes) or not outlines().keys() >= set(codes):
        raise ValueError(f"no province, or one named twice: {sorted(codes)}")
    named = {province.code: province for province in shown.provinces}
    shapes = [
        _province(shown, named[code], path) if code in named else _outside(path)
        for code, path in outlines().items()
    ]
    lake = element("path", d=_lake(), class_="water", aria_hidden="true")
    return framed(
        key=shown.key,
        title=shown.title,
        says=_says(shown),
        drawing=[_hatch(shown.key), *shapes, lake],
        legend=[_legend(shown), _credit()],
        # The children of an image are hidden from those who cannot see it; these are links.
        role="group",
        class_="chart-map",
        viewBox=_BOX,
    )


def _province(shown: ProvinceMap, province: Province, path: str) -> SafeString:
    told = f"{province.name}: {figures.exact_or_none(province.value, shown.unit)}"
    if province.value is None:
        shape = element("path", d=path, class_="no-figure", fill=_hatched(shown))
    else:
        shape = element("path", d=path, class_=f"step-{shown.steps.class_of(province.value)}")
    parts = [element("title", told), shape]
    if province.href:
        return element("a", parts, href=province.href, aria_label=told)
    return element("g", parts, role="img", aria_label=told)


def _outside(path: str) -> SafeString:
    return element("path", d=path, class_="outside", aria_hidden="true")


def _hatch(key: str) -> SafeString:
    lines = element("path", d="M-6 6L6-6M0 24L24 0M18 30L30 18", class_="hatch")
    ground = element("rect", width=24, height=24, class_="hatch-ground")
    size = {"width": 24, "height": 24, "patternUnits": "userSpaceOnUse"}
    pattern = element("pattern", [ground, lines], id=f"{key}-hatch", **size)
    return element("defs", pattern)


def _hatched(shown: ProvinceMap) -> str:
    return f"url(#{shown.key}-hatch)"


def _legend(shown: ProvinceMap) -> SafeString:
    values = [one.value for one in shown.provinces if one.value is not None]
    counts = Counter(map(shown.steps.class_of, values))
    named = [
        Key(f"step-{place}", f"{words} ({counts[place]})")
        for place, words in enumerate(_classes(shown.steps, values, shown.unit))
    ]
    if none := len(shown.provinces) - len(values):
        named.append(Key("no-figure", f"{_('ไม่มีข้อมูล')} ({none})", _hatched(shown)))
    return keys(named)


def _classes(steps: Steps, values: Sequence[Decimal], unit: Unit) -> Iterator[str]:
    """Yield what each class holds, in words."""
    if not steps.bounds:
        if values:
            least, most = figures.exact(min(values), unit), figures.exact(max(values), unit)
            yield least if least == most else f"{least} – {most}"
        return
    bounds = [figures.rounded(bound, unit) for bound in steps.bounds]
    yield _("น้อยกว่า %(bound)s") % {"bound": bounds[0]}
    for low, high in pairwise(bounds):
        yield _("%(low)s ถึงน้อยกว่า %(high)s") % {"low": low, "high": high}
    yield _("ตั้งแต่ %(bound)s ขึ้นไป") % {"bound": bounds[-1]}


def _says(shown: ProvinceMap) -> str:
    known = [(one.value, one.name) for one in shown.provinces if one.value is not None]
    if not known:
        return _("ไม่มีข้อมูล")
    (least, lowest), (most, highest) = min(known), max(known)
    return _("มีข้อมูล %(known)s จาก %(all)s จังหวัด สูงสุด %(highest)s ต่ำสุด %(lowest)s") % {
        "known": len(known),
        "all": len(shown.provinces),
        "highest": f"{highest} {figures.exact(most, shown.unit)}",
        "lowest": f"{lowest} {figures.exact(least, shown.unit)}",
    }


def _credit() -> SafeString:
    words = _("แผนที่: %(source)s ปรับให้เรียบง่ายโดย OpenLAAS") % {"source": CREDIT}
    return format_html('<p class="chart-credit">{}</p>', words)


@cache
def _lake() -> str:
    return dict(_rows())[_LAKE]


def _rows() -> list[tuple[str, str]]:
    with _OUTLINES.open(encoding="utf-8", newline="") as file:
        return [(row["province_code"], row["path"]) for row in csv.DictReader(file)]
