"""Every step of a general voucher: taken by each of its roles, refused to each other one."""

import pytest

from tests.transitions import ROLES, Transition, assert_refused_to_others

ACCOUNTANT = frozenset({"ACCOUNTANT"})
EITHER = ACCOUNTANT | {"FIN_DIRECTOR"}
VOUCHERS = "general-vouchers"
TRANSITIONS = [
    Transition(VOUCHERS, "new", "draft", ACCOUNTANT, "draft"),
    Transition(VOUCHERS, "draft", "check", EITHER, "checked"),
    Transition(VOUCHERS, "draft", "cancel", EITHER, "cancelled"),
    Transition(VOUCHERS, "checked", "post", ACCOUNTANT, "posted", ("check",)),
    Transition(VOUCHERS, "checked", "return", EITHER, "draft", ("check",)),
    Transition(VOUCHERS, "checked", "cancel", EITHER, "cancelled", ("check",)),
    # Of the entry that it made, and of the month: no steps of a document.
    Transition("journal-entries", "posted", "reversal", ACCOUNTANT, "reversed"),
    Transition("periods", "open", "close", frozenset({"FIN_DIRECTOR"}), "closed"),
]


@pytest.fixture(scope="module")
def office(_unused_bodies, officer_of, api):
    """Post below a body as an officer of a role; each role has one of its own."""
    body = next(_unused_bodies)
    tokens = {role: officer_of(body, role).token for role in ROLES}
    tokens["maker"] = officer_of(body, "ACCOUNTANT").token

    def post(role: str, path: str, sent: object = None):
        sent = {"note": "เหตุผล"} if sent is None else sent
        return api.post(f"bodies/{body.code}/{path}", sent, token=tokens[role])

    return post


@pytest.mark.parametrize(
    "row", [row for row in TRANSITIONS if row.path == VOUCHERS and row.state != "new"], ids=str
)
def test_a_step_is_its_roles_alone(office, entry, row):
    for role in sorted(row.roles):
        made = office("maker", VOUCHERS, entry())
        assert made.status_code == 201, made.content.decode()
        one = f"{VOUCHERS}/{made.json()['id']}"
        for step in row.way:
            assert office("FIN_DIRECTOR", f"{one}/{step}").json()["state"] == row.state
        assert_refused_to_others(
            lambda other, at=f"{one}/{row.action}": office(other, at), row.roles
        )
        taken = office(role, f"{one}/{row.action}")
        assert (taken.status_code, taken.json()["state"]) == (200, row.leads_to), role


def test_an_accountant_alone_drafts(office, entry):
    assert_refused_to_others(lambda role: office(role, VOUCHERS, entry()), ACCOUNTANT, status=403)


def test_an_accountant_alone_reverses_what_was_posted(office, entry):
    posted = office("ACCOUNTANT", "journal-entries", entry()).json()
    at = f"journal-entries/{posted['number'].replace('/', '-')}/reversal"
    said = {"reason": "บันทึกซ้ำ", "entry_date": "2026-10-06"}
    assert_refused_to_others(lambda role: office(role, at, said), ACCOUNTANT, status=403)
    assert office("ACCOUNTANT", at, said).status_code == 201


def test_a_director_of_finance_alone_closes_a_month(body, officer_of, api):
    at, director = f"bodies/{body.code}/periods/2026-10/close", frozenset({"FIN_DIRECTOR"})

    def ask(role: str):
        return api.post(at, {}, token=officer_of(body, role).token)

    assert_refused_to_others(ask, director, status=403)
    assert ask(*director).json()["state"] == "closed"
