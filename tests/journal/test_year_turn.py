"""The fiscal year turns at 23:59:59 of 30 September in Bangkok, whether clocks are right or not."""

import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounting.fiscal_year import first_day, fiscal_year_of, month_after, months

LAST_SECOND = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)  # 23:59:59 in Bangkok
FIVE_MINUTES = timedelta(minutes=5)
WRITERS, EACH = 8, 12

days = st.dates(min_value=date(1900, 1, 1), max_value=date(2399, 12, 31))
years = st.integers(min_value=2444, max_value=2900)


@settings(deadline=None)
@given(days)
def test_a_day_is_in_the_year_that_begins_before_it_and_ends_after_it(day):
    year = fiscal_year_of(day)
    assert first_day(year) <= day < first_day(year + 1)


@settings(deadline=None)
@given(days)
def test_the_year_changes_on_the_first_of_october_and_on_no_other_day(day):
    turned = fiscal_year_of(day) - fiscal_year_of(day - timedelta(days=1))
    assert turned == ((day.month, day.day) == (10, 1))


@settings(deadline=None)
@given(years)
def test_a_year_has_twelve_months_one_after_another_all_of_its_own(year):
    of_year = months(year)
    assert of_year[0] == first_day(year)
    assert [month_after(month) for month in of_year] == [*of_year[1:], first_day(year + 1)]
    assert {fiscal_year_of(month) for month in of_year} == {year}


@settings(deadline=None)
@given(days)
def test_the_buddhist_year_is_the_christian_one_and_543_or_544(day):
    assert fiscal_year_of(day) - day.year == (544 if day.month >= 10 else 543)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (LAST_SECOND, 2569),
        (LAST_SECOND + timedelta(seconds=1), 2570),
        (LAST_SECOND - FIVE_MINUTES, 2569),
        (LAST_SECOND + FIVE_MINUTES, 2570),
        (datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC), 2570),  # seven hours late in London
    ],
)
def test_today_is_bangkoks(moment, year):
    from django.utils import timezone

    assert fiscal_year_of(timezone.localdate(moment)) == year


def test_numbers_begin_again_on_the_first_of_october(body, post, posting):
    last, first = post(body, posting("2026-09-30"), posting("2026-10-01"))
    (late,) = post(body, posting("2026-09-30"))
    (second,) = post(body, posting("2026-10-02"))
    assert [(entry.number, entry.fiscal_year) for entry in (last, first, late, second)] == [
        ("JV-00001/69", 2569),
        ("JV-00001/70", 2570),
        ("JV-00002/69", 2569),
        ("JV-00002/70", 2570),
    ]
    assert [entry.event_no for entry in (last, first, late, second)] == [1, 2, 3, 4]


def test_the_year_follows_the_entrys_date_and_never_the_clock(body, post, posting, as_owner):
    posted = post(body, posting("2026-09-30"), posting("2027-09-30"))
    with as_owner(body) as owner:
        recorded = owner.execute("SELECT recorded_at FROM journal_entry").fetchall()
    assert [entry.fiscal_year for entry in posted] == [2569, 2570]
    assert max(recorded)[0] - min(recorded)[0] == timedelta(microseconds=1)


@pytest.mark.parametrize("year_ce", ["2569", "2570"])
def test_a_buddhist_year_in_a_date_is_refused_and_the_right_one_told(body, post, posting, year_ce):
    from accounting.journal.operations import UnableToPostEntry

    with pytest.raises(UnableToPostEntry) as refused:
        post(body, posting(f"{year_ce}-10-01"))
    (refusal,) = refused.value.refusals
    assert refusal.code == "buddhist_year"
    assert f"{int(year_ce) - 543}-10-01" in refusal.message_en


@pytest.mark.parametrize(("day", "is_open"), [("2025-09-30", False), ("2025-10-01", True)])
def test_a_year_that_was_not_opened_takes_nothing(body, post, posting, day, is_open):
    from accounting.journal.operations import UnableToPostEntry

    if is_open:
        assert post(body, posting(day))[0].number == "JV-00001/69"
        return
    with pytest.raises(UnableToPostEntry) as refused:
        post(body, posting(day))
    assert [refusal.code for refusal in refused.value.refusals] == ["period_missing"]


