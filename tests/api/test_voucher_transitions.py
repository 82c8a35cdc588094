"""Every step of a general voucher: taken by each of its roles, refused to each other one."""

import pytest

ROLES = (
    *("UNIT_CLERK", "UNIT_HEAD", "COLLECTOR", "FIN_OFFICER", "ACCOUNTANT", "SUPPLY", "INSPECTION"),
    *("BUDGET_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE", "COUNCIL", "CASH_COMMITTEE"),
    *("INT_AUDIT", "LAO_ADMIN"),
)
EITHER = {"ACCOUNTANT", "FIN_DIRECTOR"}


@pytest.fixture(scope="module")
def office(_unused_bodies, officer_of, api):
    """Post to the vouchers of a body as an officer of a role; each role has one of its own."""
    body = next(_unused_bodies)
    tokens = {role: officer_of(body, role).token for role in ROLES}
    tokens["maker"] = officer_of(body, "ACCOUNTANT").token

    def post(role: str, path: str = "", sent: object = None):
        at = f"bodies/{body.code}/general-vouchers{path}"
        return api.post(at, {"note": "เหตุผล"} if sent is None else sent, token=tokens[role])

    return post


@pytest.mark.parametrize(
    ("before", "action", "roles", "leads_to"),
    [
        ([], "check", EITHER, "checked"),
        ([], "cancel", EITHER, "cancelled"),
        (["check"], "post", {"ACCOUNTANT"}, "posted"),
        (["check"], "return", EITHER, "draft"),
        (["check"], "cancel", EITHER, "cancelled"),
    ],
)
def test_a_step_is_its_roles_alone(office, entry, before, action, roles, leads_to):
    for role in sorted(roles):
        made = office("maker", sent=entry())
        assert made.status_code == 201, made.content.decode()
        one = f"/{made.json()['id']}"
        for step in before:
            assert office("FIN_DIRECTOR", f"{one}/{step}").status_code == 200
        for other in sorted(set(ROLES) - roles):
            refused = office(other, f"{one}/{action}")
            assert refused.status_code == 409, (other, refused.content.decode())
            assert refused.json()["refusals"][0]["code"] == "role_lacks_step", other
        taken = office(role, f"{one}/{action}")
        assert (taken.status_code, taken.json()["state"]) == (200, leads_to), role


def test_an_accountant_alone_drafts(office, entry):
    for role in sorted(set(ROLES) - {"ACCOUNTANT"}):
        assert office(role, sent=entry()).status_code == 403, role
