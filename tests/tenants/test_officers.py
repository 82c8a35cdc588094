"""What a body's administrator does with its officers, and what they cannot reach."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tenants.officers import administration, appointments
from tenants.officers.access import access_by_token
from tenants.officers.sign_in import UnableToSignIn, set_password_by_link, sign_in

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
PASSWORD = "forty-two water buffaloes"


@pytest.fixture
def admin(body, officer_of):
    return officer_of(body, "LAO_ADMIN")


@pytest.fixture
def invite(body, admin):
    def make(username="", roles=("ACCOUNTANT",), **changed):
        asked = {
            "body_code": body.code,
            "username": username or f"{body.code}-new",
            "name_th": "นายใหม่ มาดี",
            "roles": roles,
            "from_date": TODAY,
            "appointed_by": admin.id,
            "now": NOW,
        }
        return administration.invite_officer(**(asked | changed))

    return make


@pytest.fixture
def appoint(body, admin):
    def make(username, role, **changed):
        asked = {
            "body_code": body.code,
            "username": username,
            "role": role,
            "from_date": TODAY,
            "to_date": None,
            "is_acting": False,
            "order_no": "",
            "appointed_by": admin.id,
            "now": NOW,
        }
        return administration.appoint_in_body(**(asked | changed))

    return make


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def roles_of(token, body):
    access = access_by_token(
        token=token, kind="api", body_code=body.code, asked="", now=timezone.now()
    )
    return set(access.roles) if access else None


def test_an_invited_officer_sets_a_password_and_holds_every_role(body, invite):
    token = invite(roles=("ACCOUNTANT", "FIN_OFFICER"))
    listed = {o.username: o for o in administration.officers_of_body(
        body_code=body.code, today=TODAY)}  # fmt: skip
    assert listed[f"{body.code}-new"].is_invited
    set_password_by_link(token=token, password=PASSWORD, now=NOW)
    api_token, _ = sign_in(username=f"{body.code}-new", password=PASSWORD, kind="api", now=NOW)
    assert roles_of(api_token, body) == {"ACCOUNTANT", "FIN_OFFICER"}
    with pytest.raises(UnableToSignIn):
        set_password_by_link(token=token, password=PASSWORD, now=NOW)


def test_everything_wrong_with_an_invitation_is_told_at_once(admin, invite):
    with pytest.raises(administration.UnableToInviteOfficer) as refused:
        invite(username=admin.username, name_th=" ", roles=("DLA", "ACCOUNTANT", "ACCOUNTANT"))
    assert codes(refused) == ["username_taken", "required", "unknown_role", "role_twice"]
    assert [refusal.pointer for refusal in refused.value.refusals] == [
        *("/username", "/name_th", "/roles/0", "/roles/2")
    ]
    with pytest.raises(administration.UnableToInviteOfficer) as refused:
        invite(username="Nul\x00 Name", roles=())
    assert codes(refused) == ["bad_username", "no_roles"]


def test_asking_again_after_a_crash_makes_one_officer_and_a_new_link(body, admin, invite):
    first = invite(officer_id=admin.id.__class__(int=int(admin.id) ^ 1))
    again = invite(officer_id=admin.id.__class__(int=int(admin.id) ^ 1))
    with pytest.raises(UnableToSignIn):
        set_password_by_link(token=first, password=PASSWORD, now=NOW)
    set_password_by_link(token=again, password=PASSWORD, now=NOW)
    assert len(administration.officers_of_body(body_code=body.code, today=TODAY)) == 3


def test_an_ended_officer_is_out_at_once_and_may_come_back(body, officer_of, admin, appoint):
    officer = officer_of(body)
    end = {"body_code": body.code, "username": officer.username, "today": TODAY, "now": NOW}
    administration.end_officer(**end)
    assert roles_of(officer.token, body) is None
    with pytest.raises(UnableToSignIn):
        sign_in(username=officer.username, password=officer.password, kind="api", now=NOW)
    with pytest.raises(administration.UnableToEnd) as refused:
        administration.end_officer(**end)
    assert codes(refused) == ["officer_left"]
    with pytest.raises(administration.UnableToResetOfficer):
        administration.reset_link_for(body_code=body.code, username=officer.username, now=NOW)

    appoint(officer.username, "ACCOUNTANT")

    link = administration.reset_link_for(body_code=body.code, username=officer.username, now=NOW)
    set_password_by_link(token=link, password=PASSWORD, now=NOW)
    token, _ = sign_in(username=officer.username, password=PASSWORD, kind="api", now=NOW)
    assert roles_of(token, body) == {"ACCOUNTANT"}


def test_an_administrator_reaches_no_officer_of_another_body(
    body, other_body, officer_of, admin, appoint
):
    stranger = officer_of(other_body)
    for act in (
        lambda: administration.end_officer(
            body_code=body.code, username=stranger.username, today=TODAY, now=NOW
        ),
        lambda: administration.reset_link_for(
            body_code=body.code, username=stranger.username, now=NOW
        ),
    ):
        with pytest.raises(administration.OfficerNotFound):
            act()
    appoint(stranger.username, "SUPPLY")
    with pytest.raises(administration.UnableToResetOfficer) as refused:
        administration.reset_link_for(body_code=body.code, username=stranger.username, now=NOW)
    assert codes(refused) == ["serves_elsewhere"]

    administration.end_officer(
        body_code=body.code, username=stranger.username, today=TODAY, now=NOW
    )

    assert roles_of(stranger.token, body) == set()
    assert roles_of(stranger.token, other_body) == {"ACCOUNTANT"}


def test_an_appointment_is_dated_ordered_and_no_role_is_held_twice(body, officer_of, appoint):
    officer = officer_of(body)
    with pytest.raises(administration.UnableToAppointOfficer) as refused:
        appoint(
            officer.username,
            "ACCOUNTANT",
            to_date=TODAY - timedelta(days=1),
            is_acting=True,
            order_no=" ",
        )
    assert codes(refused) == ["ends_before_it_begins", "order_required", "overlaps"]
    with pytest.raises(administration.UnableToAppointOfficer) as refused:
        appoint("nobody-of-this-name", "OPERATOR")
    assert codes(refused) == ["unknown_officer", "unknown_role"]
    appoint(
        officer.username,
        "FIN_DIRECTOR",
        is_acting=True,
        order_no="คำสั่งที่ 12/2569",
        to_date=TODAY + timedelta(days=30),
    )
    access = access_by_token(
        token=officer.token, kind="api", body_code=body.code, asked="", now=NOW
    )
    assert access.acting_roles == {"FIN_DIRECTOR"}


def test_an_administrator_may_not_appoint_themself_to_work_in_the_books(admin, appoint):
    for role in ("ACCOUNTANT", "FIN_DIRECTOR"):
        with pytest.raises(administration.UnableToAppointOfficer) as refused:
            appoint(admin.username, role)
        assert codes(refused) == ["own_appointment"]


def test_an_officer_of_the_centre_holds_nothing_in_a_body(appoint):
    appointments.register_staff(
        staff=[
            appointments.NewStaffMember(
                username="central-dla", password=PASSWORD, name_th="กรม", roles=("DLA",)
            )
        ],
        from_date=date(2020, 1, 1),
        now=NOW,
    )
    with pytest.raises(administration.UnableToAppointOfficer) as refused:
        appoint("central-dla", "ACCOUNTANT")
    assert codes(refused) == ["unknown_officer"]


def test_an_appointment_ends_at_once_or_with_a_day_but_never_grows(body, officer_of, appoint):
    officer = officer_of(body)
    appointment_id = appoint(officer.username, "SUPPLY", to_date=TODAY + timedelta(days=9))

    def end(to_date):
        administration.end_appointment_in_body(
            body_code=body.code,
            appointment_id=appointment_id,
            to_date=to_date,
            today=TODAY,
            now=NOW,
        )

    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=10)):
        with pytest.raises(administration.UnableToEnd) as refused:
            end(day)
        assert codes(refused) == ["bad_last_day"]
    end(TODAY + timedelta(days=5))
    assert roles_of(officer.token, body) == {"ACCOUNTANT", "SUPPLY"}
    end(None)
    assert roles_of(officer.token, body) == {"ACCOUNTANT"}
    with pytest.raises(administration.UnableToEnd) as refused:
        end(None)
    assert codes(refused) == ["ended_already"]
    appoint(officer.username, "SUPPLY")


def test_somebody_is_left_to_administer_the_body(body, admin, officer_of):
    listed = administration.officers_of_body(body_code=body.code, today=TODAY)
    others = [o for o in listed if o.username != admin.username]
    for officer in others:
        administration.end_officer(
            body_code=body.code, username=officer.username, today=TODAY, now=NOW
        )
    with pytest.raises(administration.UnableToEnd) as refused:
        administration.end_officer(
            body_code=body.code, username=admin.username, today=TODAY, now=NOW
        )
    assert codes(refused) == ["last_administrator"]
    officer_of(body, "LAO_ADMIN")
    administration.end_officer(body_code=body.code, username=admin.username, today=TODAY, now=NOW)
