"""Who gets in: decided anew by every request, and the same answer for foreign and for absent."""

import threading
import time
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tenants.directory.models import Body
from tenants.officers import access, appointments, sign_in
from tenants.officers.models import Appointment, Officer
from tenants.officers.tokens import token_sha256

ABSENT = "9999999"
VARYING = {"X-Request-Id", "Date", "Server-Timing"}


def seen_from_outside(answer) -> tuple[object, ...]:
    """An answer after blanking what is allowed to differ."""
    document = answer.json()
    assert document.pop("instance")
    assert document.pop("trace_id")
    headers = {name: value for name, value in answer.headers.items() if name not in VARYING}
    return answer.status_code, document, headers


def requests_to(code: str, number: str = "JV-00001-70") -> list[tuple[str, str]]:
    return [
        ("get", f"bodies/{code}"),
        ("get", f"bodies/{code}/accounts"),
        ("get", f"bodies/{code}/journal-entries"),
        ("get", f"bodies/{code}/journal-entries?limit=0"),
        ("get", f"bodies/{code}/journal-entries/{number}"),
        ("get", f"bodies/{code}/trial-balance?fiscal_year=2570"),
        ("get", f"bodies/{code}/trial-balance"),
        ("post", f"bodies/{code}/journal-entries"),
    ]


@pytest.mark.parametrize("index", range(len(requests_to(""))))
def test_a_foreign_body_looks_like_an_absent_one(body, other_body, officer_of, api, entry, index):
    api.post(
        f"bodies/{other_body.code}/journal-entries", entry(), token=officer_of(other_body).token
    )
    token = officer_of(body).token
    answers = []
    for code in (other_body.code, ABSENT):
        method, path = requests_to(code)[index]
        arguments = {"body": entry()} if method == "post" else {}
        answers.append(getattr(api, method)(path, token=token, **arguments))
    foreign, absent = answers
    assert foreign.status_code == 404
    assert seen_from_outside(foreign) == seen_from_outside(absent)
    assert set(foreign.headers) == set(absent.headers)


def test_a_registered_body_without_books_looks_like_an_absent_one(body, officer_of, api):
    without = Body.objects.filter(state="registered", parent=None).order_by("-code").first()
    token = officer_of(body).token
    answers = [api.get(f"bodies/{code}", token=token) for code in (without.code, ABSENT)]
    assert seen_from_outside(answers[0]) == seen_from_outside(answers[1])


def test_to_a_stranger_no_body_differs_from_another(other_body, api, entry):
    for index in range(len(requests_to(""))):
        answers = []
        for code in (other_body.code, ABSENT):
            method, path = requests_to(code)[index]
            arguments = {"body": entry()} if method == "post" else {}
            answers.append(getattr(api, method)(path, **arguments))
        assert answers[0].status_code == 401
        assert answers[0]["WWW-Authenticate"] == "Bearer"
        assert seen_from_outside(answers[0]) == seen_from_outside(answers[1])


@pytest.mark.parametrize(
    "authorization",
    [
        *("Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer\x00", "Bearer " + "a" * 5000),
        *(
            "Bearer a b",
            "Token x",
            "Bearer \u0e01",
            "Bearer null",
            "Bearer eyJhbGciOiJub25lIn0.e30.",
        ),
    ],
)
def test_what_is_no_token_of_ours_is_401(body, api, problem, authorization):
    headers = {"Authorization": authorization}
    problem(api.get(f"bodies/{body.code}", **headers), 401)
    problem(api.get("me", **headers), 401)


# --- taken away ----------------------------------------------------------------------------------


def test_a_revoked_token_is_refused_on_the_next_request(body, officer_of, api, problem):
    token = officer_of(body).token
    assert api.get(f"bodies/{body.code}", token=token).status_code == 200
    assert api.delete("auth/tokens", token=token).status_code == 204
    for path in (f"bodies/{body.code}", "me"):
        problem(api.get(path, token=token), 401)
    problem(api.delete("auth/tokens", token=token), 401)


def test_revoking_one_token_leaves_the_others(body, officer_of, api):
    officer = officer_of(body)
    other, _ = sign_in.open_sign_in(officer_id=officer.id, kind="api", now=timezone.now())
    api.delete("auth/tokens", token=officer.token)
    assert api.get("me", token=other).status_code == 200


def test_an_expired_token_is_refused(body, officer_of, api, problem):
    long_ago = timezone.now() - sign_in.LIFETIME["api"] - timedelta(seconds=1)
    token, _ = sign_in.open_sign_in(officer_id=officer_of(body).id, kind="api", now=long_ago)
    problem(api.get("me", token=token), 401)


