"""Every transition of the flows: allowed for its role, refused for each other with the reason."""

from uuid import uuid4

import pytest

from tests.transitions import Transition, assert_refused_to_others

NOTE = {"note": "ตามที่หารือกัน"}
DAY = "2026-11-02"


def make_request(office):
    said = {
        "requested_on": DAY,
        "budget_line": office.line(),
        "amount": "5000.00",
        "description": "จัดซื้อวัสดุ",
        "fund_source": "BUDGET",
    }
    return office.done("purchase-requests", said, "UNIT_CLERK")


def make_contract(office):
    return office.contract(office.line(), "5000.00")


def make_inspection(office):
    said = {
        "contract": make_contract(office)["id"],
        "accepted_on": DAY,
        "lines": [{"account": "5104020106.001", "amount": "5000.00"}],
    }
    return office.done("inspections", said, "SUPPLY")


def make_voucher(office):
    return office.voucher(budget_line=office.line())


def make_report(office):
    approved = office.led_to(make_voucher(office), "approve")
    said = {
        "paid_on": DAY,
        "bank_account": office.bank_account,
        "vouchers": [approved["treasury_no"]],
    }
    return office.done("cheque-reports", said, "FIN_OFFICER")


def make_cheque(office):
    made = office.voucher(budget_line=office.line())
    office.paid(office.led_to(made, "approve"))
    number = office.again(made)["payment"]["cheque"].replace("/", "-")
    return office.get(f"cheques/{number}").json()


def make_return(office):
    make_cheque(office)
    said = {"form": "PND53", "month": "2026-11"}
    return office.done("withholding-tax/returns", said, "FIN_OFFICER")


MAKERS = {
    "purchase-requests": make_request,
    "contracts": make_contract,
    "inspections": make_inspection,
    "vouchers": make_voucher,
    "cheque-reports": make_report,
    "cheques": make_cheque,
    "withholding-tax/returns": make_return,
}
REMIT = {"paid_on": DAY, "bank_account": "006-1230045678"}
AMEND = {"amount": "4000.00", "signed_on": DAY, **NOTE}
SUPPLY, INSPECTION = frozenset({"SUPPLY"}), frozenset({"INSPECTION"})
HEAD, EXECUTIVE = frozenset({"UNIT_HEAD"}), frozenset({"EXECUTIVE"})
FINANCE, DIRECTOR = frozenset({"FIN_OFFICER"}), frozenset({"FIN_DIRECTOR"})
CLERK, ACCOUNTANT = frozenset({"CLERK_LAO"}), frozenset({"ACCOUNTANT"})
DIVISION = HEAD | {"UNIT_CLERK"}
ASK, BUY, LOOK = "purchase-requests", "contracts", "inspections"
DIKA, LIST, PAPER, TAX = "vouchers", "cheque-reports", "cheques", "withholding-tax/returns"
# The way of a voucher, its states, and whose step each is.
WAY = ("request", "receive", "examine", "endorse", "approve")
STATES = ("draft", "requested", "received", "examined", "endorsed", "approved")
WHOSE = (HEAD, FINANCE, DIRECTOR, CLERK, EXECUTIVE)
BACK = FINANCE | DIRECTOR | CLERK | EXECUTIVE
RETURNED = ("request", "return")
STEPS = [
    Transition(ASK, "draft", "approve", EXECUTIVE, "approved"),
    Transition(ASK, "draft", "cancel", HEAD | SUPPLY | EXECUTIVE, "cancelled"),
    Transition(ASK, "approved", "cancel", HEAD | SUPPLY | EXECUTIVE, "cancelled", ("approve",)),
    Transition(BUY, "signed", "amend", SUPPLY, "amended"),
    Transition(BUY, "signed", "complete", INSPECTION, "completed"),
    Transition(BUY, "signed", "terminate", EXECUTIVE, "terminated"),
    Transition(BUY, "amended", "amend", SUPPLY, "amended", ("amend",)),
    Transition(BUY, "amended", "complete", INSPECTION, "completed", ("amend",)),
    Transition(BUY, "amended", "terminate", EXECUTIVE, "terminated", ("amend",)),
    Transition(LOOK, "draft", "accept", INSPECTION, "accepted"),
    Transition(LOOK, "draft", "cancel", INSPECTION | SUPPLY | {"UNIT_CLERK"}, "cancelled"),
    *[
        Transition(DIKA, STATES[done], step, WHOSE[done], STATES[done + 1], WAY[:done])
        for done, step in enumerate(WAY)
    ],
    *[
        Transition(DIKA, STATES[done], "return", BACK, "returned", WAY[:done])
        for done in range(1, 5)
    ],
    Transition(DIKA, "returned", "request", HEAD, "requested", RETURNED),
    Transition(DIKA, "returned", "cancel", DIVISION, "cancelled", RETURNED),
    Transition(DIKA, "draft", "cancel", DIVISION, "cancelled"),
    Transition(DIKA, "approved", "cancel", EXECUTIVE, "cancelled", WAY),
    Transition(LIST, "draft", "approve", EXECUTIVE, "approved"),
    Transition(LIST, "approved", "sign", EXECUTIVE | CLERK, "signed", ("approve",)),
    Transition(LIST, "draft", "cancel", FINANCE | DIRECTOR | EXECUTIVE, "cancelled"),
    Transition(
        LIST, "approved", "cancel", FINANCE | DIRECTOR | EXECUTIVE, "cancelled", ("approve",)
    ),
    Transition(PAPER, "signed", "collect", FINANCE, "collected"),
    Transition(PAPER, "collected", "clear", ACCOUNTANT, "cleared", ("collect",)),
    Transition(PAPER, "signed", "cancel", DIRECTOR, "cancelled"),
    Transition(PAPER, "collected", "cancel", DIRECTOR, "cancelled", ("collect",)),
    Transition(TAX, "made", "remit", FINANCE, "remitted"),
    Transition(TAX, "made", "cancel", FINANCE | ACCOUNTANT, "cancelled"),
]
BUYERS = SUPPLY | {"UNIT_CLERK"}
MADE = [
    Transition(ASK, "new", "draft", DIVISION | SUPPLY, "draft"),
    Transition(BUY, "new", "draft", SUPPLY, "signed"),
    Transition(LOOK, "new", "draft", INSPECTION | BUYERS, "draft"),
    Transition(DIKA, "new", "draft", DIVISION, "draft"),
    Transition(LIST, "new", "draft", FINANCE, "draft"),
    Transition(TAX, "new", "draft", FINANCE | ACCOUNTANT, "made"),
]
# What another document does: its contract to a request, a signed report to a voucher.
BY_ANOTHER = [
    Transition(ASK, "approved", "contract", SUPPLY, "contracted", ("approve",)),
    Transition(DIKA, "approved", "pay", FINANCE, "paid", WAY),
]
TRANSITIONS = [*STEPS, *MADE, *BY_ANOTHER]
WHO = {(row.path, row.action, row.state): row.roles for row in STEPS}
NOTED = {"cancel", "return", "terminate"}


