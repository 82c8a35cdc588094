from datetime import date, datetime

import pytest

from thai import buddhist


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


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("15/09/2569 14:05", "2026-09-15T14:05:59.999999+07:00"),
        ("๑๕/๙/๖๙ เวลา ๑๔.๐๕ น.", "2026-09-15T14:05:59.999999+07:00"),
        ("15/09/2569 14:05:30", "2026-09-15T14:05:30.999999+07:00"),
        ("15/09/2569", "2026-09-15T23:59:59.999999+07:00"),
        ("2026-09-15T07:05:30.5+00:00", "2026-09-15T14:05:30.500000+07:00"),
        ("2026-09-15T14:05:30 07:00", "2026-09-15T14:05:30+07:00"),
    ],
)
def test_a_moment_is_the_last_instant_of_what_was_typed(text, moment):
    assert buddhist.typed_moment(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "text", ["", "x", "14:05", "30/02/2569 10:00", "15/09/2569 24:00", "15/09/2569 10:60", "\x00"]
)
def test_what_is_no_moment_is_none(text):
    assert buddhist.typed_moment(text) is None


def test_a_moment_is_told_as_it_may_be_typed():
    for text in ("15/09/2569 14:05", "15/09/2569 14:05:30"):
        assert buddhist.moment_as_typed(buddhist.typed_moment(text)) == text
