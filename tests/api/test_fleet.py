"""What those who run the platform see and set through the API; to all others it does not exist."""

import pytest
from django.utils import timezone

from tenants.admission.measures import What
from tenants.admission.policy import end


@pytest.fixture
def operator(body, officer_of):
    """The token of somebody who runs the platform; what they put in force ends with the test."""
    yield officer_of(body, "OPERATOR").token
    for what in What:
        end(what=what, ended_by="tester", now=timezone.now())


def test_the_fleet_is_shown_without_asking_a_cell(api, operator):
    found = api.get("fleet/status", token=operator).json()
    assert sum(cell["bodies"] for cell in found["cells"]) == found["places"]["live"] > 0
    assert sum(found["bodies"].values()) >= found["places"]["live"]
    assert {"release", "state"} <= found["migrations"].keys()


def test_a_measure_is_set_changed_shown_and_ended(api, body, officer_of, operator):
    officer = officer_of(body).token
    paper = f"bodies/{body.code}/trial-balance.xlsx"
    said = {"reason": "ปลายปี", "words_th": "งดพิมพ์", "words_en": "No papers today."}
    answer = api.put("fleet/admission/reports", said, token=operator)
    assert answer.status_code == 200
    (shown,) = answer.json()["items"]
    assert (shown["what"], shown["reason"], shown["until"]) == ("reports", "ปลายปี", None)
    refused = api.get(paper, token=officer)
    assert (refused.status_code, refused.json()["code"]) == (503, "reports")
    assert refused.json()["refusals"][0]["message_en"] == "No papers today."
    changed = api.put(
        "fleet/admission/reports",
        {"reason": "ขยายเวลา", "until": "2099-10-01T06:00:00+07:00"},
        token=operator,
    )
    assert [one["reason"] for one in changed.json()["items"]] == ["ขยายเวลา"]
    assert api.get("fleet/admission", token=operator).json() == changed.json()
    assert api.delete("fleet/admission/reports", token=operator).status_code == 204
    assert api.get(paper, token=officer).status_code != 503
    assert api.delete("fleet/admission/reports", token=operator).status_code == 404
    assert api.get("fleet/admission", token=operator).json() == {"items": []}


def test_whoever_closed_the_system_can_open_it(api, body, officer_of, operator):
    officer = officer_of(body).token
    assert api.put("fleet/admission/closed", {"reason": "x"}, token=operator).status_code == 200
    assert api.get("me", token=officer).status_code == 503
    assert api.delete("fleet/admission/closed", token=operator).status_code == 204
    assert api.get("me", token=officer).status_code == 200


def test_every_reason_against_a_measure_is_told_and_nothing_is_set(api, operator):
    said = {"settings": {"parts": 0, "hours": 2}, "words_th": "ก", "until": "2020-01-01T00:00:00Z"}
    answer = api.put("fleet/admission/read_only", {"reason": "x", **said}, token=operator)
    assert answer.status_code == 422
    told = {one["pointer"] for one in answer.json()["refusals"]}
    assert told == {"/parts", "/minutes", "/hours", "/until", "/words_th"}
    malformed = api.put(
        "fleet/admission/read_only",
        {"settings": [], "until": "2026-10-01T06:00", "why": "x"},
        token=operator,
    )
    assert malformed.status_code == 422
    told = {one["pointer"] for one in malformed.json()["refusals"]}
    assert told == {"/settings", "/until", "/why", "/reason"}
    assert api.get("fleet/admission", token=operator).json() == {"items": []}
    unknown = api.put("fleet/admission/everything", {"reason": "x"}, token=operator)
    assert unknown.status_code == 404


@pytest.mark.parametrize("role", ["ACCOUNTANT", "LAO_ADMIN", "DLA", "PROVINCE", "nobody"])
def test_to_all_others_there_is_no_fleet(api, body, officer_of, role):
    token = "" if role == "nobody" else officer_of(body, role).token
    absent = 401 if role == "nobody" else 404
    for answer in (
        api.get("fleet/status", token=token),
        api.get("fleet/admission", token=token),
        api.put("fleet/admission/reports", {"reason": "x"}, token=token),
        api.delete("fleet/admission/reports", token=token),
    ):
        assert answer.status_code == absent