def said_in(step: str) -> dict[str, str]:
    return {"amend": AMEND, "remit": REMIT}.get(step, NOTE if step in NOTED else {})


def led(office, row: Transition) -> str:
    """Make a document and lead it to where a row begins; return its path."""
    shown = MAKERS[row.path](office)
    one = f"{row.path}/{shown['id']}"
    for step in row.way:
        role = min(WHO[row.path, step, shown["state"]])
        shown = office.done(f"{one}/{step}", said_in(step), role)
    assert shown["state"] == row.state
    return one


@pytest.mark.parametrize("row", STEPS, ids=str)
def test_a_step_is_its_roles_alone(office, row):
    one, said = led(office, row), said_in(row.action)
    at = f"{one}/{row.action}"
    assert_refused_to_others(lambda role: office.post(at, said, role), row.roles)
    assert office.get(one).json()["state"] == row.state, "nobody moved it"
    done = office.done(at, said, min(row.roles))
    if row.action == "sign":
        assert done["state"] == row.state, "it waits for the other of the two"
        done = office.done(at, said, max(row.roles))
    assert done["state"] == row.leads_to


@pytest.mark.parametrize(
    ("row", "role"),
    [(row, role) for row in STEPS for role in sorted(row.roles)[1:] if row.action != "sign"],
    ids=str,
)
def test_each_of_its_roles_may_take_a_step(office, row, role):
    one = led(office, row)
    assert office.done(f"{one}/{row.action}", said_in(row.action), role)["state"] == row.leads_to


@pytest.mark.parametrize("row", MADE, ids=str)
def test_a_document_is_made_by_its_roles_alone(office, row):
    assert MAKERS[row.path](office)["state"] == row.leads_to
    assert_refused_to_others(lambda role: office.post(row.path, {}, role), row.roles, status=403)
    for role in row.roles:
        assert office.post(row.path, {}, role).status_code == 422, "read, and found wanting"


@pytest.mark.parametrize("row", BY_ANOTHER, ids=str)
def test_what_another_document_does_is_nobodys_step_alone(office, row):
    at = f"{led(office, row)}/{row.action}"
    assert_refused_to_others(lambda role: office.post(at, {}, role), row.roles)
    (code,) = office.refused(at, {}, *row.roles)
    assert code in {"by_contract", "by_cheque_report"}


def test_a_request_becomes_contracted_by_its_contract_alone(office):
    approved = office.request(office.line(), "5000.00")
    path = f"purchase-requests/{approved['id']}"
    said = {
        "purchase_request": approved["id"],
        "vendor": office.vendor(),
        "amount": "5000.00",
        "signed_on": DAY,
    }
    office.done("contracts", said, "SUPPLY")
    assert office.get(path).json()["state"] == "contracted"
    again = office.refused("contracts", said, "SUPPLY")
    assert again == ["wrong_step"]


