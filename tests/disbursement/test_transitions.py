"""Every transition of the flows: allowed for its role, refused for each other with the reason."""

import pytest

ROLES = {
    *("UNIT_CLERK", "UNIT_HEAD", "SUPPLY", "INSPECTION", "FIN_OFFICER", "FIN_DIRECTOR"),
    *("CLERK_LAO", "EXECUTIVE", "ACCOUNTANT", "COLLECTOR"),
}
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
# From which state, by steps taken before: the step, who may take it, where it leads.
TRANSITIONS = [
    ("purchase-requests", [], "approve", {"EXECUTIVE"}, "approved"),
    ("purchase-requests", [], "cancel", {"UNIT_HEAD", "SUPPLY", "EXECUTIVE"}, "cancelled"),
    ("purchase-requests", ["approve"], "cancel", {"UNIT_HEAD", "SUPPLY", "EXECUTIVE"}, "cancelled"),
    ("contracts", [], "amend", {"SUPPLY"}, "amended"),
    ("contracts", [], "complete", {"INSPECTION"}, "completed"),
    ("contracts", [], "terminate", {"EXECUTIVE"}, "terminated"),
    ("contracts", ["amend"], "terminate", {"EXECUTIVE"}, "terminated"),
    ("inspections", [], "accept", {"INSPECTION"}, "accepted"),
    ("inspections", [], "cancel", {"INSPECTION", "SUPPLY", "UNIT_CLERK"}, "cancelled"),
    ("vouchers", [], "request", {"UNIT_HEAD"}, "requested"),
    ("vouchers", ["request"], "receive", {"FIN_OFFICER"}, "received"),
    ("vouchers", ["request", "receive"], "examine", {"FIN_DIRECTOR"}, "examined"),
    ("vouchers", ["request", "receive", "examine"], "endorse", {"CLERK_LAO"}, "endorsed"),
    (
        *("vouchers", ["request", "receive", "examine", "endorse"], "approve"),
        *({"EXECUTIVE"}, "approved"),
    ),
    *[
        (
            *("vouchers", ["request", "receive", "examine", "endorse"][: count + 1], "return"),
            *({"FIN_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"}, "returned"),
        )
        for count in range(4)
    ],
    (
        *("vouchers", ["request", "receive", "examine", "endorse", "approve"], "cancel"),
        *({"EXECUTIVE"}, "cancelled"),
    ),
    ("vouchers", [], "cancel", {"UNIT_CLERK", "UNIT_HEAD"}, "cancelled"),
    ("cheque-reports", [], "approve", {"EXECUTIVE"}, "approved"),
    ("cheque-reports", ["approve"], "sign", {"EXECUTIVE", "CLERK_LAO"}, "approved"),
    ("cheque-reports", [], "cancel", {"FIN_OFFICER", "FIN_DIRECTOR", "EXECUTIVE"}, "cancelled"),
    ("cheques", [], "collect", {"FIN_OFFICER"}, "collected"),
    ("cheques", ["collect"], "clear", {"ACCOUNTANT"}, "cleared"),
    ("cheques", [], "cancel", {"FIN_DIRECTOR"}, "cancelled"),
    ("cheques", ["collect"], "cancel", {"FIN_DIRECTOR"}, "cancelled"),
    ("withholding-tax/returns", [], "remit", {"FIN_OFFICER"}, "remitted"),
    ("withholding-tax/returns", [], "cancel", {"FIN_OFFICER", "ACCOUNTANT"}, "cancelled"),
]
WHO = {(path, step): roles for path, _, step, roles, _ in TRANSITIONS}


def said_in(step: str) -> dict[str, str]:
    return {"amend": AMEND, "remit": REMIT}.get(step, NOTE if step in NOTED else {})


NOTED = {"cancel", "return", "terminate"}


@pytest.mark.parametrize(("path", "before", "step", "roles", "state"), TRANSITIONS)
def test_a_step_is_its_roles_alone(office, path, before, step, roles, state):
    made = MAKERS[path](office)
    one = f"{path}/{made['id']}"
    for earlier in before:
        office.done(f"{one}/{earlier}", said_in(earlier), min(WHO[path, earlier]))
    for other in sorted(ROLES - roles):
        refused = office.refused(f"{one}/{step}", said_in(step), other)
        assert refused[0] == "role_lacks_step", other
    assert office.done(f"{one}/{step}", said_in(step), min(roles))["state"] == state


@pytest.mark.parametrize(("path", "before", "step", "roles", "state"), TRANSITIONS)
def test_each_of_its_roles_may_take_a_step(office, path, before, step, roles, state):
    for role in sorted(roles)[1:]:
        made = MAKERS[path](office)
        one = f"{path}/{made['id']}"
        for earlier in before:
            office.done(f"{one}/{earlier}", said_in(earlier), min(WHO[path, earlier]))
        assert office.done(f"{one}/{step}", said_in(step), role)["state"] == state


def test_a_request_becomes_contracted_by_its_contract_alone(office):
    approved = office.request(office.line(), "5000.00")
    path = f"purchase-requests/{approved['id']}"
    assert office.refused(f"{path}/contract", {}, "SUPPLY") == ["by_contract"]
    assert office.refused(f"{path}/contract", {}, "UNIT_HEAD") == ["role_lacks_step", "by_contract"]
    said = {
        "purchase_request": approved["id"],
        "vendor": office.vendor(),
        "amount": "5000.00",
        "signed_on": DAY,
    }
    for role in sorted(ROLES - {"SUPPLY"}):
        assert office.post("contracts", said, role).status_code == 403
    office.done("contracts", said, "SUPPLY")
    assert office.get(path).json()["state"] == "contracted"
    again = office.refused("contracts", said, "SUPPLY")
    assert again == ["wrong_step"]


def test_a_voucher_is_paid_by_a_signed_report_alone(office):
    report = make_report(office)
    (line,) = report["vouchers"]
    path = f"vouchers/{line['id']}"
    assert office.refused(f"{path}/pay", {}, "FIN_OFFICER") == ["by_cheque_report"]
    assert office.refused(f"{path}/pay", {}, "EXECUTIVE")[0] == "role_lacks_step"
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
