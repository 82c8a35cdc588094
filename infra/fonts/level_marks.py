# ruff: noqa: INP001 - a program of its own, run by hand when the fonts are renewed
"""Make a Sarabun whose tone marks stand level, so that text copied from a PDF is right.

Sarabun lowers a tone mark over a vowel by up to 0.05 em. The PDF writer puts whatever is not level
into a run of its own and repeats the syllable's text there: ทั้งสิ้น is found as ทั้ทั้งสิ้สิ้น. Here such
marks keep their own height, a third of a millimetre higher in print, and only what pages in Thai
and English show is kept.

    python infra/fonts/level_marks.py Sarabun-Regular.ttf \
        platform/papers/fonts/openlaas-sarabun-regular.ttf

It needs fonttools, which is not installed with OpenLAAS: the fonts made are kept here.
"""

import copy
import sys
from collections.abc import Iterator
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "OpenLAAS Sarabun"  # what is changed does not keep the name
NEARLY_LEVEL = 60  # of 1,000 units; what is raised further is raised for a reason
NAMES = {1, 3, 4, 6, 16}  # of the OpenType specification; 6 has no spaces
KEPT = [*range(0x20, 0x7F), 0xA0, 0xB7, *range(0x0E01, 0x0E5C), 0x2013, 0x2014, 0x2026, 0x200B]


def main(source: str, target: str) -> None:
    """Read a font, level its marks, write what Thai and English pages need of it."""
    font = TTFont(source)
    for marks, anchors in stacks(font):
        level(marks, anchors)
    rename(font)
    options = subset.Options()
    options.layout_features, options.name_IDs = ["*"], ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=KEPT)
    subsetter.subset(font)
    font.save(target)


def stacks(font: TTFont) -> Iterator[tuple[Any, Any]]:
    """Yield marks with the anchors they may meet: upon a letter, or upon another mark."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            if hasattr(table, "Mark2Array"):
                for below in table.Mark2Array.Mark2Record:
                    yield table.Mark1Array.MarkRecord, below.Mark2Anchor
            elif hasattr(table, "BaseArray"):
                for below in table.BaseArray.BaseRecord:
                    yield table.MarkArray.MarkRecord, below.BaseAnchor


def level(marks: list[Any], anchors: list[Any]) -> None:
    """Bring marks of nearly one height to one, and the anchors that they meet to the same."""
    for mark_class, anchor in enumerate(anchors):
        met = [mark for mark in marks if mark.Class == mark_class]
        heights = {mark.MarkAnchor.YCoordinate for mark in met}
        for mark in met:
            mark.MarkAnchor = at_height(mark.MarkAnchor, heights)
        if anchor is not None:
            anchors[mark_class] = at_height(anchor, heights)


def at_height(anchor: Any, heights: set[int]) -> Any:
    """Return the anchor at the highest of the heights that are near it, or as it is."""
    moved, height = copy.copy(anchor), anchor.YCoordinate
    near = [other for other in heights if abs(other - height) < NEARLY_LEVEL]
    moved.YCoordinate = max(near, default=height)
    return moved


def rename(font: TTFont) -> None:
    """Give the family a name of its own."""
    for record in font["name"].names:
        if record.nameID in NAMES:
            family = FAMILY.replace(" ", "") if record.nameID == 6 else FAMILY  # noqa: PLR2004
            record.string = record.toUnicode().replace("Sarabun", family)


if __name__ == "__main__":
    main(*sys.argv[1:])
