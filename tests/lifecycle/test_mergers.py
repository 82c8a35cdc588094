"""Bodies that become another kind, or part of another body: dated, and nothing posted for them."""

from datetime import date

import pytest
from django.utils import timezone

from tenants.directory.models import Body
from tenants.directory.queries import body_with_books
from tenants.lifecycle.queries import changes_of, kind_on
from tenants.officers.models import Appointment

TODAY = "2026-10-01"
WHY = ("--reason", "ราชกิจจานุเบกษา เล่ม 143")


@pytest.fixture
def first(body, api, entry, officer_of):
    """A body with an entry in its books."""
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    assert api.post(path, entry(), token=token).status_code == 201
    return body


def kind_words(kind: str, day: str) -> tuple[str, ...]:
    name = ("--name", "ทต.ใหม่", "--full-name", "เทศบาลตำบลใหม่")
    return (kind, "--from", day, *name, *WHY)


def test_a_kind_is_dated_and_code_and_books_stay(first, run_body, api, officer_of):
    kind = "SPEC" if first.kind != "SPEC" else "TMUN"
    run_body("kind", first.code, *kind_words(kind, "2026-10-01"))
    assert kind_on(first.code, date(2026, 9, 30)) == first.kind
    assert kind_on(first.code, date(2026, 10, 1)) == kind
    profile = api.get(f"bodies/{first.code}", token=officer_of(first).token).json()
    assert (profile["kind"], profile["full_name_th"]) == (kind, "เทศบาลตำบลใหม่")
    assert [(k["kind"], k["from_date"]) for k in profile["kinds"]] == [
        (first.kind, None),
        (kind, "2026-10-01"),
    ]
    assert body_with_books(first.code).epoch > first.epoch
    (change,) = changes_of(first.code)
    assert (change.what, change.reason) == ("kind", WHY[1])

    found = run_body("kind", first.code, *kind_words(kind, "2026-09-01"), status=1)
    assert {one["code"] for one in found} == {"same_kind", "kind_is_dated_later"}
    found = run_body("kind", first.code, *kind_words("HOUSE", "2999-01-01"), status=1)
    assert {one["code"] for one in found} == {"unknown_kind", "day_has_not_come"}


def test_a_merged_body_is_archived_and_read_by_its_successors_officers(
    first, other_body, run_body, api, entry, officer_of, browser, books_of
):
    into, mine = officer_of(other_body), officer_of(first)
    before = books_of(other_body)
    assert api.get(f"bodies/{first.code}", token=into.token).status_code == 404
    told = run_body(
        *("merge", first.code, "--into", other_body.code, "--from", TODAY),
        *("--appointments", "keep", *WHY),
    )
    assert told == {
        "code": first.code,
        "successor": other_body.code,
        "units": [],
        "appointments_ended": 0,
        "appointments_carried": 0,
    }
    for officer in (into, mine):
        profile = api.get(f"bodies/{first.code}", token=officer.token).json()
        assert (profile["state"], profile["successor_code"]) == ("archived", other_body.code)
        listed = api.get(f"bodies/{first.code}/journal-entries", token=officer.token).json()
        assert len(listed["items"]) == 1
        refused = api.post(f"bodies/{first.code}/journal-entries", entry(), token=officer.token)
        assert (refused.status_code, refused.json()["code"]) == (409, "body_archived")
        assert other_body.code in refused.json()["refusals"][0]["message_th"]
    codes = [b["code"] for b in api.get("me", token=into.token).json()["bodies"]]
    assert codes == sorted([first.code, other_body.code])
    successor = api.get(f"bodies/{other_body.code}", token=into.token).json()
    assert successor["predecessor_codes"] == [first.code]
    assert api.get(f"bodies/{other_body.code}", token=mine.token).status_code == 404
    assert books_of(other_body) == before, "nothing is posted for anybody"
    page = browser(other_body).get(f"/b/{first.code}/journal")
    assert page.status_code == 200
    assert "รวมเข้ากับ" in page.content.decode()
    assert {c.what for c in changes_of(first.code)} == {"merged", "state"}
    assert [c.what for c in changes_of(other_body.code)] == ["absorbed"]

    (refused,) = run_body("state", first.code, "open", status=1)
    assert refused["code"] == "body_has_successor"
    found = run_body("new-generation", first.code, *WHY, status=1)
    assert "body_is_archived" in {one["code"] for one in found}


