"""What a request of the portal costs and tells, without a browser."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, RequestFactory
from django.utils import translation
from django.views import defaults

from tenants.backend.pool import POOLS


@pytest.fixture
def client(body, officer_of) -> Client:
    from django.utils import timezone

    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    officer = officer_of(body)
    token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = token
    return client


@pytest.mark.parametrize(
    "path", ["", "journal", "journal/new", "trial-balance", "accounts/search?q=เงินสด"]
)
def test_a_page_asks_the_control_plane_once(client, body, path):
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        response = client.get(f"/b/{body.code}/{path}")
    assert response.status_code == 200
    assert len(asked) == 1


def test_pages_are_kept_by_no_cache_and_run_no_script_but_ours(client, body):
    response = client.get(f"/b/{body.code}/")
    assert response["Cache-Control"] == "no-store"
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_a_token_of_the_api_opens_no_page(body, officer_of):
    from portal.doors import COOKIE

    client = Client(SERVER_NAME="localhost")
    client.cookies[COOKIE] = officer_of(body).token
    response = client.get(f"/b/{body.code}/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in")


def test_a_permission_taken_away_is_gone_on_the_next_request(client, body):
    from datetime import date

    from tenants.officers.models import Appointment

    assert client.get(f"/b/{body.code}/").status_code == 200
    Appointment.objects.filter(body__code=body.code, role="ACCOUNTANT").update(
        to_date=date(2021, 1, 1)
    )
    assert client.get(f"/b/{body.code}/").status_code == 404


def test_a_form_without_its_token_is_refused_in_thai(client, body):
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.cookies = client.cookies
    response = strict.post(f"/b/{body.code}/journal/new", {"description": "x"})
    assert response.status_code == 403
    assert "แบบฟอร์มหมดอายุ" in response.content.decode()


@pytest.mark.parametrize("before", ["x", "-1", "1" * 40, "๑"])
def test_a_cursor_that_is_none_is_not_found(client, body, before):
    assert client.get(f"/b/{body.code}/journal", {"before": before}).status_code == 404


def test_odd_characters_in_a_search_find_nothing_and_break_nothing(client, body):
    for words in ("\x00", "%", "_", "'; --", "๑๑๐๑", "ก" * 5000):
        response = client.get(f"/b/{body.code}/accounts/search", {"q": words})
        assert response.status_code == 200


def test_odd_characters_in_a_sign_in_are_a_wrong_password():
    client = Client(SERVER_NAME="localhost")
    response = client.post("/sign-in", {"username": "a\x00b", "password": "\x00"})
    assert response.status_code == 422


def test_odd_characters_in_an_entry_are_refused_beside_their_field(client, body):
    form = {"entry_date": "\x00", "description": "a\x00b", "account": "\x00", "debit": "\x00"}
    response = client.post(f"/b/{body.code}/journal/new", form)
    assert response.status_code == 422
    assert response.content.decode().count("field-error") >= 4


def test_when_every_connection_is_taken_the_page_says_so_and_tries_again(client, body, all_taken):
    response = client.get(f"/b/{body.code}/journal")
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert '<meta http-equiv="refresh" content="5">' in response.content.decode()


def test_when_every_connection_is_taken_a_form_keeps_what_was_typed(client, body, all_taken):
    response = client.post(f"/b/{body.code}/journal/new", {"description": "รับเงินค่าเช่าตลาด"})
    assert response.status_code == 503
    assert "รับเงินค่าเช่าตลาด" in response.content.decode()


@pytest.mark.parametrize("language", ["th", "en"])
def test_a_bug_shows_a_page_and_no_trace(language):
    request = RequestFactory().get("/")
    with translation.override(language):
        page = defaults.server_error(request).content.decode()
    assert ("ระบบขัดข้อง" if language == "th" else "Something went wrong") in page
    assert "Traceback" not in page


@pytest.fixture
def all_taken(client, body) -> Iterator[None]:
    """Hold every connection of the body's cell, as other requests would."""
    client.get(f"/b/{body.code}/")  # opens the pool
    pool = POOLS.of(body.cell, lambda: pytest.fail("the pool is open"))
    slots = [pool.lease(body.code)[0] for _ in range(settings.TENANT_POOL_SLOTS)]
    yield
    for slot in slots:
        pool.release(slot)
