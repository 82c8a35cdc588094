"""Amounts as officers write and read them: separators, Thai digits, Thai words. Pure."""

import re
from decimal import Decimal, InvalidOperation

_THAI_TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_DIGITS = ("", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า")
_PLACES = ("", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน")
_SATANG = Decimal("0.01")
_TENS, _MILLION = 1, 1_000_000


def arabic_digits(text: str) -> str:
    """Return the text with Thai digits turned into 0-9."""
    return text.translate(_THAI_TO_ARABIC)


def typed_amount(text: str) -> str | None:
    """Return what was typed as a plain amount such as ``1234.50``; None for nothing or zero.

    Separators are dropped only where they group thousands: ``1,5`` might mean one and a half, so
    it is handed on as it is, and refused.
    """
    plain = arabic_digits(text).strip()
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if len(plain) > 1:
        plain = plain.removesuffix(".")
        plain = f"0{plain}" if plain.startswith(".") else plain
    if not plain or re.fullmatch(r"0+(\.0*)?", plain):
        return None
    return plain


def with_separators(amount: Decimal | str) -> str:
    """Return ``1,234.50``."""
    return f"{Decimal(amount):,.2f}"


def is_zero(amount: Decimal | str) -> bool:
    """Tell whether the amount is nothing."""
    try:
        return Decimal(amount) == 0
    except InvalidOperation:
        return False


def or_dash(amount: Decimal | str) -> str:
    """Return ``1,234.50``, and a dash for nothing, as papers have it."""
    return "-" if is_zero(amount) else with_separators(amount)


def or_blank(amount: Decimal | str) -> str:
    """Return ``1,234.50``, or nothing for zero: one side of a line."""
    return "" if is_zero(amount) else with_separators(amount)


def in_words(amount: Decimal | str) -> str:
    """Return the amount as forms spell it: หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์."""
    exact = Decimal(amount).quantize(_SATANG)
    sign = "ลบ" if exact < 0 else ""
    baht, satang = divmod(int(abs(exact) * 100), 100)
    if not baht and not satang:
        return "ศูนย์บาทถ้วน"
    whole = f"{_number_in_words(baht)}บาท" if baht else ""
    rest = f"{_number_in_words(satang)}สตางค์" if satang else "ถ้วน"
    return sign + whole + rest


def _number_in_words(number: int) -> str:
    """Spell a positive number; after every sixth place the count begins anew, with ล้าน."""
    millions, rest = divmod(number, _MILLION)
    high = f"{_number_in_words(millions)}ล้าน" if millions else ""
    return high + _below_a_million(rest, follows=bool(millions))


def _below_a_million(number: int, *, follows: bool) -> str:
    words = []
    for place in range(len(_PLACES) - 1, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            continue
        if place == _TENS and digit <= 2:  # noqa: PLR2004 - สิบ and ยี่สิบ, never หนึ่งสิบ
            words.append(("สิบ", "ยี่สิบ")[digit - 1])
        elif place == 0 and digit == 1 and (words or follows):
            words.append("เอ็ด")
        else:
            words.append(_DIGITS[digit] + _PLACES[place])
    return "".join(words)
