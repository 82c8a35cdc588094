"""Lines over the twelve months of a fiscal year, and small ones that fit into a row of a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounting import fiscal_year as years
from portal.central import figures
from portal.central.drawings import KEY_SIZE, Key, framed, keys
from portal.central.figures import Unit
from portal.central.scales import Scale
from portal.central.svg import across, element, together
from portal.templatetags import thai

MONTHS = 12
MOST_LINES = 3  # with marks that are told apart without their colours
_HEIGHT, _TOP, _BELOW = 220, 20, 26  # pixels
_FOR_SCALE = Decimal("0.1")  # of the width; all more would be taken from the months, on a phone
_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 120, 28, 4  # pixels
_Values = Sequence[Decimal | None]
_Point = tuple[Decimal, Decimal]  # share of the width, pixels down


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A figure for each month, October first; None for a month without one."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """Lines over a fiscal year.

    Args:
        key: tells the drawings of one page apart; letters, digits and hyphens.
        title: what the figures are.
        fiscal_year: of the Buddhist era.
        lines: one to three.
        unit: what the figures count.

    Raises:
        ValueError: too many lines, or one without a place for each of the twelve months.
    """

    key: str
    title: str
    fiscal_year: int
    lines: tuple[Line, ...]
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < len(self.lines) <= MOST_LINES:
            raise ValueError(f"{len(self.lines)} lines")
        if wrong := [line.name for line in self.lines if len(line.values) != MONTHS]:
            raise ValueError(f"lines without a place for each month: {wrong}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparkline:
    """A small line beside a figure: how it came to be, without a scale."""

    title: str
    values: tuple[Decimal | None, ...]
    unit: Unit


def months(chart: Months) -> SafeString:
    """Return the lines over October to September; a month without a figure breaks its line."""
    days = years.months(chart.fiscal_year)
    known = [value for line in chart.lines for value in line.values if value is not None]
    scale = Scale.of(known).widened()
    lines = (_line(chart, place, scale, days) for place in range(len(chart.lines)))
    named = [
        Key(f"line-{place}", line.name, drawn=_sample(place))
        for place, line in enumerate(chart.lines)
    ]
    title = f"{chart.title} ({_('บาท')})" if chart.unit is Unit.BAHT else chart.title
    return framed(
        key=chart.key,
        title=title,
        says="; ".join(_says(chart, days)),
        drawing=[*_grid(chart, scale), *_names(days), *lines],
        legend=[keys(named)],
        height=_HEIGHT,
    )


def sparkline(chart: Sparkline) -> SafeString:
    """Return a small line; its words are the title and the last figure known."""
    known = [value for value in chart.values if value is not None]
    last = figures.exact_or_none(known[-1] if known else None, chart.unit)
    told = f"{chart.title}: {last}"
    bottom = _SPARK_HEIGHT - _SPARK_EDGE
    points = _placed(chart.values, Scale.of(known), left=Decimal(0), top=_SPARK_EDGE, bottom=bottom)
    drawn = [point for point in points if point is not None]
    end = [element("circle", cx=across(x), cy=_down(y), r=3) for x, y in drawn[-1:]]
    return element(
        "svg",
        [element("title", told), *_strokes(points), *end],
        class_="sparkline",
        role="img",
        aria_label=told,
        width=_SPARK_WIDTH,
        height=_SPARK_HEIGHT,
    )


def _line(chart: Months, place: int, scale: Scale, days: Sequence[date]) -> SafeString:
    line = chart.lines[place]
    points = _placed(line.values, scale, left=_FOR_SCALE, top=_TOP, bottom=_HEIGHT - _BELOW)
    marks = [
        _mark(place, point, _told(line, day, value, chart.unit))
        for point, day, value in zip(points, days, line.values, strict=True)
        if point is not None and value is not None
    ]
    return element("g", [*_strokes(points), *marks], class_=f"line-{place}")


def _placed(
    values: _Values, scale: Scale, *, left: Decimal, top: int, bottom: int
) -> list[_Point | None]:
    """Return where each figure lies: in the middle of its month's share of the width."""
    return [
        None
        if value is None
        else (_middle(place, len(values), left), bottom - scale.share(value) * (bottom - top))
        for place, value in enumerate(values)
    ]


def _middle(place: int, places: int, left: Decimal) -> Decimal:
    return left + (1 - left) * (place + Decimal("0.5")) / places


def _strokes(points: Sequence[_Point | None]) -> Iterator[SafeString]:
    # A polyline knows no shares of the width, so each month's step is a line of its own.
    for before, after in pairwise(points):
        if before is not None and after is not None:
            (x1, y1), (x2, y2) = before, after
            yield element("line", x1=across(x1), y1=_down(y1), x2=across(x2), y2=_down(y2))


def _mark(place: int, point: _Point, told: str) -> SafeString:
    x, y = across(point[0]), _down(point[1])
    return _shape(place, x, y, element("title", told))


def _sample(place: int) -> SafeString:
    """Return a piece of a line with its mark, for the legend."""
    middle = KEY_SIZE // 2
    line = element("line", x1=0, x2="100%", y1=middle, y2=middle)
    return together([line, _shape(place, "50%", str(middle))])


def _shape(place: int, x: str, y: str, title: SafeString | str = "") -> SafeString:
    """Return the mark of a line: a disc, a square or a triangle."""
    if place == 0:
        return element("circle", title, cx=x, cy=y, r=4)
    shape = "M-4-4h8v8h-8z" if place == 1 else "M0-5l5 9h-10z"
    drawn = element("path", title, d=shape)
    return element("svg", drawn, x=x, y=y, class_="mark-place")


def _grid(chart: Months, scale: Scale) -> Iterator[SafeString]:
    for tick in scale.ticks():
        y = _HEIGHT - _BELOW - scale.share(tick) * (_HEIGHT - _BELOW - _TOP)
        kind = "zero" if tick == 0 else "grid"
        yield element("line", class_=kind, x1=0, x2="100%", y1=_down(y), y2=_down(y))
        yield element("text", figures.short(tick, chart.unit), class_="scale", x=0, y=_down(y - 3))


def _names(days: Sequence[date]) -> Iterator[SafeString]:
    for place, day in enumerate(days):
        x = across(_middle(place, MONTHS, _FOR_SCALE))
        yield element("text", thai.month_short(day), class_="month-name", x=x, y=_HEIGHT - 8)


def _told(line: Line, day: date, value: Decimal, unit: Unit) -> str:
    return f"{line.name} {thai.month_in_words(day)}: {figures.exact(value, unit)}"


def _says(chart: Months, days: Sequence[date]) -> Iterator[str]:
    for line in chart.lines:
        known = [
            f"{thai.month_in_words(day)} {figures.exact(value, chart.unit)}"
            for day, value in zip(days, line.values, strict=True)
            if value is not None
        ]
        yield f"{line.name}: {', '.join(known) or _('ไม่มีข้อมูล')}"


def _down(pixels: Decimal) -> str:
    return f"{pixels:.1f}"
