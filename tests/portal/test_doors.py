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
    "path",
    [
        *("journal", "journal/new", "vouchers", "vouchers/draft", "periods", "accounts"),
        *("accounts/search?q=เงินสด", "ledger", "ledger/1101010101.001"),
        *("trial-balance", "trial-balance.xlsx", "trial-balance.pdf"),
    ],
)
def test_a_page_asks_the_control_plane_once(client, body, path):
    assert len(asked_for(client, body, path)) == 1


def test_home_asks_once_more_for_what_the_centre_says(client, body):
    assert len(asked_for(client, body, "")) == 2


def asked_for(client, body, path):
    asked = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(note):
        response = client.get(f"/b/{body.code}/{path}")
    assert response.status_code == 200
    return asked


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


@pytest.mark.parametrize(
    "path",
    [
        *("ledger/1101010101.001?at=x", "ledger/1101010101.001?at=2026-02-30/1/1", "ledger/x"),
        *("ledger/9999999999.999", "vouchers/nothing", "vouchers/draft?before=x"),
        *("vouchers/0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111", "journal/JV-00001-70/history"),
        *("vouchers/0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111/edit", "journal/JV-00001-70/reverse"),
    ],
)
def test_what_is_not_there_is_not_found(client, body, path):
    assert client.get(f"/b/{body.code}/{path}").status_code == 404


def test_a_step_that_is_none_changes_nothing(client, body):
    voucher = f"/b/{body.code}/vouchers/0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111"
    for path in ("check", "nothing"):
        assert client.post(f"{voucher}/{path}", {"version": "1"}).status_code == 404
    assert client.post(f"/b/{body.code}/periods/0000-01/close").status_code == 403
    assert client.post(f"/b/{body.code}/periods/2026-13/close").status_code == 404


def test_odd_characters_while_typing_are_kept_as_they_can_be(client, body):
    form = {"description": "a\x00b", "account": ["\x00", "x"], "debit": ["x", "1e9"]}
    form["key"] = "0d1c4a3e-58f5-4ac9-a32b-5dd8c0f7a111"
    first = client.post(f"/b/{body.code}/vouchers/save", form)
    assert first.status_code == 200, first.content
    again = client.post(f"/b/{body.code}/vouchers/save", {**form, **first.json()})
    assert again.json()["voucher"] == first.json()["voucher"]
    page = client.get(f"/b/{body.code}/vouchers/{first.json()['voucher']}/edit")
    assert "1e9" in page.content.decode()


def test_a_draft_is_kept_by_accountants_only(body, other_body, officer_of, client):
    """Neither another role nor another body's accountant reaches a draft."""
    from django.utils import timezone

    from portal.doors import COOKIE
    from tenants.officers.sign_in import open_sign_in

    kept = client.post(f"/b/{body.code}/vouchers/save", {"description": "ร่าง"}).json()["voucher"]
    for officer, status in ((officer_of(body, "EXECUTIVE"), 403), (officer_of(other_body), 404)):
        token, _ = open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
        client.cookies[COOKIE] = token
        path = f"/b/{body.code}/vouchers"
        assert client.post(f"{path}/save", {"voucher": kept}).status_code == status
        assert client.get(f"{path}/{kept}/edit").status_code == status
        check = client.post(f"{path}/{kept}/check", {"version": "1"})
        assert check.status_code == (409 if status == 403 else 404)
    token, _ = open_sign_in(officer_id=officer_of(other_body).id, kind="portal", now=timezone.now())
    client.cookies[COOKIE] = token
    assert client.get(f"/b/{other_body.code}/vouchers/{kept}").status_code == 404


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
