from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.templatetags import thai


def test_amounts_and_nothing():
    assert thai.money("1234.5") == "1,234.50"
    assert "-" in thai.money_or_dash("0.00")
    assert thai.money_or_dash("10.00") == "10.00"
    assert thai.money_or_blank("0.00") == ""
    assert thai.in_baht("1050.75") == "หนึ่งพันห้าสิบบาทเจ็ดสิบห้าสตางค์"


@pytest.mark.parametrize("day", [date(2026, 9, 15), "2026-09-15"])
def test_dates_follow_the_language(day: date | str):
    with translation.override("th"):
        assert thai.day_in_words(day) == "15 กันยายน 2569"
        assert thai.day_short(day) == "15 ก.ย. 2569"
        assert thai.month_in_words(day) == "กันยายน 2569"
        assert thai.month_short(day) == "ก.ย."
        assert thai.weekday_in_words(day) == "วันอังคารที่ 15 กันยายน 2569"
    with translation.override("en"):
        assert thai.day_in_words(day) == "15 September 2026"
        assert thai.month_short(day) == "Sep"


def test_a_moment_is_told_in_bangkok():
    with translation.override("th"):
        assert (
            thai.moment(datetime(2026, 9, 30, 18, 5, tzinfo=UTC))
            == "1 ต.ค. 2569 เวลา\u00a001:05\u00a0น."
        )
        assert thai.moment("2026-09-30T18:05:00+00:00") == "1 ต.ค. 2569 เวลา\u00a001:05\u00a0น."


def test_a_number_becomes_a_path():
    assert thai.path_number("JV-00001/69") == "JV-00001-69"


def test_titles_of_roles_are_short():
    with translation.override("th"):
        assert thai.role_title("ACCOUNTANT") == "เจ้าหน้าที่บัญชี"
        assert thai.role_title("EXECUTIVE") == "นายก อปท."
    with translation.override("en"):
        assert thai.role_title("ACCOUNTANT") == "Accountant"
