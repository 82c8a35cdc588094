"""Lines over the seconds of a run, drawn as SVG within the page."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from openlaas.load.page_tables import number

_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW = 900, 240, 56, 12, 24
_STEPS, _COLOURS = 4, 6
Points = Sequence[tuple[float, float]]  # second of the run, figure


def chart(title: str, lines: Mapping[str, Points]) -> str:
    """Return a figure with a line for each name; empty when there is nothing to draw."""
    drawn = {name: points for name, points in lines.items() if points}
    if not drawn:
        return ""
    last = max(at for points in drawn.values() for at, _ in points) or 1.0
    most = round_above(max(value for points in drawn.values() for _, value in points))
    paths = "".join(
        f'<polyline class="line c{place % _COLOURS}" points="{_placed(points, last, most)}">'
        f"<title>{escape(name)}</title></polyline>\n"
        for place, (name, points) in enumerate(drawn.items())
    )
    keys = "".join(
        f'<span class="key"><svg viewBox="0 0 20 10" aria-hidden="true"><line class="line'
        f' c{place % _COLOURS}" x1="0" x2="20" y1="5" y2="5"></line></svg> {escape(name)}</span>'
        for place, name in enumerate(drawn)
    )
    return (
        f"<figure><h3>{escape(title)}</h3>\n"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">\n'
        f"{''.join(_grid(last, most))}{paths}</svg>\n<figcaption>{keys}</figcaption></figure>\n"
    )


def round_above(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 ... that is not below the value; 1 of nothing."""
    if value <= 0:
        return 1.0
    step = 1.0
    while step > value:
        step /= 10
    while step * 10 < value:
        step *= 10
    return next(step * times for times in (1, 2, 5, 10) if step * times >= value)


def _placed(points: Points, last: float, most: float) -> str:
    return " ".join(f"{_x(at, last):.1f},{_y(value, most):.1f}" for at, value in points)


def _grid(last: float, most: float) -> Iterator[str]:
    for step in range(_STEPS + 1):
        value, at = most * step / _STEPS, last * step / _STEPS
        y, x = _y(value, most), _x(at, last)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"></line>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number(value)}</text>'
        anchor = "end" if step == _STEPS else "middle"
        below = _HEIGHT - _BELOW / 3
        yield f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="{anchor}">{number(at)} s</text>\n'


def _x(at: float, last: float) -> float:
    return _LEFT + max(0.0, at) / last * (_WIDTH - _LEFT)


def _y(value: float, most: float) -> float:
    return _HEIGHT - _BELOW - value / most * (_HEIGHT - _BELOW - _TOP)