def test_a_voucher_is_paid_by_a_signed_report_alone(office):
    report = make_report(office)
    (line,) = report["vouchers"]
    path = f"vouchers/{line['id']}"
    one = f"cheque-reports/{report['id']}"
    office.done(f"{one}/approve", {}, "EXECUTIVE")
    assert office.done(f"{one}/sign", {}, "CLERK_LAO")["state"] == "approved"
    assert office.get(path).json()["state"] == "approved"
    assert office.refused(f"{one}/sign", {}, "CLERK_LAO")[0] == "separation_of_duties"
    signed = office.done(f"{one}/sign", {}, "EXECUTIVE")
    assert signed["state"] == "signed"
    assert sorted(signed["signed_as"]) == ["CLERK_LAO", "EXECUTIVE"]
    assert office.get(path).json()["state"] == "paid"


def test_a_step_out_of_turn_says_which_there_are(office):
    made = make_voucher(office)
    answer = office.post(f"vouchers/{made['id']}/approve", {}, "EXECUTIVE").json()
    assert [one["code"] for one in answer["refusals"]] == ["wrong_step"]
    assert [one["action"] for one in made["next"]] == ["change", "request", "cancel"]


# --- separation of duties ------------------------------------------------------------------------


@pytest.fixture
def two_hats(new_office):
    """An office in which the officer of a role holds another one too, perhaps under an order."""
    from datetime import date

    from django.utils import timezone

    from tenants.officers import appointments

    def make(role: str, other: str, order: str = ""):
        office = new_office()
        appointments.appoint(
            officer_id=office.officers[role].id,
            role=other,
            body_code=office.body.code,
            from_date=date(2020, 1, 1),
            now=timezone.now(),
            is_acting=bool(order),
            order_no=order,
        )
        return office

    return make


def test_the_requester_does_not_examine(two_hats):
    office = two_hats("UNIT_HEAD", "FIN_DIRECTOR")
    made = office.led_to(make_voucher(office), "receive")
    path = f"vouchers/{made['id']}/examine"
    assert office.refused(path, {}, "UNIT_HEAD") == ["separation_of_duties"]
    office.done(path, {}, "FIN_DIRECTOR")


def test_an_acting_officer_with_an_order_examines_and_the_form_says_so(two_hats):
    office = two_hats("UNIT_HEAD", "FIN_DIRECTOR", "123/2569")
    made = office.led_to(make_voucher(office), "receive")
    examined = office.done(f"vouchers/{made['id']}/examine", {"on": DAY}, "UNIT_HEAD")
    third, fourth = examined["signatures"][2:4]
    for box in (third, fourth):
        assert box["is_acting"]
        assert box["acting_order"].startswith("123/2569")
        assert "รักษาราชการแทน" in box["position_th"]
        assert box["signed_on"] == DAY
    assert examined["history"][-2]["separation"] == "request"


@pytest.mark.parametrize("buyer", ["SUPPLY", "UNIT_CLERK"])
def test_the_buyer_does_not_inspect(two_hats, buyer):
    office = two_hats(buyer, "INSPECTION")
    made = make_inspection(office)
    path = f"inspections/{made['id']}/accept"
    assert office.refused(path, {}, buyer) == ["separation_of_duties"]
    office.done(path, {}, "INSPECTION")


def test_one_officer_does_not_sign_a_cheque_twice_whatever_the_order(two_hats):
    office = two_hats("EXECUTIVE", "CLERK_LAO", "9/2570")
    report = make_report(office)
    path = f"cheque-reports/{report['id']}"
    office.done(f"{path}/approve", {}, "EXECUTIVE")
    office.done(f"{path}/sign", {}, "EXECUTIVE")
    assert office.refused(f"{path}/sign", {}, "EXECUTIVE") == ["separation_of_duties"]


def test_a_contract_waits_for_its_inspectors_while_something_is_to_be_inspected(new_office):
    from accounting.contracts.rules import FLOW
    from accounting.documents.waiting import waiting
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    office = new_office()
    inspector = Officer(id=uuid4(), name_th="นายมานะ อดทน", roles=INSPECTION)

    def waits() -> list[str]:
        with tenant_transaction(office.body, read_only=True):
            found = waiting(flows=[FLOW], officer=inspector, of_each=9, sent=1)
        return [one["id"] for one in found["waiting"]]

    contract, other = (office.contract(office.line(), "5000.00") for _ in "ab")
    office.inspection(contract, "2000.00")
    assert waits() == [contract["id"], other["id"]], "part of it is to come"
    line = {"account": "5104020106.001", "amount": "3000.00"}
    said = {"contract": contract["id"], "accepted_on": DAY, "lines": [line]}
    drafted = office.done("inspections", said, "SUPPLY")
    assert waits() == [other["id"]], "its last inspection waits, and it no more"
    office.done(f"inspections/{drafted['id']}/cancel", NOTE, "SUPPLY")
    assert waits() == [contract["id"], other["id"]]
    office.done(f"contracts/{contract['id']}/amend", {**AMEND, "amount": "2000.00"}, "SUPPLY")
    assert waits() == [other["id"]], "nothing is left of it to inspect"