def test_a_stranger_learns_nothing_of_a_merger(
    first, other_body, run_body, api, officer_of, request
):
    stranger = officer_of(next(request.getfixturevalue("_unused_bodies"))).token
    run_body(
        *("merge", first.code, "--into", other_body.code, "--from", TODAY),
        *("--appointments", "keep", *WHY),
    )
    answers = [
        api.get(f"bodies/{code}", token=stranger) for code in (first.code, other_body.code, "0")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({tuple(sorted(answer.json())) for answer in answers}) == 1


@pytest.mark.parametrize(("handling", "ended", "carried"), [("end", 1, 0), ("carry", 1, 1)])
def test_appointments_are_handled_as_asked(
    handling, ended, carried, first, other_body, run_body, api, officer_of
):
    mine = officer_of(first, "FIN_DIRECTOR")
    Appointment.objects.filter(body__code=first.code).exclude(officer_id=mine.id).update(
        ended_at=timezone.now()
    )
    told = run_body(
        *("merge", first.code, "--into", other_body.code, "--from", TODAY),
        *("--appointments", handling, *WHY),
    )
    assert (told["appointments_ended"], told["appointments_carried"]) == (ended, carried)
    status = 200 if carried else 404
    assert api.get(f"bodies/{other_body.code}", token=mine.token).status_code == status
    assert api.get(f"bodies/{first.code}", token=mine.token).status_code == status


def test_units_go_to_the_successor_and_keep_their_codes(first, other_body, run_body):
    parent = Body.objects.get(code=first.code)
    unit = Body.objects.create(
        code=f"{first.code}-77",
        kind="SCHOOL",
        name_th="รร.",
        full_name_th="โรงเรียน",
        parent=parent,
        province_id=parent.province_id,
        schema_name=f"b_{first.code}_77x",
    )
    told = run_body(
        *("merge", first.code, "--into", other_body.code, "--from", TODAY),
        *("--appointments", "end", *WHY),
    )
    assert told["units"] == [unit.code]
    unit.refresh_from_db()
    assert unit.parent.code == other_body.code
    (change,) = changes_of(unit.code)
    assert (change.before, change.after) == (first.code, other_body.code)


def test_a_merger_is_refused_with_every_reason(first, other_body, run_body):
    def codes(into: str, day: str = TODAY, reason: tuple[str, ...] = WHY) -> set[str]:
        words = ("merge", first.code, "--into", into, "--from", day, "--appointments", "keep")
        return {one["code"] for one in run_body(*words, *reason, status=1)}

    nowhere = Body.objects.filter(state="registered").first()
    assert codes(nowhere.code, "2999-01-01", ("--reason", "")) == {
        *("no_books", "day_has_not_come", "reason_required")
    }
    assert codes(first.code) == {"same_body"}
    assert codes("0000000") == {"no_such_body"}
    assert body_with_books(first.code).state == "open"


def test_another_kind_under_another_code_is_a_new_body_with_new_books(
    first, run_body, api, entry, officer_of
):
    mine = officer_of(first)
    new_code = f"99{first.code[2:]}"
    words = ("--kind", "TMUN", "--name", "ทต.ใหม่", "--full-name", "เทศบาลตำบลใหม่")
    dated = ("--from", TODAY, "--appointments", "carry", *WHY)
    run_body("succeed", first.code, "--new-code", new_code, *words, *dated)
    profile = api.get(f"bodies/{new_code}", token=mine.token).json()
    assert (profile["kind"], profile["predecessor_codes"]) == ("TMUN", [first.code])
    assert profile["province_code"] == first.province_code
    old = api.get(f"bodies/{first.code}", token=mine.token).json()
    assert (old["state"], old["successor_code"]) == ("archived", new_code)
    posted = api.post(f"bodies/{new_code}/journal-entries", entry(), token=mine.token)
    assert posted.json()["event_no"] == 1
