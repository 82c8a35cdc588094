"""What every drawing of the centre's pages has about it: title, words instead of it, legend."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from portal.central.svg import element

KEY_SIZE = 14  # pixels


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a legend: a patch as the drawing has it, and what it means."""

    class_: str
    words: str
    fill: str | None = None  # only what no class can say: a pattern of the drawing
    drawn: SafeString | None = None  # instead of the patch, around the middle of its own height


def framed(
    *,
    key: str,
    title: str,
    says: str,
    drawing: Iterable[SafeString],
    legend: Iterable[SafeString] = (),
    role: str = "img",
    class_: str = "",
    **size: object,
) -> SafeString:
    """Return a figure: its title, the drawing, and the legend below.

    Args:
        key: the drawing's own name on its page.
        title: what it shows.
        says: the same in words, for those who do not see it.
        drawing: the elements drawn.
        legend: what stands below the drawing.
        role: ``img``, or ``group`` when there is something in it to be reached by keyboard.
        class_: what sets it apart from other drawings in the style sheet.
        size: attributes of the drawing: ``height`` in pixels, or ``viewBox``.
    """
    # An SVG title would be shown wherever the pointer rests, over the titles of the parts.
    named = element("desc", says, id=f"{key}-says")
    svg = element(
        "svg",
        [named, *drawing],
        class_="chart-drawing",
        role=role,
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-says",
        **size,
    )
    head = element("figcaption", title, class_="chart-title", id=f"{key}-title")
    return element("figure", [head, svg, *legend], class_=f"chart {class_}".rstrip(), id=key)


def keys(named: Iterable[Key]) -> SafeString:
    """Return the legend."""
    items = (element("li", [_patch(key), element("span", key.words)]) for key in named)
    return element("ul", items, class_="chart-keys")


def _patch(key: Key) -> SafeString:
    if key.drawn is not None:
        line = element("g", key.drawn, class_=key.class_)
        return element("svg", line, aria_hidden="true", width=2 * KEY_SIZE, height=KEY_SIZE)
    size = {"width": KEY_SIZE, "height": KEY_SIZE}
    patch = element("rect", class_=f"key {key.class_}", fill=key.fill, **size)
    return element("svg", patch, aria_hidden="true", **size)