def test_an_ended_appointment_bites_on_the_next_request(body, officer_of, api, entry, problem):
    officer = officer_of(body)
    path = f"bodies/{body.code}/journal-entries"
    assert api.post(path, entry(), token=officer.token).status_code == 201
    appointment = Appointment.objects.get(officer_id=officer.id)
    yesterday = timezone.localdate() - timedelta(days=1)
    appointments.end_appointment(appointment_id=appointment.id, to_date=yesterday)
    problem(api.post(path, entry(), token=officer.token), 404)
    problem(api.get(path, token=officer.token), 404)
    assert api.get("me", token=officer.token).json()["bodies"] == []


@pytest.mark.parametrize(
    ("from_days", "to_days", "status"),
    [(0, None, 200), (0, 0, 200), (-9, 0, 200), (-9, -1, 404), (1, None, 404), (1, 9, 404)],
)
def test_an_appointment_counts_from_its_first_day_to_its_last(
    body, other_body, officer_of, api, from_days, to_days, status
):
    officer, today = officer_of(other_body), timezone.localdate()
    appointments.appoint(
        officer_id=officer.id,
        role="ACCOUNTANT",
        body_code=body.code,
        from_date=today + timedelta(days=from_days),
        to_date=None if to_days is None else today + timedelta(days=to_days),
        now=timezone.now(),
    )
    assert api.get(f"bodies/{body.code}", token=officer.token).status_code == status


@pytest.mark.parametrize("role", ["PROVINCE", "DISTRICT", "DLA", "OAG"])
def test_who_watches_over_a_body_reads_its_books_and_writes_nothing(
    api, body, other_body, entry, role
):
    from tenants.officers import appointments, sign_in
    from tenants.officers.appointments import NewStaffMember

    now, name = timezone.now(), f"watcher-{role.lower()}-{body.code}"
    area = {
        "PROVINCE": {"province_code": body.province_code},
        "OAG": {"province_code": body.province_code},
        "DISTRICT": {"district_code": body.district_code},
        "DLA": {},
    }[role]
    watcher = NewStaffMember(username=name, password=None, name_th="ก", roles=(role,), **area)
    ids = appointments.register_staff(staff=[watcher], from_date=date(2020, 1, 1), now=now)
    token, _ = sign_in.open_sign_in(officer_id=ids[name], kind="api", now=now)

    at = f"bodies/{body.code}"
    assert api.get(at, token=token).json()["roles"] == [role]
    assert api.get(f"{at}/trial-balance?fiscal_year=2570", token=token).status_code == 200
    assert api.post(f"{at}/journal-entries", entry(), token=token).status_code == 403
    assert api.post(f"{at}/general-vouchers", entry(), token=token).status_code == 403
    assert api.get(f"{at}/officers", token=token).status_code == 403
    elsewhere = api.get(f"bodies/{other_body.code}", token=token).status_code
    same = body.province_code == other_body.province_code
    is_same = {"PROVINCE": same, "OAG": same, "DLA": True}.get(
        role, body.district_code == other_body.district_code
    )
    assert elsewhere == (200 if is_same else 404)


def test_what_a_watcher_reads_is_written_down_for_the_body_to_see(api, body, officer_of):
    watcher, own = officer_of(body, "PROVINCE").token, officer_of(body, "LAO_ADMIN").token
    at = f"bodies/{body.code}"
    assert api.get(f"{at}/audit/readings", token=own).json() == {"items": [], "next": None}
    for path in ("trial-balance?fiscal_year=2570", "journal-entries", "officers"):
        api.get(f"{at}/{path}", token=watcher)
    found = api.get(f"{at}/audit/readings?limit=2", token=own).json()
    assert [one["asked"] for one in found["items"]] == [
        f"GET /api/v1/{at}/officers",  # asked for, though refused
        f"GET /api/v1/{at}/journal-entries",
    ]
    assert {tuple(one["roles"]) for one in found["items"]} == {("PROVINCE",)}
    rest = api.get(f"{at}/audit/readings?limit=2&cursor={found['next']}", token=own).json()
    assert [one["asked"] for one in rest["items"]] == [f"GET /api/v1/{at}/trial-balance"]
    assert rest["next"] is None


def test_what_was_read_is_neither_changed_nor_deleted(api, body, officer_of):
    from django.db import ProgrammingError

    from tenants.officers.models import WatchersReading

    api.get(f"bodies/{body.code}", token=officer_of(body, "DLA").token)
    rows = WatchersReading.objects.filter(body__code=body.code)
    assert rows.count() == 1
    for change in (lambda: rows.update(asked=""), rows.delete):
        with pytest.raises(ProgrammingError, match="permission denied"):
            change()
    assert rows.count() == 1


