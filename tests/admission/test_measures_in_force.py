"""What officers and programs meet while a measure is in force, and when it has ended."""

import html
import json
import re
from datetime import timedelta

import psycopg
import pytest
from django.test import Client
from django.utils import timezone

from tenants.admission.measures import NOTHING, Policy, What
from tenants.admission.policy import KNOWN, Known, end, in_force, put_in_force
from tenants.admission.reading_measures import Asked, MeasureRefused
from tests.conftest import openlaas

EVERY_DAY = [{"weekdays": [1, 2, 3, 4, 5, 6, 7]}]


@pytest.fixture
def measure():
    """Put a measure in force until the test ends."""
    begun: list[What] = []

    def put(what: What, *, words: tuple[str, str] = ("", ""), **settings: object) -> None:
        begun.append(what)
        asked = Asked(what=what, settings=settings, words_th=words[0], words_en=words[1])
        put_in_force(asked=asked, reason="a test", set_by="tester", now=timezone.now())

    yield put
    for what in begun:
        end(what=what, ended_by="tester", now=timezone.now())


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


def assert_put_off(answer, code: str) -> dict[str, object]:
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert 1 <= int(answer["Retry-After"]) <= 3600
    refusal = answer.json()["refusals"][0]
    assert refusal["message_th"]
    assert refusal["message_en"]
    return answer.json()


def test_papers_wait_while_all_else_goes_on(body, officer_of, api, measure):
    token = officer_of(body).token
    path = f"bodies/{body.code}/trial-balance.xlsx"
    measure(What.REPORTS)
    assert_put_off(api.get(path, token=token), "reports")
    assert api.get(f"bodies/{body.code}/journal-entries", token=token).status_code == 200
    end(what=What.REPORTS, ended_by="tester", now=timezone.now())
    assert api.get(path, token=token).status_code != 503


def test_imports_wait_while_single_entries_are_posted(body, officer_of, api, entry, measure):
    token = officer_of(body).token
    measure(What.IMPORTS)
    path = f"bodies/{body.code}/journal-entries"
    assert_put_off(api.post(f"{path}/bulk", {"entries": [entry()]}, token=token), "imports")
    assert api.post(path, entry(), token=token).status_code == 201


def test_searching_while_typing_finds_nothing(body, measure, browser):
    measure(What.TYPEAHEAD)
    path = f"/b/{body.code}/accounts/search?q=11"
    typing = browser.get(path, headers={"HX-Request": "true"})
    assert (typing.status_code, typing.content) == (204, b"")
    assert browser.get(path).status_code == 302, "a page without scripts asks for its search"


def test_a_body_is_read_alone_in_its_turn_and_nothing_typed_is_lost(
    body, officer_of, api, entry, measure, browser
):
    token = officer_of(body).token
    measure(What.READ_ONLY, parts=1, minutes=30)
    path = f"bodies/{body.code}/journal-entries"
    assert_put_off(api.post(path, entry(), token=token), "read_only")
    assert api.get(path, token=token).status_code == 200
    typed = {"description": 'ค่า <b> & "ไฟ"', "key": "k-1"}
    answer = browser.post(f"/b/{body.code}/journal/new", typed)
    page = answer.content.decode()
    assert (answer.status_code, bool(answer["Retry-After"])) == (503, True)
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert {name: html.unescape(value) for name, value in found} == typed
    assert "อ่านข้อมูลได้อย่างเดียว" in page
    assert "เปิดใช้งานอีกครั้งได้ตั้งแต่" in page


def test_everything_is_closed_but_health_and_files(body, officer_of, api, measure, browser):
    token = officer_of(body).token
    measure(What.CLOSED, words=("ย้ายเครื่องแม่ข่าย", "Servers are being moved."))
    told = assert_put_off(api.get(f"bodies/{body.code}", token=token), "closed")
    assert told["detail"] == "Servers are being moved."
    assert_put_off(api.post("auth/tokens", {"username": "a", "password": "b"}), "closed")
    page = browser.get("/sign-in")
    assert page.status_code == 503
    assert "ย้ายเครื่องแม่ข่าย" in page.content.decode()
    browser.cookies["openlaas_language"] = "en"
    assert "Servers are being moved." in browser.get("/sign-in").content.decode()
    assert browser.get("/healthz").status_code == 200
    end(what=What.CLOSED, ended_by="tester", now=timezone.now())
    assert browser.get("/sign-in").status_code == 200


def test_nothing_is_asked_of_a_database_for_who_is_put_off(body, officer_of, measure, browser):
    from tenants.usage import usage

    token = officer_of(body).token
    measure(What.CLOSED)
    browser.get("/healthz")  # the measure is known from here on
    headers = {"Authorization": f"Bearer {token}"}
    browser.get(f"/api/v1/bodies/{body.code}/receipts", headers=headers)
    assert (usage().messages, usage().statements) == (0, 0)


