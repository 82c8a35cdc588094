"""Tables of a page, and numbers as people read them; every text in them is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_WHOLE_FROM = 100  # figures of this size are shown without decimals


@dataclass(frozen=True, slots=True)
class Over:
    """A cell whose figure is above its limit."""

    told: str


Cell = str | float | Over | None


def number(value: float) -> str:
    """Return a figure with two decimals at most, thousands set apart."""
    if isinstance(value, int) or abs(value) >= _WHOLE_FROM or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 1 else f"{value:.3g}"


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table, or that nothing was recorded when there are no rows.

    A cell without a value is shown as a dash. Texts stand left, figures right.
    """
    shown = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    if not shown:
        return f'<p class="note">{escape(caption)}: nothing was recorded in this run.</p>\n'
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{shown}</tbody></table></div>\n"
    )


def listed(lines: Iterable[str]) -> str:
    """Return a list of lines; nothing of none."""
    shown = "".join(f"<li>{escape(line)}</li>\n" for line in lines)
    return f"<ul>\n{shown}</ul>\n" if shown else ""


def note(text: str) -> str:
    """Return a paragraph that explains."""
    return f'<p class="note">{escape(text)}</p>\n'


def _cell(value: Cell) -> str:
    if value is None:
        return "<td>–</td>"
    if isinstance(value, Over):
        return f'<td class="over">{escape(value.told)}</td>'
    if isinstance(value, str):
        return f'<td class="words">{escape(value)}</td>'
    return f"<td>{escape(number(value))}</td>"