def test_auditors_of_the_nation_read_the_books_behind_its_figures(api, body, other_body):
    from tenants.officers import sign_in
    from tenants.officers.appointments import NewStaffMember

    now, name = timezone.now(), f"auditor-{body.code}"
    auditor = NewStaffMember(username=name, password=None, name_th="ก", roles=("OAG",))
    ids = appointments.register_staff(staff=[auditor], from_date=date(2020, 1, 1), now=now)
    token, _ = sign_in.open_sign_in(officer_id=ids[name], kind="api", now=now)
    assert api.get("central/overview?fiscal_year=2570", token=token).status_code == 200
    for one in (body, other_body):
        assert api.get(f"bodies/{one.code}", token=token).json()["roles"] == ["OAG"]


def test_a_role_in_one_body_gives_none_in_another(
    body, other_body, officer_of, api, entry, problem
):
    officer = officer_of(body)
    appointments.appoint(
        officer_id=officer.id,
        role="INT_AUDIT",
        body_code=other_body.code,
        from_date=date(2020, 1, 1),
        now=timezone.now(),
    )
    assert api.get(f"bodies/{other_body.code}", token=officer.token).json()["roles"] == [
        "INT_AUDIT"
    ]
    problem(
        api.post(f"bodies/{other_body.code}/journal-entries", entry(), token=officer.token), 403
    )
    posted = api.post(f"bodies/{body.code}/journal-entries", entry(), token=officer.token)
    assert posted.status_code == 201


def test_an_officer_who_has_left_is_refused(body, officer_of, api, problem):
    officer = officer_of(body)
    Officer.objects.filter(id=officer.id).update(ended_at=timezone.now())
    problem(api.get("me", token=officer.token), 401)
    credentials = {"username": officer.username, "password": officer.password}
    problem(api.post("auth/tokens", credentials, key=None), 401)


def test_a_token_of_one_door_does_not_open_the_other(body, officer_of, api, problem):
    officer, now = officer_of(body), timezone.now()
    portal, _ = sign_in.open_sign_in(officer_id=officer.id, kind="portal", now=now)
    problem(api.get(f"bodies/{body.code}", token=portal), 401)
    problem(api.get("me", token=portal), 401)

    def through(token: str, kind: str):
        return access.access_by_token(
            token=token, kind=kind, body_code=body.code, asked="", now=now
        )

    assert through(portal, "portal").body.code == body.code
    assert through(officer.token, "portal") is None
    assert through(officer.token, "api").body.code == body.code


# --- passwords -----------------------------------------------------------------------------------


def ask(api, username: str, password: str):
    return api.post("auth/tokens", {"username": username, "password": password}, key=None)


def test_a_password_gives_a_token_that_works(body, officer_of, api):
    officer = officer_of(body)
    answer = ask(api, officer.username, officer.password)
    assert answer.status_code == 201
    assert api.get("me", token=answer.json()["token"]).json()["username"] == officer.username


def test_neither_token_nor_password_is_kept(body, officer_of, owner_url, api):
    import psycopg
    from psycopg.conninfo import make_conninfo

    officer = officer_of(body)
    token = ask(api, officer.username, officer.password).json()["token"]
    with psycopg.connect(make_conninfo(owner_url, dbname="openlaas_control")) as control:
        for table in ("officer", "sign_in", "one_time_link"):
            rows = str(control.execute(f"SELECT * FROM {table}").fetchall())
            assert officer.password not in rows
            assert token not in rows
            assert officer.token not in rows


def test_an_unknown_name_is_answered_like_a_wrong_password(body, officer_of, api):
    known = ask(api, officer_of(body).username, "wrong password")
    unknown = ask(api, "nobody", "wrong password")
    assert known.status_code == 401
    assert seen_from_outside(known) == seen_from_outside(unknown)


def test_after_ten_wrong_passwords_the_right_one_is_refused_too(body, officer_of, api):
    officer = officer_of(body)
    for _ in range(9):
        assert ask(api, officer.username, "wrong password").status_code == 401
    assert ask(api, officer.username, officer.password).status_code == 201, "nine are forgiven"
    refused = [ask(api, officer.username, "wrong password") for _ in range(10)]
    locked = ask(api, officer.username, officer.password)
    assert locked.status_code == 401
    assert seen_from_outside(locked) == seen_from_outside(refused[0])
    assert api.get("me", token=officer.token).status_code == 200, "who is inside stays"
    later = timezone.now() + sign_in.LOCKED_FOR + timedelta(seconds=1)
    token, _ = sign_in.sign_in(
        username=officer.username, password=officer.password, kind="api", now=later
    )
    assert token


