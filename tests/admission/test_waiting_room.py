"""One line for all processes: nobody overtakes, nobody inside waits, and it ends well."""

import os
import re
from urllib.parse import urlsplit

import pytest
import redis
from django.test import Client
from django.utils import timezone

from openlaas import waiting
from tenants.admission.in_redis import InRedis
from tenants.admission.measures import What
from tenants.admission.policy import end, put_in_force
from tenants.admission.reading_measures import Asked
from tenants.admission.waiting_room import CALLED_SECONDS, IDLE_SECONDS, Inlet, WaitingRoom

START = 1_790_000_000.0
A_SECOND = Inlet(max_inside=1_000_000, per_minute=60)


@pytest.fixture(autouse=True)
def _an_empty_line():
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        for key in client.scan_iter("room:*"):
            client.delete(key)


@pytest.fixture
def room():
    return WaitingRoom(InRedis())


def looks(room, ticket, *, at, inlet=A_SECOND, is_calm=True):
    return room.place(ticket, inlet, is_calm=is_calm, now=START + at)


def test_the_line_is_served_in_its_order_by_the_pace_of_the_inlet(room):
    other_process = WaitingRoom(InRedis())
    places = [looks(one, 0, at=0) for one in (room, other_process) * 10]
    assert [place.ticket for place in places] == list(range(1, 21))
    assert [place.is_called for place in places] == [True] + [False] * 19
    assert [place.ahead for place in places[1:]] == list(range(1, 20))
    last = looks(room, 20, at=5)
    assert last.ahead == 14, "five seconds, five people"
    called = [looks(other_process, ticket, at=5).is_called for ticket in range(1, 21)]
    assert called == [True] * 6 + [False] * 14, "nobody overtakes"


def test_the_estimate_is_the_pace_of_the_last_minutes_or_nothing(room):
    for _ in range(100):
        looks(room, 0, at=0)
    assert looks(room, 100, at=1).wait_seconds is None, "nobody knows yet"
    for second in range(1, 41):
        place = looks(room, 100, at=second)
    low, high = place.wait_seconds
    assert place.ahead == 59
    assert low <= 59 <= high
    assert low >= 59 * 0.6
    assert high <= 59 * 1.6
    far = looks(room, 100, at=41, is_calm=False)
    assert 10 <= far.look_seconds <= 120


def test_nobody_is_called_while_work_waits(room):
    assert looks(room, 0, at=0).is_called
    tickets = [looks(room, 0, at=0).ticket for _ in range(5)]
    assert not looks(room, tickets[0], at=60, is_calm=False).is_called
    assert looks(room, tickets[0], at=120).is_called


def test_no_more_are_called_than_have_room(room):
    inlet = Inlet(max_inside=3, per_minute=6_000)
    tickets = [looks(room, 0, at=0, inlet=inlet).ticket for _ in range(10)]

    def called(at):
        return [t for t in tickets if looks(room, t, at=at, inlet=inlet).is_called]

    assert called(10) == [1, 2, 3]
    room.came_in(1, "somebody", now=START + 11)
    assert called(12) == [2, 3], "he is inside, and takes the place that he was called for"
    for minute in range(1, 30):
        if minute * 60 < CALLED_SECONDS:
            assert called(minute * 60) == [2, 3]
    idle = 11 + IDLE_SECONDS + 1
    assert called(idle)[0] > 3, "who was called and never came has lost the place"


def test_who_works_stays_inside(room):
    inlet = Inlet(max_inside=1, per_minute=6_000)
    room.seen("officer", now=START)
    assert not looks(room, 0, at=1, inlet=inlet).is_called
    room.seen("officer", now=START + IDLE_SECONDS - 10)
    assert not looks(room, 1, at=IDLE_SECONDS + 60, inlet=inlet).is_called
    assert looks(room, 1, at=2 * IDLE_SECONDS, inlet=inlet).is_called


def test_a_ticket_is_good_once(room):
    assert looks(room, 0, at=0).ticket == 1
    for _ in range(3):
        looks(room, 0, at=0)
    room.came_in(1, "one", now=START + 1)
    again = looks(room, 1, at=1.5)
    assert (again.ticket, again.is_called) == (5, False), "at the end of the line"


