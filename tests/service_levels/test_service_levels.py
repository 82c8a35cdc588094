"""How promptly officers were answered: counted by each process, told by area and day."""

import json
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tenants.models import AreaService, Body
from tenants.rollups import central
from tenants.rollups.watching import Area
from tenants.service_levels import answers, operations
from tenants.service_levels.counting import SERVED, Served, Tally

NOON = datetime.fromisoformat("2026-11-24T12:00:30+07:00")


@pytest.fixture(autouse=True)
def _nobody_was_served():
    AreaService.objects.all().delete()
    SERVED.take()


@pytest.fixture
def told():
    """Return what the nation, or a part of it, is told."""

    def ask(*, now=NOON, **narrower):
        asked = central.Wanted(
            area=Area(is_nation=True),
            fiscal_year=2570,
            today=timezone.localdate(now),
            **narrower,
        )
        return json.loads(answers.service(asked))

    return ask


def counts(found):
    return tuple(found[name] for name in ("requests", "prompt", "turned_away", "failed"))


@pytest.mark.parametrize(
    ("status", "seconds", "counted"),
    [
        (200, 0.2, (1, 1, 0, 0)),
        (201, 1.0, (1, 1, 0, 0)),
        (200, 1.01, (1, 0, 0, 0)),
        (302, 0.1, (1, 1, 0, 0)),
        (400, 0.1, (1, 1, 0, 0)),
        (409, 0.1, (1, 1, 0, 0)),
        (429, 0.001, (1, 0, 1, 0)),
        (503, 0.001, (1, 0, 1, 0)),
        (500, 0.1, (1, 0, 0, 1)),
        (504, 5.0, (1, 0, 0, 1)),
    ],
)
def test_a_request_is_prompt_turned_away_failed_or_slow(status, seconds, counted):
    served = Served()
    served.note("5120101", status, seconds)
    ((code, one),) = served.take().items()
    assert code == "5120101"
    assert (one.requests, one.prompt, one.turned_away, one.failed) == counted
    assert served.take() == {}


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_strangers_ask_is_nobodys(status):
    served = Served()
    served.note("5120101", status, 0.001)
    assert served.take() == {}


def test_codes_that_strangers_invent_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("tenants.service_levels.counting._MOST_BODIES", 3)
    served = Served()
    for number in range(10):
        served.note(f"invented-{number}", 200, 0.1)
    served.note("invented-0", 200, 0.1)
    assert {code: one.requests for code, one in served.take().items()} == {
        "invented-0": 2,
        "invented-1": 1,
        "invented-2": 1,
    }


def test_the_areas_of_a_body_add_up_what_processes_tell(body, told):
    first = Body.objects.get(code=body.code)
    for _ in range(2):
        tallies = {first.code: Tally(10, 8, 1, 1), "no-such-body": Tally(5, 5, 0, 0)}
        operations.tell(taken=tallies, now=NOON)
    operations.tell(taken={first.code: Tally(4, 2, 0, 0)}, now=NOON - timedelta(days=3))
    nation = told()
    assert counts(nation["figures"]["today"]) == (20, 16, 2, 2)
    assert counts(nation["figures"]["month"]) == (24, 18, 2, 2)
    assert nation["figures"]["today"]["prompt_percent"] == "80.00"
    by_day = {one["day"]: counts(one["served"]) for one in nation["by_day"]}
    assert len(by_day) == 30
    assert by_day["2026-11-24"] == (20, 16, 2, 2)
    assert by_day["2026-11-21"] == (4, 2, 0, 0)
    province = told(province=first.province_id)
    assert counts(province["figures"]["month"]) == (24, 18, 2, 2)
    of_parts = [counts(one["figures"]["month"]) for one in nation["parts"]]
    assert tuple(map(sum, zip(*of_parts, strict=True))) == (24, 18, 2, 2)
    elsewhere = Body.objects.exclude(province_id=first.province_id).first().province_id
    other = told(province=elsewhere)["figures"]["today"]
    assert counts(other) == (0, 0, 0, 0)
    assert other["prompt_percent"] is None


def test_a_training_body_is_in_nobodys_figures(body, told):
    one = Body.objects.get(code=body.code)
    Body.objects.filter(id=one.id).update(is_training=True)
    try:
        operations.tell(taken={one.code: Tally(10, 8, 1, 1)}, now=NOON)
    finally:
        Body.objects.filter(id=one.id).update(is_training=False)
    assert counts(told()["figures"]["month"]) == (0, 0, 0, 0)


def test_days_of_long_ago_are_forgotten(body, told):
    code = body.code
    for days in (0, 62, 63):
        operations.tell(taken={code: Tally(1, 1, 0, 0)}, now=NOON - timedelta(days=days))
    operations.forget(now=NOON)
    kept = AreaService.objects.filter(level="N").order_by("day")
    assert [str(one.day) for one in kept] == ["2026-09-23", "2026-11-24"]


def test_what_cannot_be_told_is_told_the_next_time(body, told, monkeypatch):
    served = Served()
    served.note(body.code, 200, 0.1)
    with monkeypatch.context() as away:
        away.setattr(operations, "_TELL", "SELECT 1/0")
        operations.tell_what_is_there(served=served)
    served.note(body.code, 200, 5)
    operations.tell_what_is_there(served=served)
    assert counts(told(now=timezone.now())["figures"]["today"]) == (2, 1, 0, 0)
    operations.tell_what_is_there(served=served)
    assert counts(told(now=timezone.now())["figures"]["today"]) == (2, 1, 0, 0)


def test_requests_of_officers_are_counted_and_others_not(body, officer_of, api, entry):
    token = officer_of(body).token
    assert api.post(f"bodies/{body.code}/journal-entries", entry(), token=token).status_code == 201
    assert api.get(f"bodies/{body.code}/journal-entries?limit=1", token=token).status_code == 200
    assert api.get(f"bodies/{body.code}/journal-entries", token="wrong").status_code == 401
    assert Client(SERVER_NAME="localhost").get(f"/b/{body.code}/").status_code == 302
    report = f"/b/{body.code}/trial-balance.xlsx"
    assert Client(SERVER_NAME="localhost").get(report).status_code == 302
    (code,) = (taken := SERVED.take())
    assert code == body.code
    assert taken[code].requests == 2
