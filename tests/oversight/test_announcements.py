"""What the centre announces reaches the bodies that it is for, and nobody announces further."""

from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone
from psycopg.conninfo import make_conninfo

AT = "central/announcements"


@pytest.fixture
def announce(api, tokens, announcement):
    """Announce something as a role; return its number."""

    def make(role="PROVINCE", **changed):
        answer = api.post(AT, announcement(**changed), token=tokens[role])
        assert answer.status_code == 201, answer.content
        return answer.json()["number"]

    return make


@pytest.fixture
def heard(api, officer_of):
    """Return what a body was told, by number."""

    def by_number(body):
        answer = api.get(f"bodies/{body.code}/announcements", token=officer_of(body).token)
        return {one["number"]: one for one in answer.json()["items"]}

    return by_number


def seen(api, token):
    """Return what the centre sees, by number."""
    return {one["number"]: one for one in api.get(AT, token=token).json()["items"]}


# Who announces, lists, and who says that a body has read it.
ALLOWED = {
    "DLA": (201, 200, 403),
    "OAG": (403, 200, 403),
    "PROVINCE": (201, 200, 403),
    "DISTRICT": (201, 200, 403),
    "ACCOUNTANT": (404, 404, 200),
    "nobody": (401, 401, 401),
}


@pytest.mark.parametrize("role", ALLOWED)
def test_who_may_announce_and_who_has_read(api, place, tokens, announcement, announce, role):
    token, number = tokens[role], announce()
    answers = (
        api.post(AT, announcement(), token=token),
        api.get(AT, token=token),
        api.post(f"bodies/{place.code}/announcements/{number}/acknowledge", {}, token=token),
    )
    assert tuple(one.status_code for one in answers) == ALLOWED[role]


def test_bodies_of_the_area_hear_it_and_no_others(
    api, place, neighbour, elsewhere, announce, heard, tokens, governor
):
    to_district, to_all = announce("DISTRICT"), announce("PROVINCE", is_urgent=True)
    to_one = announce("DLA", to={"bodies": [place.code]})
    to_others = announce("DLA", to={"provinces": [elsewhere.province_id]})
    of_a_kind = announce("PROVINCE", to={"kinds": [neighbour.kind]})
    assert {to_district, to_all, to_one} <= set(heard(place))
    assert heard(place)[to_all]["is_urgent"]
    assert not {to_others, of_a_kind} & set(heard(place))
    assert {to_all, of_a_kind} <= set(heard(neighbour))
    assert not {to_one, to_others} & set(heard(neighbour))
    assert (to_district in heard(neighbour)) == (neighbour.district_code == place.district_code)
    # The centre: above sees below, not beside, and below not above.
    assert {to_district, to_all, to_one, to_others} <= set(seen(api, tokens["DLA"]))
    assert {to_district, to_all} <= set(seen(api, tokens["PROVINCE"]))
    assert not {to_one, to_others} & set(seen(api, tokens["PROVINCE"]))
    assert to_all not in seen(api, tokens["DISTRICT"])
    assert not {to_district, to_all, to_one, to_others} & set(seen(api, governor))


def test_nobody_announces_outside_of_their_area_and_all_reasons_are_told(
    api, place, elsewhere, tokens, announcement, refused
):
    named = {
        "provinces": [elsewhere.province_id, place.province_code],
        "districts": [elsewhere.code],
        "bodies": ["0000000"],
        "kinds": ["NONE"],
    }
    wrong = announcement(office="DLA", title="ก", text="ข\u202e", until_date="2020-01-01", to=named)
    assert refused(api.post(AT, wrong, token=tokens["PROVINCE"]), 422) == {
        "unknown_office /office",
        "control_character /text",
        "ends_before_it_begins /until_date",
        "already_over /until_date",
        "several_ways /to",
        "not_in_area /to/provinces/0",
        "not_in_area /to/districts/0",
        "not_in_area /to/bodies/0",
        "unknown_kind /to/kinds/0",
    }
    above = announcement(to={"provinces": [place.province_code]})
    reasons = refused(api.post(AT, above, token=tokens["DISTRICT"]), 422)
    assert reasons == {"not_in_area /to/provinces/0"}