def test_who_does_not_come_in_time_is_at_the_end_again(room):
    for _ in range(3):
        looks(room, 0, at=0)
    late = looks(room, 1, at=CALLED_SECONDS + 1)
    assert late.ticket == 4


def test_a_number_that_nobody_was_given_is_good_for_nothing(room):
    assert looks(room, 0, at=0).ticket == 1
    assert looks(room, 99, at=0).ticket == 2


def test_redis_away_people_come_in_as_before_and_the_line_is_found_again(tmp_path, room):
    socket = tmp_path / "redis.sock"
    alone = WaitingRoom(InRedis(f"unix://{socket}?db=0", away_seconds=0))
    assert looks(alone, 0, at=0).is_called
    alone.came_in(0, "a", now=START)
    assert not looks(alone, 0, at=30).is_called, "one a minute, when nobody came before"
    assert looks(alone, 0, at=61).is_called
    for second in range(62, 162, 10):
        alone.came_in(0, "b", now=START + second)
    let_in = sum(looks(alone, 0, at=162 + second).is_called for second in range(120))
    assert 3 <= let_in <= 5, "eleven in five minutes before, so two a minute"
    assert looks(room, 0, at=300).ticket == 1
    assert looks(room, 0, at=300).ticket == 2
    socket.symlink_to(urlsplit(os.environ["REDIS_URL"]).path)
    assert looks(alone, 0, at=300).ticket == 3


@pytest.fixture
def full(monkeypatch):
    """A room into which nobody is let but one by one, with nobody inside."""
    monkeypatch.setattr(waiting, "ROOM", WaitingRoom(InRedis()))
    settings = {"max_inside": 1, "inlet_per_minute": 1}
    asked = Asked(what=What.WAITING_ROOM, settings=settings)
    put_in_force(asked=asked, reason="a test", set_by="tester", now=timezone.now())
    yield
    end(what=What.WAITING_ROOM, ended_by="tester", now=timezone.now())


@pytest.mark.usefixtures("full")
def test_officers_sign_in_by_turns_and_who_is_inside_works_on(body, officer_of, api):
    inside, first, second = officer_of(body), officer_of(body), officer_of(body)
    one, two = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    assert one.get("/sign-in").status_code == 200, "called at once"
    page = two.get("/sign-in")
    assert (page.status_code, bool(page["Retry-After"])) == (503, True)
    text = page.content.decode()
    assert "ท่านอยู่ลำดับที่ 1" in text
    assert "ยังบอกเวลารอไม่ได้" in text
    assert re.search(r'http-equiv="refresh" content="1\d"', text)
    said = {"username": second.username, "password": second.password}
    assert two.post("/sign-in", said).status_code == 503
    assert second.password not in two.post("/sign-in", said).content.decode()
    wrong = one.post("/sign-in", {"username": first.username, "password": "wrong wrong wrong"})
    assert wrong.status_code == 422, "a wrong password costs nobody the place"
    said = {"username": first.username, "password": first.password}
    assert one.post("/sign-in", said).status_code == 302
    assert "openlaas_ticket" not in {k for k, v in one.cookies.items() if v.value}
    assert one.get(f"/b/{body.code}/").status_code == 200
    assert api.get(f"bodies/{body.code}", token=inside.token).status_code == 200


@pytest.mark.usefixtures("full")
def test_a_program_sends_its_ticket_back_and_nobody_makes_one_up(body, officer_of, api):
    officer = officer_of(body)
    said = {"username": officer.username, "password": officer.password}
    assert api.post("auth/tokens", said).status_code == 201, "called at once"
    waits = api.post("auth/tokens", said)
    assert (waits.status_code, waits.json()["code"]) == (503, "waiting_room")
    assert waits.json()["refusals"][0]["message_th"]
    ticket = waits["X-Ticket"]
    again = api.post("auth/tokens", said, **{"X-Ticket": ticket})
    assert "number 1 in line" in again.json()["detail"]
    number, *_ = ticket.split(":")
    forged = f"{number}:1AAAAA:{'A' * 43}"
    other = api.post("auth/tokens", said, **{"X-Ticket": forged})
    assert "number 2 in line" in other.json()["detail"], "he is given a new one, behind"
