"""A request that is sent away: quickly, with when to come again, and nothing typed is lost."""

import html
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client, override_settings

from openlaas import admission
from tenants.admission.door import Door
from tenants.admission.rules import Limits
from tenants.officers.passwords import HASHING, HashingAside, TooManyAtOnce

LONG_AGO = {"X-Request-Start": "1"}


@pytest.fixture
def behind_proxy(monkeypatch):
    """Serve as a process behind the proxy does, with a door of its own."""
    monkeypatch.setattr(admission, "DOOR", Door(Limits()))
    place = settings.MIDDLEWARE.index("portal.middleware.LanguageMiddleware") + 1
    middleware = list(settings.MIDDLEWARE)
    middleware.insert(place, "openlaas.admission.AdmissionMiddleware")
    with override_settings(MIDDLEWARE=middleware):
        yield


def test_without_a_proxy_of_ours_nobody_says_how_long_he_waited(body, officer_of, api):
    answer = api.get(f"bodies/{body.code}", token=officer_of(body).token, **LONG_AGO)
    assert answer.status_code == 200


@pytest.mark.usefixtures("behind_proxy")
def test_the_api_is_told_when_to_come_again(body):
    answers = [
        Client(SERVER_NAME="localhost").get(f"/api/v1/bodies/{body.code}", headers=LONG_AGO)
        for _ in range(10)
    ]
    for answer in answers:
        assert answer.status_code == 503
        problem = answer.json()
        assert (problem["code"], problem["retryable"]) == ("overloaded", True)
        assert problem["refusals"][0]["message_th"]
        assert problem["trace_id"] == answer["X-Request-Id"]
        assert 5 <= int(answer["Retry-After"]) <= 25
    assert len({answer["Retry-After"] for answer in answers}) > 1, "not all at once"


@pytest.mark.usefixtures("behind_proxy")
def test_nothing_is_asked_of_a_database_for_who_is_sent_away(body, officer_of):
    from tenants.usage import usage

    token = officer_of(body).token
    headers = {**LONG_AGO, "Authorization": f"Bearer {token}"}
    Client(SERVER_NAME="localhost").get(f"/api/v1/bodies/{body.code}/receipts", headers=headers)
    assert (usage().messages, usage().statements) == (0, 0)


@pytest.mark.usefixtures("behind_proxy")
def test_health_is_always_told():
    assert Client(SERVER_NAME="localhost").get("/healthz", headers=LONG_AGO).status_code == 200


@pytest.mark.usefixtures("behind_proxy")
def test_what_was_typed_stands_in_the_answer_to_be_sent_again(body):
    typed = {"description": 'ค่า <b> & "ไฟ"', "line": ["\nหนึ่ง", "สอง"], "key": "k-1"}
    path = f"/b/{body.code}/receipts/new"
    answer = Client(SERVER_NAME="localhost").post(path, typed, headers=LONG_AGO)
    assert answer.status_code == 503
    page = answer.content.decode()
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert [(name, html.unescape(value)) for name, value in found] == [
        ("description", 'ค่า <b> & "ไฟ"'),
        ("line", "\nหนึ่ง"),
        ("line", "สอง"),
        ("key", "k-1"),
    ]
    assert f'action="{path}"' in page
    assert "http-equiv" not in page, "a page that reloads itself would lose it"


@pytest.mark.usefixtures("behind_proxy")
def test_a_password_never_stands_in_a_page():
    typed = {"username": "somebody", "password": "a long secret of mine"}
    answer = Client(SERVER_NAME="localhost").post("/sign-in", typed, headers=LONG_AGO)
    assert answer.status_code == 503
    assert "a long secret" not in answer.content.decode()


@pytest.mark.usefixtures("behind_proxy")
def test_who_waited_a_moment_is_let_in(body, officer_of):
    just_now = str(int(time.time() * 1_000_000))
    headers = {"X-Request-Start": just_now, "Authorization": f"Bearer {officer_of(body).token}"}
    path = f"/api/v1/bodies/{body.code}"
    assert Client(SERVER_NAME="localhost").get(path, headers=headers).status_code == 200


@override_settings(PASSWORDS_AT_ONCE=3)
def test_no_more_passwords_are_checked_than_leave_a_thread_to_work(body, officer_of, api):
    officer_of(body)
    said = {"username": "nobody", "password": "wrong wrong wrong"}
    with HASHING.place(), HASHING.place(), HASHING.place():
        answer = api.post("auth/tokens", said)
        page = Client(SERVER_NAME="localhost").post("/sign-in", said)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer["Retry-After"]
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert api.post("auth/tokens", said).status_code == 401
    assert HASHING.taken == 0


@override_settings(PASSWORDS_AT_ONCE=2)
def test_hashes_are_computed_one_after_the_other_and_aside():
    import os
    import threading

    hashing = HashingAside()

    def look() -> tuple[str, int]:
        number = threading.get_native_id()
        return threading.current_thread().name, os.getpriority(os.PRIO_PROCESS, number)

    def ask() -> tuple[str, int]:
        with hashing.place() as aside:
            return aside.submit(look).result()

    with ThreadPoolExecutor(2) as two:
        told = {one.result() for one in [two.submit(ask), two.submit(ask)]}
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert told == {("passwords_0", max(own, 10))}
    with hashing.place(), hashing.place(), pytest.raises(TooManyAtOnce), hashing.place():
        pass