def test_a_key_has_one_effect_and_a_refusal_is_remembered(api, tokens, announcement):
    before = len(seen(api, tokens["DISTRICT"]))
    first, again = (
        api.post(AT, announcement(), token=tokens["DISTRICT"], key="a-key-of-the-office")
        for _ in range(2)
    )
    assert (first.content, again["Idempotency-Hit"]) == (again.content, "true")
    assert len(seen(api, tokens["DISTRICT"])) == before + 1
    other = api.post(
        AT, announcement(title="อื่น"), token=tokens["DISTRICT"], key="a-key-of-the-office"
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert api.post(AT, announcement(), token=tokens["DISTRICT"], key=None).status_code == 400
    wrong = announcement(until_date="2020-01-01")
    answers = [
        api.post(AT, wrong, token=tokens["DISTRICT"], key="a-key-that-is-refused") for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [422, 422]
    assert answers[1]["Idempotency-Hit"] == "true"


def test_the_centre_sees_how_many_bodies_have_read_it(
    api, place, neighbour, announce, tokens, officer_of, heard
):
    number = announce(to={"bodies": [place.code, neighbour.code]})

    def reading():
        return seen(api, tokens["DLA"])[number]["reading"]

    assert (reading()["bodies_reported"], reading()["bodies_total"]) == (0, 2)
    assert reading()["complete_to"]
    for _ in range(2):  # two officers of one body are one body
        path = f"bodies/{place.code}/announcements/{number}/acknowledge"
        assert api.post(path, {}, token=officer_of(place).token).status_code == 200
    assert (reading()["bodies_reported"], reading()["bodies_total"]) == (1, 2)
    assert heard(place)[number]["read_at"]
    assert heard(neighbour)[number]["read_at"] is None
    path = f"bodies/{neighbour.code}/announcements/{number}/acknowledge"
    assert api.post(path, {}, token=officer_of(neighbour).token).status_code == 200
    assert (reading()["bodies_reported"], reading()["bodies_total"]) == (2, 2)
    everybody = announce()
    total = seen(api, tokens["DLA"])[everybody]["reading"]["bodies_total"]
    bodies = api.get("central/bodies?limit=1000", token=tokens["PROVINCE"]).json()["items"]
    assert total == sum(one["figures"]["bodies_total"] for one in bodies)


def test_what_is_not_for_a_body_cannot_be_read_by_it(api, place, neighbour, announce, officer_of):
    number = announce("DLA", to={"bodies": [neighbour.code]})
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    coming = announce("DLA", to={"bodies": [place.code]}, from_date=tomorrow)
    token = officer_of(place).token
    for one in (number, coming, 2**63, 999_999_999):
        path = f"bodies/{place.code}/announcements/{one}/acknowledge"
        assert api.post(path, {}, token=token).status_code == 404


def test_only_its_office_withdraws_it_once_and_it_stays(
    api, place, tokens, governor, announce, heard, officer_of, refused
):
    number = announce("PROVINCE")
    at, why = f"{AT}/{number}/withdraw", {"reason": "ออกใหม่"}
    assert api.post(at, why, token=governor).status_code == 404
    assert api.post(at, why, token=tokens["DISTRICT"]).status_code == 404
    assert api.post(at, why, token=tokens["OAG"]).status_code == 403
    assert refused(api.post(at, why, token=tokens["DLA"]), 409) == {"another_office"}
    assert api.post(at, why, token=tokens["PROVINCE"]).status_code == 200
    assert refused(api.post(at, why, token=tokens["PROVINCE"]), 409) == {"withdrawn"}
    shown = heard(place)[number]
    assert (shown["state"], shown["withdrawn_reason"]) == ("withdrawn", "ออกใหม่")
    assert shown["withdrawn_by"]
    path = f"bodies/{place.code}/announcements/{number}/acknowledge"
    assert refused(api.post(path, {}, token=officer_of(place).token), 409) == {"withdrawn"}


def test_announcements_are_told_page_by_page(api, tokens, announce):
    for _ in range(3):
        announce("DISTRICT")
    whole = list(seen(api, tokens["DISTRICT"]))
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(f"{AT}?limit=2{cursor}", token=tokens["DISTRICT"]).json()
        found += [one["number"] for one in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert found == whole


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE announcement SET title = 'x'",
        "DELETE FROM announcement",
        "UPDATE announcement_addressee SET code = '10'",
        "DELETE FROM announcement_addressee",
        "UPDATE announcement_reading SET read_at = now()",
        "DELETE FROM announcement_reading",
        "DELETE FROM announcement_withdrawal",
        "UPDATE announcement_read_count SET bodies = 9",
        "INSERT INTO announcement_read_count SELECT 1, '10', 9",
    ],
)
def test_what_was_announced_is_neither_changed_nor_deleted(announce, statement):
    from django.db import ProgrammingError, connection, transaction

    announce()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("until_date = from_date - 1", "announcement_ends_after_it_begins"),
        ("text = ''", "announcement_says_something"),
        ("role = 'OAG'", "announcement_is_of_an_office"),
        ("role = 'DISTRICT'", "announcement_is_of_an_office"),
        ("level = 'N'", "announcement_is_of_an_office"),
    ],
)
def test_the_database_holds_what_an_announcement_is(announce, owner_url, change, constraint):
    from django.db import connection

    number = announce("PROVINCE")
    control = make_conninfo(owner_url, dbname=connection.settings_dict["NAME"])
    with (
        psycopg.connect(control) as owner,
        pytest.raises(psycopg.errors.CheckViolation, match=constraint),
    ):
        owner.execute(f"UPDATE announcement SET {change} WHERE id = {number}")
