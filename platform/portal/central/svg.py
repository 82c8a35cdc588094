"""Elements of a drawing, written so that nothing in them can be anything but text.

A chart's colours and lines are classes of ``static/portal/charts.css``, since the pages' policy
forbids styles in a page. Places across are shares of the width and places down are pixels, so a
drawing stretches with the page while its letters keep their size, on a phone and on paper.
"""

from collections.abc import Iterable
from decimal import Decimal
from unicodedata import category

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_BEFORE_A_CONSONANT = " เแโใไ"  # they belong to the letter after them
Content = str | SafeString | Iterable[str | SafeString]


def element(name: str, content: Content = (), /, **attributes: object) -> SafeString:
    """Return an element; its text and attributes are escaped.

    Args:
        name: the element's own name, from our code alone.
        content: text, an element, or several of them.
        attributes: ``class_`` and ``aria_label`` stand for ``class`` and ``aria-label``; one that
            is None is left out.
    """
    told = "".join(
        f' {_attribute(key)}="{conditional_escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = together(content)
    return mark_safe(f"<{name}{told}>{inside}</{name}>")  # noqa: S308 - each part is escaped above


def together(content: Content) -> SafeString:
    """Return several elements and texts as one."""
    parts = (content,) if isinstance(content, str) else content
    return mark_safe("".join(map(conditional_escape, parts)))  # noqa: S308 - as it says


def across(share: Decimal) -> str:
    """Return a share of the drawing's width, 0 to 1, as SVG writes it: ``45.50%``."""
    return f"{share * 100:.2f}%"


def cut(text: str, letters: int) -> str:
    """Return a text that is at most so many letters wide, the last of them a sign of more.

    Vowels and tone marks above and below a consonant take no room of their own.
    """
    starts = [place for place, letter in enumerate(text) if category(letter) != "Mn"]
    if len(starts) <= letters:
        return text
    return text[: starts[letters - 1]].rstrip(_BEFORE_A_CONSONANT) + "…"


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
