"""Tokens of officers who sign in in two steps, and the reset for a lost phone."""

import pytest
from django.utils import timezone

from tenants.officers.second_step import enrolled


@pytest.fixture
def officer(body, officer_of):
    return officer_of(body)


def ask(api, officer, **more):
    asked = {"username": officer.username, "password": officer.password, **more}
    return api.post("auth/tokens", asked, key=None)


def codes(document):
    return [refusal["code"] for refusal in document["refusals"]]


def test_a_password_alone_is_answered_with_what_is_missing(officer, enrol, api, problem):
    enrol(officer)
    for more in ({}, {"otp": None}, {"otp": ""}):
        document = problem(ask(api, officer, **more), 401, "second_step_required")
        assert codes(document) == ["otp_required"]
        assert document["refusals"][0]["pointer"] == "/otp"
        assert "token" not in document


def test_a_code_gives_a_token_once(officer, enrol, api, problem):
    phone, _ = enrol(officer)
    code = phone.code_at(timezone.now())
    answer = ask(api, officer, otp=code)
    assert answer.status_code == 201, answer.content
    assert api.get("me", token=answer.json()["token"]).json()["username"] == officer.username
    replay = problem(ask(api, officer, otp=code), 401, "second_step_refused")
    assert codes(replay) == ["otp_refused"]


def test_a_recovery_code_gives_a_token_once(officer, enrol, api, problem):
    _, paper = enrol(officer)
    assert ask(api, officer, otp=paper[0]).status_code == 201
    problem(ask(api, officer, otp=paper[0]), 401, "second_step_refused")


def test_with_a_wrong_password_no_code_is_asked_for_or_used(officer, enrol, api, problem):
    phone, _ = enrol(officer)
    code = phone.code_at(timezone.now())
    for more in ({}, {"otp": code}):
        document = problem(ask(api, officer, password="a wrong one", **more), 401, "not_signed_in")
        assert document["refusals"] == []
    assert ask(api, officer, otp=code).status_code == 201


def test_who_has_enrolled_nothing_needs_no_code(officer, api):
    assert ask(api, officer).status_code == 201
    assert ask(api, officer, otp="123456").status_code == 201


def test_a_reset_for_a_lost_phone_is_recorded_and_removes_the_second_step(
    body, officer, officer_of, enrol, api, as_owner
):
    enrol(officer)
    admin = officer_of(body, "LAO_ADMIN")
    path = f"bodies/{body.code}/officers/{officer.username}/reset"
    assert api.post(path, {}, token=admin.token).status_code == 200
    assert enrolled.has_second_step(officer_id=officer.id)

    answer = api.post(path, {"lost_phone": True}, token=admin.token)

    assert answer.status_code == 200, answer.content
    assert not enrolled.has_second_step(officer_id=officer.id)
    assert api.get("me", token=officer.token).status_code == 401
    with as_owner(body) as owner:
        acts = owner.execute(
            "SELECT action, subject, officer_id FROM audit_event ORDER BY id"
        ).fetchall()
    assert acts == [
        ("officer_reset", officer.username, admin.id),
        ("officer_reset", officer.username, admin.id),
        ("second_steps_removed", officer.username, admin.id),
    ]


def test_an_administrator_does_not_remove_their_own_second_step(
    body, officer_of, enrol, api, problem
):
    admin = officer_of(body, "LAO_ADMIN")
    enrol(admin)
    path = f"bodies/{body.code}/officers/{admin.username}/reset"
    document = problem(api.post(path, {"lost_phone": True}, token=admin.token), 409)
    assert codes(document) == ["own_second_step"]
    malformed = problem(api.post(path, {"lost_phone": "yes"}, token=admin.token), 422)
    assert codes(malformed) == ["not_a_flag"]
