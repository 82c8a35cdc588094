"""The second step and the security page, without a browser: what is refused, and what is told."""

import re

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from portal.doors import COOKIE
from portal.entering import STEP_COOKIE
from tenants.officers import sign_in
from tenants.officers.second_step import authenticator, enrolled


@pytest.fixture
def officer(body, officer_of):
    return officer_of(body)


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def inside(client, officer) -> Client:
    """A browser in which the officer is signed in."""
    token, _ = sign_in.open_sign_in(officer_id=officer.id, kind="portal", now=timezone.now())
    client.cookies[COOKIE] = token
    return client


def begin(client, officer, back=""):
    typed = {"username": officer.username, "password": officer.password, "next": back}
    return client.post("/sign-in", typed)


def test_a_password_alone_opens_no_session(client, officer, enrol, body):
    enrol(officer)
    response = begin(client, officer, f"/b/{body.code}/journal")
    assert response["Location"].startswith("/sign-in/second-step")
    assert COOKIE not in response.cookies
    step = response.cookies[STEP_COOKIE]
    assert (step["httponly"], step["samesite"]) == (True, "Strict")
    assert client.get(f"/b/{body.code}/")["Location"].startswith("/sign-in")
    assert client.get(response["Location"]).status_code == 200


def test_a_code_finishes_it_and_leads_to_the_page_wanted(client, officer, enrol, body):
    phone, _ = enrol(officer)
    wanted = f"/b/{body.code}/journal"
    begin(client, officer)
    wrong = client.post("/sign-in/second-step", {"code": "00", "next": wanted})
    assert wrong.status_code == 422
    assert COOKIE not in wrong.cookies
    right = {"code": phone.code_at(timezone.now()), "next": wanted}
    response = client.post("/sign-in/second-step", right)
    assert response["Location"] == wanted
    assert client.get(wanted).status_code == 200
    again = client.post("/sign-in/second-step", right)
    assert again["Location"].startswith("/sign-in?again=1")


def test_the_second_step_never_leads_elsewhere(client, officer, enrol):
    _, paper = enrol(officer)
    begin(client, officer)
    typed = {"code": paper[0], "next": "https://example.org/"}
    assert client.post("/sign-in/second-step", typed)["Location"] == "/bodies"


def test_a_browser_that_began_nothing_finishes_nothing(client, officer, enrol):
    phone, _ = enrol(officer)
    begin(client, officer)
    stranger = Client(SERVER_NAME="localhost")
    typed = {"code": phone.code_at(timezone.now())}
    for response in (
        stranger.get("/sign-in/second-step"),
        stranger.post("/sign-in/second-step", typed),
        stranger.post("/sign-in/passkey", {"purpose": "second_step", "credential": "{}"}),
    ):
        assert response["Location"].startswith("/sign-in?again=1")
    assert stranger.post("/sign-in/second-step/asked").status_code == 410


@pytest.mark.parametrize("purpose", ["sign_in", "invitation", "reset"])
def test_a_link_leads_to_the_second_step(client, officer, enrol, purpose):
    enrol(officer)
    token = sign_in.new_link(officer_id=officer.id, purpose=purpose, now=timezone.now())
    password = "ดอกไม้บานริมคลองหลังวัด"
    response = client.post(f"/sign-in/link/{token}", {"password": password, "again": password})
    assert response["Location"].startswith("/sign-in/second-step")
    assert COOKIE not in response.cookies


def test_after_ten_wrong_codes_the_page_says_to_wait(client, officer, enrol):
    phone, _ = enrol(officer)
    begin(client, officer)
    for _guess in range(sign_in.ATTEMPTS_BEFORE_LOCK):
        client.post("/sign-in/second-step", {"code": "\x00 no"})
    typed = {"code": phone.code_at(timezone.now())}
    page = client.post("/sign-in/second-step", typed).content.decode()
    assert "รอ 15 นาที" in page
    assert begin(client, officer).status_code == 422


# --- the security page --------------------------------------------------------------------------

CHANGES = ("begin_app", "confirm_app", "remove_app", "add_passkey", "remove_passkey", "make_codes")


def test_the_page_is_for_who_is_signed_in(client):
    assert client.get("/security")["Location"].startswith("/sign-in")
    assert client.post("/security/passkey/asked")["Location"].startswith("/sign-in")


@pytest.mark.parametrize("action", CHANGES)
def test_nothing_is_changed_before_the_officer_confirms(inside, officer, enrol, action):
    enrol(officer)
    before = enrolled.enrolled_by(officer_id=officer.id)
    response = inside.post("/security", {"action": action})
    assert response.status_code == 403
    assert enrolled.enrolled_by(officer_id=officer.id) == before
    assert inside.post("/security/passkey/asked").status_code == 403


def test_the_secret_is_shown_to_who_confirmed_only(inside, officer):
    authenticator.begin_app(officer_id=officer.id, now=timezone.now())
    secret = authenticator.secret_to_confirm(officer_id=officer.id)
    plain = re.sub(r"\s", "", inside.get("/security").content.decode())
    assert secret not in plain
    assert "<svg" not in plain
    assert inside.post("/security", {"action": "confirm", "proof": "wrong"}).status_code == 422
    inside.post("/security", {"action": "confirm", "proof": officer.password})
    page = inside.get("/security").content.decode()
    assert secret in re.sub(r"\s", "", page)
    assert "<svg" in page
    assert "style=" not in page  # the page's own policy would ignore it


def test_a_step_that_is_none_is_not_found(inside, officer):
    inside.post("/security", {"action": "confirm", "proof": officer.password})
    assert inside.post("/security", {"action": "nothing"}).status_code == 404
    assert inside.post("/security", {"action": "remove_passkey"}).status_code == 404
    assert inside.post("/security", {"action": "make_codes"}).status_code == 404
    assert inside.post("/security", {"action": "add_passkey"}).status_code == 422
    assert inside.post("/security", {"action": "confirm_app", "code": "x"}).status_code == 422


def test_the_server_offers_passkeys_for_its_own_name_only(inside, officer):
    inside.post("/security", {"action": "confirm", "proof": officer.password})
    assert inside.post("/security/passkey/asked").json()["rp"]["id"] == "localhost"
    by_address = {"SERVER_NAME": "127.0.0.1"}
    assert inside.post("/sign-in/passkey/asked", **by_address).status_code == 404
    assert inside.post("/security/passkey/asked", **by_address).status_code == 403
    with override_settings(PUBLIC_URL="https://laas.example.go.th"):
        asked = inside.post("/sign-in/passkey/asked").json()
        assert asked["rpId"] == "laas.example.go.th"
        assert asked["userVerification"] == "required"
    with override_settings(PUBLIC_URL="http://127.0.0.1:8000"):
        assert inside.post("/sign-in/passkey/asked").json()["rpId"] == "localhost"


def test_what_a_script_asks_for_needs_the_forms_token(inside):
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.cookies = inside.cookies
    for path in ("sign-in/passkey/asked", "sign-in/passkey", "security/passkey/asked", "security"):
        assert strict.post(f"/{path}").status_code == 403
