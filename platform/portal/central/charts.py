"""Bars, stacks and progress: figures of several things beside one another."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.central import figures
from portal.central.drawings import Key, framed, keys
from portal.central.figures import Unit
from portal.central.scales import Scale
from portal.central.svg import across, cut, element, together

MOST_SERIES = 4  # fills of charts.css
_FOR_BARS = Decimal("0.68")  # of the width; the figures stand in the rest
_NAME, _BAR, _BETWEEN, _AFTER = 22, 14, 4, 12  # pixels down
_LETTERS = 40  # of a name, on a phone
_EMPTY = 40  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row shows: a figure of each series, None where there is none."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Rows of figures, each of the same series.

    Args:
        key: tells the drawings of one page apart; letters, digits and hyphens.
        title: what the figures are.
        series: what each figure of a row is, such as budget, spent and committed; at most four.
        rows: from top to bottom.
        unit: what the figures count.

    Raises:
        ValueError: too many series, or a row with more or fewer figures than series.
    """

    key: str
    title: str
    series: tuple[str, ...]
    rows: Sequence[Row]
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 < len(self.series) <= MOST_SERIES:
            raise ValueError(f"{len(self.series)} series")
        if wrong := [row.name for row in self.rows if len(row.values) != len(self.series)]:
            raise ValueError(f"rows without a figure of each series: {wrong}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of all are done.

    Args:
        key: tells the drawings of one page apart; letters, digits and hyphens.
        title: what is counted.
        done: 0 to ``total``.
        total: 0 when there is nothing to do.
        expected: how many should be done by now; drawn as a mark.

    Raises:
        ValueError: a number below nothing or above the total.
    """

    key: str
    title: str
    done: int
    total: int
    expected: int | None = None

    def __post_init__(self) -> None:
        for count in (self.done, self.expected or 0):
            if not 0 <= count <= self.total:
                raise ValueError(f"{count} of {self.total}")


def bars(chart: Bars) -> SafeString:
    """Return a bar for each figure, those of a row below one another and on one scale."""
    values = [value for row in chart.rows for value in row.values if value is not None]
    scale = Scale.of(values)
    step = _BAR + _BETWEEN
    height = _NAME + step * len(chart.series) + _AFTER
    drawn = (
        _row(chart, row, scale, top=place * height, height=height)
        for place, row in enumerate(chart.rows)
    )
    return _framed(chart, drawn, height=height * len(chart.rows))


def stacked_bars(chart: Bars) -> SafeString:
    """Return one bar for each row, its figures end to end, and their total beside it.

    Figures below zero are put end to end to the left of it.
    """
    totals = [end for row in chart.rows for end in _ends(row)]
    scale = Scale.of(totals)
    height = _NAME + _BAR + _AFTER
    drawn = (_stack(chart, row, scale, top=place * height) for place, row in enumerate(chart.rows))
    return _framed(chart, drawn, height=height * len(chart.rows))


def progress(chart: Progress) -> SafeString:
    """Return a bar that is full when all are done."""
    share = Decimal(chart.done) / chart.total if chart.total else Decimal(0)
    told = _progress_told(chart, share)
    y, bar = _NAME, {"y": _NAME, "height": _BAR}
    drawing = [
        element("text", told, x=0, y=y - 7),
        element("rect", class_="track", x=0, width="100%", **bar),
        element("rect", element("title", told), class_="series-1", x=0, width=across(share), **bar),
    ]
    if chart.expected is not None and chart.total:
        x = across(Decimal(chart.expected) / chart.total)
        drawing.append(element("line", class_="mark", x1=x, x2=x, y1=y - 4, y2=y + _BAR + 4))
    return framed(
        key=chart.key, title=chart.title, says=told, drawing=drawing, height=y + _BAR + _BETWEEN + 2
    )


def _row(chart: Bars, row: Row, scale: Scale, *, top: int, height: int) -> SafeString:
    parts = [_name(row, top)]
    for place, value in enumerate(row.values):
        y = top + _NAME + place * (_BAR + _BETWEEN)
        if value is not None:
            told = _told(chart, row, place, value)
            parts.append(_bar(scale, Decimal(0), value, y=y, place=place, told=told))
        parts.append(_figure(value, chart.unit, y=y))
    parts += _zero(scale, top=top + _NAME, bottom=top + height - _AFTER)
    return element("g", parts)


def _stack(chart: Bars, row: Row, scale: Scale, *, top: int) -> SafeString:
    y = top + _NAME
    parts = [_name(row, top)]
    above = below = Decimal(0)
    for place, value in enumerate(row.values):
        if value is None:
            continue
        told = _told(chart, row, place, value)
        start = above if value >= 0 else below
        parts.append(_bar(scale, start, start + value, y=y, place=place, told=told))
        if value >= 0:
            above += value
        else:
            below += value
    parts.append(_figure(_total(row), chart.unit, y=y))
    parts += _zero(scale, top=y, bottom=y + _BAR)
    return element("g", parts)


def _bar(
    scale: Scale, start: Decimal, stop: Decimal, *, y: int, place: int, told: str
) -> SafeString:
    left, right = sorted((scale.share(start), scale.share(stop)))
    return element(
        "rect",
        element("title", told),
        class_=f"series-{place}",
        x=across(left * _FOR_BARS),
        y=y,
        width=across((right - left) * _FOR_BARS),
        height=_BAR,
    )


def _zero(scale: Scale, *, top: int, bottom: int) -> Iterator[SafeString]:
    """Yield the line that bars below zero lie to the left of; none where there are no such bars."""
    if scale.least < 0:
        x = across(scale.share(Decimal(0)) * _FOR_BARS)
        yield element("line", class_="zero", x1=x, x2=x, y1=top - 2, y2=bottom + 2)


def _name(row: Row, top: int) -> SafeString:
    return element(
        "text",
        together([element("title", row.name), cut(row.name, _LETTERS)]),
        class_="name",
        x=0,
        y=top + _NAME - 7,
    )


def _figure(value: Decimal | None, unit: Unit, *, y: int) -> SafeString:
    told = _("ไม่มีข้อมูล") if value is None else figures.short(value, unit)
    return element("text", told, class_="figure", x="100%", y=y + _BAR - 3)


def _framed(chart: Bars, drawn: Iterable[SafeString], *, height: int) -> SafeString:
    parts = list(drawn)
    if not parts:
        height = _EMPTY
        parts = [element("text", _("ไม่มีข้อมูล"), x=0, y=_NAME)]
    named = [Key(f"series-{place}", name) for place, name in enumerate(chart.series)]
    return framed(
        key=chart.key,
        title=_with_unit(chart),
        says="; ".join(_says(chart)) or _("ไม่มีข้อมูล"),
        drawing=parts,
        legend=[keys(named)],
        height=height,
    )


def _with_unit(chart: Bars) -> str:
    return f"{chart.title} ({_('บาท')})" if chart.unit is Unit.BAHT else chart.title


def _says(chart: Bars) -> Iterator[str]:
    for row in chart.rows:
        told = (
            f"{name} {figures.exact_or_none(value, chart.unit)}"
            for name, value in zip(chart.series, row.values, strict=True)
        )
        yield f"{row.name}: {', '.join(told)}"


def _told(chart: Bars, row: Row, place: int, value: Decimal) -> str:
    return f"{row.name} – {chart.series[place]}: {figures.exact(value, chart.unit)}"


def _known(row: Row) -> list[Decimal]:
    return [value for value in row.values if value is not None]


def _ends(row: Row) -> tuple[Decimal, Decimal]:
    """Return how far a stack reaches to the left and to the right of zero."""
    known = _known(row)
    below = sum((value for value in known if value < 0), Decimal(0))
    return below, sum(known, Decimal(0)) - below


def _total(row: Row) -> Decimal | None:
    known = _known(row)
    return sum(known, Decimal(0)) if known else None


def _progress_told(chart: Progress, share: Decimal) -> str:
    words = _("%(done)s จาก %(total)s") % {
        "done": figures.exact(Decimal(chart.done), Unit.COUNT),
        "total": figures.exact(Decimal(chart.total), Unit.COUNT),
    }
    if chart.total:
        words += f" ({figures.exact(share * 100, Unit.PERCENT)})"
    if chart.expected is not None:
        expected = figures.exact(Decimal(chart.expected), Unit.COUNT)
        words += " " + _("ควรถึง %(expected)s") % {"expected": expected}
    return words
