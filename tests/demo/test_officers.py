"""The demo's officers fill every role of a body, and the centre's five."""

from collections import Counter

import pytest

from openlaas.demo.officers import (
    DemoOfficer,
    body_roles,
    officers_document,
    officers_of_body,
    officers_of_centre,
)

SECRET = "a secret of the demo"


def centre() -> list[DemoOfficer]:
    return officers_of_centre(province_code="11", district_code="1101", secret=SECRET)


def test_a_body_has_one_officer_a_role_and_committees_of_three() -> None:
    officers = officers_of_body("5901401", secret=SECRET)
    held = Counter(role for officer in officers for role in officer.roles)
    assert held == {
        role: 3 if role in {"CASH_COMMITTEE", "INSPECTION"} else 1 for role in body_roles()
    }
    assert len(officers) == 19
    assert not set(held) & {"DLA", "OAG", "PROVINCE", "DISTRICT"}


def test_user_names_are_the_body_and_the_role() -> None:
    usernames = [officer.username for officer in officers_of_body("5901401-03", secret=SECRET)]
    assert "5901401-03-fin_officer" in usernames
    committee = [name for name in usernames if "inspection" in name]
    assert committee == [
        "5901401-03-inspection",
        "5901401-03-inspection-2",
        "5901401-03-inspection-3",
    ]
    assert len(set(usernames)) == len(usernames)


def test_passwords_are_long_fixed_and_differ_by_officer_and_secret() -> None:
    officers = officers_of_body("5901401", secret=SECRET)
    assert officers == officers_of_body("5901401", secret=SECRET)
    passwords = {officer.password for officer in officers}
    assert len(passwords) == len(officers)
    assert all(len(password) == 17 for password in passwords)
    assert not passwords & {o.password for o in officers_of_body("5901401", secret="another")}


def test_names_are_thai_with_a_title() -> None:
    for officer in officers_of_body("5901401", secret=SECRET):
        assert officer.name_th.startswith(("นาย", "นาง"))
        assert len(officer.name_th.split(" ")) == 2


def test_the_centre_watches_its_area() -> None:
    by_name = {officer.username: officer for officer in centre()}
    assert list(by_name) == ["dla", "dla-2", "province", "district", "oag", "operator"]
    assert by_name["province"].province_code == "11"
    assert by_name["district"].district_code == "1101"
    assert by_name["oag"].roles == ("OAG",)
    assert all(officer.body_code is None for officer in centre())


def test_the_document_has_what_clients_sign_in_with() -> None:
    officers = officers_of_body("5901401", secret=SECRET)
    tokens = {officer.username: f"token of {officer.username}" for officer in officers + centre()}
    document = officers_document(officers, centre(), tokens=tokens)
    assert document["officers"][0] == {
        "username": "5901401-unit_clerk",
        "password": officers[0].password,
        "token": "token of 5901401-unit_clerk",
        "body_code": "5901401",
        "roles": ["UNIT_CLERK"],
    }
    assert set(document) == {"officers", "centre"}
    assert document["centre"]["dla"]["body_code"] is None
    assert document["centre"]["operator"]["roles"] == ["OPERATOR"]


def test_an_officer_without_a_token_is_refused() -> None:
    with pytest.raises(KeyError):
        officers_document(officers_of_body("5901401", secret=SECRET), centre(), tokens={})
