"""Figures as charts write them: exact where there is room, short on scales. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from enum import Enum

from django.utils.translation import gettext

from thai import baht

_MILLION = 1_000_000
_CENT = Decimal("0.01")


class Unit(Enum):
    """What a figure counts."""

    BAHT = "baht"
    PERCENT = "percent"  # 45.5 is 45.5 %
    COUNT = "count"  # of bodies, documents, officers: whole numbers


def exact(value: Decimal, unit: Unit) -> str:
    """Return ``1,234.50 บาท``, ``45.5 %`` or ``1,234``."""
    if unit is Unit.BAHT:
        return f"{baht.with_separators(value)} {gettext('บาท')}"
    return short(value, unit)


def exact_or_none(value: Decimal | None, unit: Unit) -> str:
    """Return the figure, or that there is none."""
    return gettext("ไม่มีข้อมูล") if value is None else exact(value, unit)


def short(value: Decimal, unit: Unit) -> str:
    """Return ``1.23 ล้าน``, ``45.5 %`` or ``1,234``: at most two decimals, rounded half up."""
    if unit is Unit.PERCENT:
        return f"{_trimmed(value)} %"
    if unit is Unit.COUNT:
        return _trimmed(value)
    return _in_millions(value, ("", gettext("ล้าน"), gettext("ล้านล้าน")))


def rounded(value: Decimal, unit: Unit) -> str:
    """Return ``1.23 ล้านบาท``, ``45.5 %`` or ``1,234``: short, with what it counts."""
    if unit is not Unit.BAHT:
        return short(value, unit)
    return _in_millions(value, (gettext("บาท"), gettext("ล้านบาท"), gettext("ล้านล้านบาท")))


def _in_millions(value: Decimal, words: tuple[str, str, str]) -> str:
    power = 0 if abs(value) < _MILLION else 1 if abs(value) < _MILLION**2 else 2
    return f"{_trimmed(value / _MILLION**power)} {words[power]}".rstrip()


def _trimmed(value: Decimal) -> str:
    rounded = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    # Beside a figure below it, -0.004 would read as a debt of nothing.
    written = baht.with_separators(abs(rounded) if rounded == 0 else rounded)
    return written.rstrip("0").rstrip(".")