def test_ten_wrong_passwords_at_once_lock_as_ten_in_a_row(body, officer_of):
    officer = officer_of(body)

    def guess() -> None:
        from django.db import connections

        try:
            sign_in.sign_in(
                username=officer.username, password="wrong", kind="api", now=timezone.now()
            )
        except sign_in.UnableToSignIn:
            pass
        finally:
            connections.close_all()

    in_threads(sign_in.ATTEMPTS_BEFORE_LOCK, guess)
    assert Officer.objects.get(id=officer.id).locked_until is not None


# --- links ---------------------------------------------------------------------------------------


def in_threads(count: int, work) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_link_signs_in_once(body, officer_of):
    officer, now = officer_of(body), timezone.now()
    link = sign_in.new_link(officer_id=officer.id, purpose="sign_in", now=now)
    token, _ = sign_in.sign_in_by_link(token=link, now=now)
    found = access.access_by_token(
        token=token, kind="portal", body_code=body.code, asked="", now=now
    )
    assert found.officer_id == officer.id
    with pytest.raises(sign_in.UnableToSignIn):
        sign_in.sign_in_by_link(token=link, now=now)


def test_of_two_clicks_on_a_link_at_once_one_succeeds(body, officer_of, owner_url):
    """The second click has read that the link is unused, and waits for the first to end."""
    import psycopg
    from django.db import connections
    from psycopg.conninfo import make_conninfo

    officer, now = officer_of(body), timezone.now()
    link = sign_in.new_link(officer_id=officer.id, purpose="sign_in", now=now)
    outcomes = []

    def click() -> None:
        try:
            outcomes.append(sign_in.sign_in_by_link(token=link, now=now))
        except sign_in.UnableToSignIn:
            outcomes.append(None)
        finally:
            connections.close_all()

    control = make_conninfo(owner_url, dbname="openlaas_control")
    with psycopg.connect(control) as first, psycopg.connect(control, autocommit=True) as watcher:
        first.execute(
            "UPDATE one_time_link SET used_at = now() WHERE token_sha256 = %s",
            [token_sha256(link)],
        )
        second = threading.Thread(target=click)
        second.start()
        until_somebody_waits_for(first, watcher)
        first.commit()
    second.join()
    assert outcomes == [None]


def until_somebody_waits_for(connection, watcher) -> None:
    query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    deadline = time.monotonic() + 30
    while watcher.execute(query, [connection.info.backend_pid]).fetchone() == (0,):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_eight_clicks_on_a_link_at_once_open_one_session(body, officer_of):
    from django.db import connections

    officer, now = officer_of(body), timezone.now()
    link = sign_in.new_link(officer_id=officer.id, purpose="sign_in", now=now)
    opened = []
    together = threading.Barrier(8)

    def click() -> None:
        together.wait(30)
        try:
            opened.append(sign_in.sign_in_by_link(token=link, now=now))
        except sign_in.UnableToSignIn:
            pass
        finally:
            connections.close_all()

    in_threads(8, click)
    assert len(opened) == 1


@pytest.mark.parametrize(
    ("purpose", "age"),
    [
        ("invitation", timedelta(0)),
        ("reset", timedelta(0)),
        ("sign_in", timedelta(days=30, seconds=1)),
    ],
)
def test_a_link_for_another_purpose_or_of_old_age_signs_nobody_in(body, officer_of, purpose, age):
    made = timezone.now()
    link = sign_in.new_link(officer_id=officer_of(body).id, purpose=purpose, now=made)
    with pytest.raises(sign_in.UnableToSignIn):
        sign_in.sign_in_by_link(token=link, now=made + age)


def test_a_new_password_by_link_ends_every_session_and_works_once(body, officer_of, api, problem):
    officer, now = officer_of(body), timezone.now()
    link = sign_in.new_link(officer_id=officer.id, purpose="reset", now=now)
    with pytest.raises(sign_in.PasswordTooWeak):
        sign_in.set_password_by_link(token=link, password="short", now=now)
    sign_in.set_password_by_link(token=link, password="fourteen white elephants", now=now)
    problem(api.get("me", token=officer.token), 401)
    assert ask(api, officer.username, officer.password).status_code == 401
    assert ask(api, officer.username, "fourteen white elephants").status_code == 201
    with pytest.raises(sign_in.UnableToSignIn):
        sign_in.set_password_by_link(token=link, password="fifteen white elephants", now=now)


def test_an_invented_link_signs_nobody_in():
    with pytest.raises(sign_in.UnableToSignIn):
        sign_in.sign_in_by_link(token=uuid4().hex, now=timezone.now())
