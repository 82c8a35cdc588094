from decimal import Decimal

import pytest

from thai import baht


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("0.01", "หนึ่งสตางค์"),
        ("0.11", "สิบเอ็ดสตางค์"),
        ("1", "หนึ่งบาทถ้วน"),
        ("1.01", "หนึ่งบาทหนึ่งสตางค์"),
        ("10", "สิบบาทถ้วน"),
        ("11", "สิบเอ็ดบาทถ้วน"),
        ("20", "ยี่สิบบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"),
        ("100", "หนึ่งร้อยบาทถ้วน"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("110", "หนึ่งร้อยสิบบาทถ้วน"),
        ("1050.75", "หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์"),
        ("12345.67", "หนึ่งหมื่นสองพันสามร้อยสี่สิบห้าบาทหกสิบเจ็ดสตางค์"),
        ("200000", "สองแสนบาทถ้วน"),
        ("1000000", "หนึ่งล้านบาทถ้วน"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("11000000", "สิบเอ็ดล้านบาทถ้วน"),
        ("21500000.25", "ยี่สิบเอ็ดล้านห้าแสนบาทยี่สิบห้าสตางค์"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
        ("-5.50", "ลบห้าบาทห้าสิบสตางค์"),
    ],
)
def test_amounts_are_spelt_as_forms_spell_them(amount: str, words: str):
    assert baht.in_words(Decimal(amount)) == words
    assert baht.in_words(amount) == words


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        (" 1,234.5 ", "1234.5"),
        ("๑,๒๓๔.๕๐", "1234.50"),
        ("500.", "500"),
        (".75", "0.75"),
        ("", None),
        ("   ", None),
        ("0", None),
        ("0.00", None),
        ("๐.๐๐", None),
    ],
)
def test_amounts_are_read_as_officers_type_them(typed: str, plain: str | None):
    assert baht.typed_amount(typed) == plain


@pytest.mark.parametrize("typed", ["1,5", "1 5", "12,34", "1,234,5", "1.2.3", "ห้าร้อย", "-", "."])
def test_doubtful_amounts_are_handed_on_to_be_refused(typed: str):
    assert baht.typed_amount(typed) == typed


def test_separators():
    assert baht.with_separators("1234567.5") == "1,234,567.50"
    assert baht.with_separators(Decimal(0)) == "0.00"
