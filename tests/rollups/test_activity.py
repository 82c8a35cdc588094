"""What is done now: of each minute and area, without counting bodies."""

import json
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from tenants.rollups import activity, activity_now, areas, central, kept
from tenants.rollups.activity import Act
from tenants.rollups.watching import Area

HERE, THERE = ("10", "1001", "TMUN"), ("11", "1101", "SAO")
NOON = datetime.fromisoformat("2026-10-15T12:00:30+07:00")  # nobody signs in then any more


@pytest.fixture(autouse=True)
def _nothing_was_done() -> None:
    """Begin with areas in which nobody has done anything."""
    for table in ("rollup_activity", "area_minute", "area_day"):
        kept.run(f"DELETE FROM {table}")
    kept.run("DELETE FROM rollup_pending WHERE figure IN ('minute', 'day')")


@pytest.fixture
def done():
    """Let a body do something, as the consumer notes it; then the areas."""

    def do(body_id, area=HERE, *, at=NOON, entries=0, documents=0):
        minute = activity.minute_of(at)
        act = Act(
            body_id=body_id,
            area=area,
            entries=Counter({minute: entries} if entries else {}),
            documents=documents,
            learnt_at=minute,
        )
        kept.write(activity.note([act], now=at))
        areas.fold()

    return do


@pytest.fixture
def told():
    """Return what the nation, or a province, is told."""

    def ask(*, now=NOON, **narrower):
        nation = Area(is_nation=True)
        asked = central.Wanted(
            area=nation, fiscal_year=2570, today=timezone.localdate(now), **narrower
        )
        return json.loads(activity_now.activity(asked, now=now))

    return ask


def counts(of):
    names = ("active_quarter_hour", "active_today", "entries", "documents", "sign_ins")
    return tuple(of["figures"]["activity"][name] for name in names)


@pytest.fixture
def ids():
    return [UUID(int=number) for number in (1, 2)]


def test_a_body_is_active_once_however_often_it_acts(done, told, ids):
    for minutes in (0, 1, 1, 7):
        done(ids[0], at=NOON + timedelta(minutes=minutes), entries=2)
    done(ids[1], at=NOON + timedelta(minutes=7), documents=3)
    now = NOON + timedelta(minutes=8)
    assert counts(told(now=now)) == (2, 2, 8, 3, 0)
    by_minute = {one["minute"][11:16]: one["entries"] for one in told(now=now)["minutes"]}
    assert len(by_minute) == 60
    assert sorted(by_minute.values())[-3:] == [2, 2, 4]


def test_every_figure_says_what_it_stands_for(told):
    answer = told(province="10")
    assert [one["code"] for one in answer["areas"]] == ["10"]
    figures = [one["figures"]["activity"] for one in (answer, *answer["parts"])]
    for figure in (*figures, *answer["minutes"]):
        assert {"complete_to", "bodies_reported", "bodies_total"} <= set(figure)


def test_the_quarter_of_an_hour_and_the_hour_end(done, told, ids):
    done(ids[0], entries=1)
    at = {minutes: counts(told(now=NOON + timedelta(minutes=minutes))) for minutes in (14, 15, 60)}
    assert at == {14: (1, 1, 1, 0, 0), 15: (0, 1, 1, 0, 0), 60: (0, 1, 0, 0, 0)}


def test_a_day_begins_at_midnight_in_thailand(done, told, ids):
    evening = NOON.replace(hour=23, minute=55)
    done(ids[0], at=evening, entries=1)
    done(ids[1], at=evening, entries=1)
    morning = evening + timedelta(minutes=10)
    done(ids[0], at=morning, entries=1)
    assert counts(told(now=evening))[1] == 2
    assert counts(told(now=morning)) == (2, 1, 3, 0, 0)


def test_provinces_are_the_nation_after_a_body_went_from_one_to_another(done, told, ids):
    done(ids[0], entries=1)
    done(ids[1], entries=1)
    done(ids[0], THERE, at=NOON + timedelta(minutes=1), entries=1)
    answer = told(now=NOON + timedelta(minutes=1))
    parts = [counts(part) for part in answer["parts"]]
    assert tuple(map(sum, zip(*parts, strict=True))) == counts(answer)
    of = {part["code"]: counts(part)[0] for part in answer["parts"] if any(counts(part))}
    assert of == {"10": 1, "11": 1}


def test_what_comes_late_counts_in_its_minute_and_makes_nobody_active_again(done, told, ids):
    done(ids[0], at=NOON, entries=1)
    done(ids[0], at=NOON - timedelta(minutes=5), entries=4)
    assert counts(told()) == (1, 1, 5, 0, 0)
    assert kept.rows("SELECT bodies FROM area_minute WHERE level = 'N' AND bodies <> 0") == [(1,)]


def test_minutes_are_forgotten_and_do_not_come_back(done, ids):
    done(ids[0], at=NOON, entries=1)
    later = NOON + timedelta(hours=3)
    activity.look(now=later)
    assert kept.rows("SELECT count(*) FROM area_minute") == [(0,)]
    done(ids[0], at=later, entries=1)
    assert kept.rows("SELECT DISTINCT bodies FROM area_minute") == [(1,)]
    activity.look(now=NOON + timedelta(days=3))
    assert kept.rows("SELECT count(*) FROM area_day") == [(0,)]


def test_a_sign_in_counts_once_where_its_officer_works(body, officer_of, told):
    from tenants.officers.sign_in import open_sign_in

    officer, watcher = officer_of(body), officer_of(body, "PROVINCE")
    now = timezone.now()

    def signed_in():
        activity.look(now=now)
        activity.look(now=now)
        return counts(told(now=now))[-1], counts(told(now=now, province=body.province_code))[-1]

    before = signed_in()
    for one in (officer, watcher):
        open_sign_in(officer_id=one.id, kind="portal", now=now)
    assert signed_in() == (before[0] + 1, before[1] + 1)


def test_entries_are_told_once_the_consumer_has_folded_them(body, post, consume, told):
    consume(body)  # what other tests left to tell of this cell
    before = counts(told(now=timezone.now(), province=body.province_code))
    post(body, "100.00", "20.00", "3.00")
    consume(body)
    consume(body)
    after = counts(told(now=timezone.now(), province=body.province_code))
    assert [a - b for a, b in zip(after[:3], before[:3], strict=True)] == [1, 1, 3]


def test_books_that_are_read_anew_have_done_nothing(neighbour_of, body, consume, told):
    other = neighbour_of(body)
    consume(other)  # what other tests left to tell of this cell
    now = timezone.now()
    before = counts(told(now=now))
    kept.run(
        "UPDATE rollup_body SET generation = 0 WHERE body_id = (SELECT id FROM body WHERE code=%s)",
        [other.code],
    )
    consume(other)
    assert counts(told(now=now)) == before