def test_a_closed_group_is_told_when_it_opens_and_who_is_inside_stays(
    body, other_body, officer_of, api, measure, browser
):
    officer, neighbour = officer_of(body), officer_of(other_body)
    today = timezone.localtime().isoweekday()
    tomorrow = today % 7 + 1
    closed = {
        "name_th": "กลุ่มวันพรุ่งนี้",
        "name_en": "tomorrow",
        "kinds": [body.kind],
        "provinces": [],
        "openings": [{"weekdays": [tomorrow]}],
    }
    said = {"username": officer.username, "password": officer.password}
    measure(What.STAGED_GROUPS, groups=[closed])
    told = assert_put_off(api.post("auth/tokens", said), "group_closed")
    opens = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%d} 00:00"
    assert opens in told["detail"]
    page = browser.post("/sign-in", said)
    assert page.status_code == 503
    assert "กลุ่มวันพรุ่งนี้" in page.content.decode()
    assert officer.password not in page.content.decode()
    assert api.get(f"bodies/{body.code}", token=officer.token).status_code == 200, "inside"
    wrong = {"username": officer.username, "password": "wrong wrong wrong"}
    assert api.post("auth/tokens", wrong).status_code == 401, "nobody learns whose group it is"
    measure(What.STAGED_GROUPS, groups=[{**closed, "openings": EVERY_DAY}])
    assert api.post("auth/tokens", said).status_code == 201
    assert neighbour.token


def test_a_link_stays_good_while_the_group_is_closed(body, officer_of, measure):
    from tenants.officers.sign_in import NotYet, new_link, sign_in_by_link

    now = timezone.now()
    link = new_link(officer_id=officer_of(body).id, purpose="sign_in", now=now)
    tomorrow = timezone.localtime().isoweekday() % 7 + 1
    group = {"name_th": "ก", "name_en": "a", "openings": [{"weekdays": [tomorrow]}]}
    measure(What.STAGED_GROUPS, groups=[group])
    with pytest.raises(NotYet):
        sign_in_by_link(token=link, now=now)
    end(what=What.STAGED_GROUPS, ended_by="tester", now=timezone.now())
    assert sign_in_by_link(token=link, now=now)


def test_the_centre_is_in_no_group(body, officer_of, api, measure):
    watcher = officer_of(body, "PROVINCE")
    tomorrow = timezone.localtime().isoweekday() % 7 + 1
    group = {"name_th": "ก", "name_en": "a", "openings": [{"weekdays": [tomorrow]}]}
    measure(What.STAGED_GROUPS, groups=[group])
    said = {"username": watcher.username, "password": watcher.password}
    assert api.post("auth/tokens", said).status_code == 201


def test_a_measure_of_a_kind_is_in_force_once_and_its_past_is_kept(measure):
    measure(What.WAITING_ROOM, max_inside=100, inlet_per_minute=10)
    measure(What.WAITING_ROOM, max_inside=200, inlet_per_minute=20)
    rows = [row for row in in_force(now=timezone.now()) if row.what == What.WAITING_ROOM]
    assert [row.settings["max_inside"] for row in rows] == [200]
    with pytest.raises(MeasureRefused):
        measure(What.WAITING_ROOM, max_inside=0)
    assert KNOWN.at(timezone.now()).measures[What.WAITING_ROOM].settings["max_inside"] == 200


def test_what_was_set_elsewhere_is_known_within_five_seconds():
    now = timezone.now()
    in_force_now = [NOTHING]
    reads = []

    def read(at):
        reads.append(at)
        return in_force_now[0]

    known = Known(read)
    assert known.at(now) is NOTHING
    in_force_now[0] = Policy()
    assert known.at(now + timedelta(seconds=4.9)) is NOTHING
    assert known.at(now + timedelta(seconds=5)) is in_force_now[0]
    assert len(reads) == 2


def test_what_was_known_stays_in_force_while_the_control_plane_is_away():
    now, policy = timezone.now(), Policy()

    def read(at):
        if at > now:
            raise psycopg.OperationalError("away")
        return policy

    known = Known(read)
    assert known.at(now) is policy
    assert known.at(now + timedelta(minutes=10)) is policy


def test_an_operator_sets_shows_and_ends_a_measure(body, officer_of, api, tmp_path):
    token = officer_of(body).token
    path = f"bodies/{body.code}/trial-balance.xlsx"
    told = json.loads(openlaas("admission", "set", "reports", "--reason", "peak", "--json"))
    assert told["in_force"]
    KNOWN.forget()
    try:
        assert_put_off(api.get(path, token=token), "reports")
        (row,) = json.loads(openlaas("admission", "show", "--json"))
        assert (row["what"], row["reason"]) == ("reports", "peak")
    finally:
        ended = json.loads(openlaas("admission", "clear", "reports", "--json"))
    KNOWN.forget()
    assert ended["was_in_force"]
    assert api.get(path, token=token).status_code != 503
    assert json.loads(openlaas("admission", "show", "--json")) == []