def test_at_the_turn_revenue_begins_at_nothing_and_cash_does_not(body, post, posting, reports):
    post(body, posting("2026-09-30", "7.00"), posting("2026-10-01", "5.00"))
    rows = {
        row["account"]: (row["opening_debit"], row["opening_credit"], row["closing_credit"])
        for row in json.loads(reports.trial_balance(body, fiscal_year=2570))["rows"]
    }
    assert rows["1101010101.001"][0] == "7.00"
    assert rows["4401010104.001"] == ("0.00", "0.00", "5.00")
    assert rows["3101010101.001"][1] == "7.00", "the year before has not been closed"


# --- clocks five minutes wrong -------------------------------------------------------------------


def recorded_times(as_owner, body):
    with as_owner(body) as owner:
        rows = owner.execute("SELECT recorded_at FROM journal_entry ORDER BY event_no").fetchall()
    return [recorded_at for (recorded_at,) in rows]


def test_a_clock_set_back_five_minutes_takes_no_time_back(body, post, posting, as_owner, verified):
    """What was recorded last lies five minutes ahead of the clock, as after a correction."""
    with as_owner(body) as owner:
        ahead = owner.execute(
            "UPDATE journal_head SET recorded_at = now() + %s RETURNING recorded_at",
            [FIVE_MINUTES],
        ).fetchone()[0]
    post(body, posting("2026-09-30"))
    post(body, posting("2026-10-01"), posting("2026-09-30"))
    post(body, posting("2026-10-01"))

    times = recorded_times(as_owner, body)

    assert times == [ahead + timedelta(microseconds=number) for number in range(1, 5)]
    assert verified(body).findings == ()


def test_a_clock_that_was_five_minutes_late_leaves_a_gap_in_time_alone(
    body, post, posting, as_owner, verified
):
    with as_owner(body) as owner:
        owner.execute("UPDATE journal_head SET recorded_at = now() - %s", [FIVE_MINUTES])
        began = owner.execute("SELECT clock_timestamp()").fetchone()[0]
    numbers = [post(body, posting("2026-10-01"))[0].number for _ in range(3)]
    times = recorded_times(as_owner, body)
    assert numbers == ["JV-00001/70", "JV-00002/70", "JV-00003/70"]
    assert began <= times[0] < times[1] < times[2]
    assert verified(body).findings == ()


def test_what_was_known_at_a_moment_stays_so_though_the_clock_was_set_back(
    body, post, posting, as_owner, reports
):
    with as_owner(body) as owner:
        owner.execute("UPDATE journal_head SET recorded_at = now() + %s", [FIVE_MINUTES])
    (known,) = post(body, posting("2026-09-30"))
    before = reports.trial_balance(body, fiscal_year=2569, as_known_at=known.posted_at)
    post(body, posting("2026-09-30"))
    assert reports.trial_balance(body, fiscal_year=2569, as_known_at=known.posted_at) == before


def test_entries_posted_together_follow_one_another_by_a_microsecond(body, post, posting, as_owner):
    days = ["2026-10-01", "2026-09-30", "2025-10-01", "2026-11-05"] * 20
    posted = post(body, *(posting(day) for day in days))
    times = recorded_times(as_owner, body)
    assert times == [times[0] + timedelta(microseconds=n) for n in range(len(days))]
    assert [entry.posted_at for entry in posted] == times


# --- both years at once --------------------------------------------------------------------------


def test_writers_of_both_years_leave_no_gap_and_use_no_number_twice(
    body, post, posting, as_owner, verified
):
    together = threading.Barrier(WRITERS)

    def write(writer):
        from django.db import connections

        together.wait()
        try:
            return [
                post(body, posting("2026-09-30" if (writer + n) % 2 else "2026-10-01"))[0]
                for n in range(EACH)
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as writers:
        posted = [entry for some in writers.map(write, range(WRITERS)) for entry in some]

    assert sorted(entry.event_no for entry in posted) == list(range(1, WRITERS * EACH + 1))
    for year in (2569, 2570):
        expected = [f"JV-{n:05d}/{year % 100}" for n in range(1, WRITERS * EACH // 2 + 1)]
        assert sorted(entry.number for entry in posted if entry.fiscal_year == year) == expected
    times = recorded_times(as_owner, body)
    assert all(earlier < later for earlier, later in itertools.pairwise(times))
    assert verified(body).findings == ()
