from datetime import date

import pytest

from portal import buddhist


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("15/09/2569", "2026-09-15"),
        ("15/9/2569", "2026-09-15"),
        ("๑๕/๐๙/๒๕๖๙", "2026-09-15"),
        ("15/9/69", "2026-09-15"),
        ("15.9.2569", "2026-09-15"),
        ("15-09-2569", "2026-09-15"),
        ("15 9 2569", "2026-09-15"),
        ("  15/09/2569 ", "2026-09-15"),
        ("2026-09-15", "2026-09-15"),
        ("2569-09-15", "2026-09-15"),
        ("15/09/2026", "2026-09-15"),
        ("29/02/2567", "2024-02-29"),
    ],
)
def test_dates_are_read_as_officers_type_them(typed: str, iso: str):
    assert buddhist.typed_date(typed) == iso


@pytest.mark.parametrize("typed", ["", "วันนี้", "29/02/2569", "32/01/2569", "1/13/2569", "15/09/569"])
def test_what_is_no_date_is_none(typed: str):
    assert buddhist.typed_date(typed) is None


def test_dates_on_screen_are_buddhist():
    day = date(2026, 9, 15)
    assert buddhist.as_typed(day) == "15/09/2569"
    assert buddhist.in_words(day) == "15 กันยายน 2569"
    assert buddhist.short(day) == "15 ก.ย. 2569"
    assert buddhist.month_in_words(day) == "กันยายน 2569"


def test_every_day_shown_can_be_typed_again():
    for ordinal in range(date(2025, 10, 1).toordinal(), date(2026, 10, 1).toordinal()):
        day = date.fromordinal(ordinal)
        assert buddhist.typed_date(buddhist.as_typed(day)) == day.isoformat()
