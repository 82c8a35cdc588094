"""Inviting, appointing and ending officers through the API."""

import pytest
from django.utils import timezone

TODAY = timezone.localdate().isoformat()


@pytest.fixture
def admin(api, body, officer_of):
    class Admin:
        code = body.code
        officer = officer_of(body, "LAO_ADMIN")

        def post(self, path, content=None, **options):
            options.setdefault("token", self.officer.token)
            return api.post(f"bodies/{self.code}/{path}", content or {}, **options)

        def get(self, path, token=None):
            return api.get(f"bodies/{self.code}/{path}", token=token or self.officer.token)

    return Admin()


def new(admin, **changed):
    return {
        "username": f"{admin.code}-somchai",
        "name_th": "นายสมชาย รักถิ่น",
        "roles": ["ACCOUNTANT", "FIN_OFFICER"],
        "from_date": TODAY,
        **changed,
    }


def codes(response):
    return [refusal["code"] for refusal in response.json()["refusals"]]


def test_the_link_of_an_invitation_is_told_once(admin, as_owner, body):
    first = admin.post("officers", new(admin), key="invitation-1")
    assert first.status_code == 201, first.content
    link = first.json()["link"]
    assert "/sign-in/link/" in link
    again = admin.post("officers", new(admin), key="invitation-1")
    assert (again.status_code, again["Idempotency-Hit"]) == (201, "true")
    assert again.json() == {"username": first.json()["username"], "link": None}
    with as_owner(body) as owner:
        kept = owner.execute("SELECT answer FROM answered_request").fetchall()
        acts = owner.execute("SELECT action, subject FROM audit_event").fetchall()
    assert link.rsplit("/", 1)[1] not in str(kept)
    assert acts == [("officer_invited", f"{admin.code}-somchai")]
    (listed,) = [o for o in admin.get("officers").json()["items"] if "somchai" in o["username"]]
    assert (listed["is_invited"], listed["is_ended"]) == (True, False)
    assert {one["role"] for one in listed["appointments"]} == {"ACCOUNTANT", "FIN_OFFICER"}


def test_what_was_done_without_an_answer_is_answered_when_asked_again(admin, as_owner, body):
    """As after a crash between the two databases' COMMITs."""
    first = admin.post("officers", new(admin), key="crashed-once")
    with as_owner(body) as owner:
        owner.execute("DELETE FROM answered_request")

    again = admin.post("officers", new(admin), key="crashed-once")

    assert (again.status_code, "Idempotency-Hit" in again) == (201, False)
    assert again.json()["link"] not in {None, first.json()["link"]}
    officers = [o["username"] for o in admin.get("officers").json()["items"]]
    assert officers.count(f"{admin.code}-somchai") == 1
    other = admin.post("officers", new(admin), key="another-key")
    assert (other.status_code, codes(other)) == (409, ["username_taken"])


def test_refusals_come_all_at_once_and_none_of_them_makes_anybody(admin):
    before = admin.get("officers").json()
    wrong = admin.post("officers", new(admin, username="No", roles=["DLA", "SUPPLY", "SUPPLY"]))
    assert (wrong.status_code, codes(wrong)) == (
        422,
        ["bad_username", "unknown_role", "role_twice"],
    )
    malformed = admin.post("officers", {"username": 5, "roles": [], "from_date": "2569-10-01"})
    assert codes(malformed) == ["not_a_string", "required", "required", "buddhist_year"]
    assert admin.get("officers").json() == before


def test_officers_are_the_administrators_business_alone(admin, body, other_body, officer_of):
    paths = [
        *("officers", f"officers/{admin.officer.username}/reset", "appointments"),
        *(f"officers/{admin.officer.username}/end", f"appointments/{admin.officer.id}/end"),
    ]
    for role in ("ACCOUNTANT", "FIN_DIRECTOR", "INT_AUDIT", "EXECUTIVE"):
        token = officer_of(body, role).token
        assert [admin.post(path, token=token).status_code for path in paths] == [403] * 5, role
        assert admin.get("officers", token=token).status_code == 403
        assert admin.get("appointments", token=token).status_code == 403
    stranger = officer_of(other_body, "LAO_ADMIN").token
    assert [admin.post(path, token=stranger).status_code for path in paths] == [404] * 5


def test_an_appointment_counts_from_the_next_request_and_ends_with_the_next(
    admin, body, officer_of
):
    officer = officer_of(body, "UNIT_CLERK")
    asked = {
        "username": officer.username,
        "role": "LAO_ADMIN",
        "from_date": TODAY,
        "is_acting": True,
    }
    assert admin.get("officers", token=officer.token).status_code == 403
    refused = admin.post("appointments", asked)
    assert (refused.status_code, codes(refused)) == (422, ["order_required"])

    made = admin.post("appointments", {**asked, "order_no": "คำสั่งที่ 7/2569"})

    assert made.status_code == 201, made.content
    assert (made.json()["order_no"], made.json()["is_acting"]) == ("คำสั่งที่ 7/2569", True)
    assert admin.get("officers", token=officer.token).status_code == 200
    end = f"appointments/{made.json()['id']}/end"
    ended = admin.post(end, {"reason": "กลับมาแล้ว"})
    assert (ended.status_code, ended.json()["is_ended"]) == (200, True)
    assert admin.get("officers", token=officer.token).status_code == 403
    assert codes(admin.post(end)) == ["ended_already"]
    listed = admin.get("appointments?limit=1").json()
    seen = [one["id"] for one in listed["items"]]
    while listed["next"]:
        listed = admin.get(f"appointments?limit=1&cursor={listed['next']}").json()
        seen += [one["id"] for one in listed["items"]]
    assert made.json()["id"] in seen
    assert len(seen) == len(set(seen)) == len(admin.get("appointments").json()["items"])


def test_an_ended_officer_is_signed_out_and_cannot_be_reset(admin, api, body, officer_of):
    officer = officer_of(body)
    path = f"officers/{officer.username}"
    reset = admin.post(f"{path}/reset")
    assert reset.json()["link"].startswith("http"), reset.content

    ended = admin.post(f"{path}/end", {"reason": "ย้าย"})

    assert (ended.status_code, ended.json()["is_ended"]) == (200, True)
    assert api.get("me", token=officer.token).status_code == 401
    refused = admin.post(f"{path}/reset")
    assert (refused.status_code, codes(refused)) == (409, ["officer_left"])
    again = admin.post(f"{path}/end")
    assert (again.status_code, codes(again)) == (409, ["officer_left"])
    for nobody in ("nobody", "x" * 500, "%00", "ไม่มี"):
        assert admin.post(f"officers/{nobody}/end").status_code == 404
