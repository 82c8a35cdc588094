"""Every step of every kind of money in: taken by its roles, refused to each other one."""

from collections.abc import Callable

import pytest

ROLES = (
    *("UNIT_CLERK", "UNIT_HEAD", "COLLECTOR", "FIN_OFFICER", "ACCOUNTANT", "SUPPLY", "INSPECTION"),
    *("BUDGET_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE", "COUNCIL", "CASH_COMMITTEE"),
    *("INT_AUDIT", "LAO_ADMIN"),
)
NOTE = {"note": "เขียนผิด"}
GUARANTEE = [{"revenue": "2112010101.001", "amount": "50.00"}]


def _reopened(office):
    report = office.signed("0.00")
    return office.done("FIN_OFFICER", f"daily-reports/{report['id']}/close")


def _forfeiture(office):
    receipt = office.receipt(lines=GUARANTEE)
    said = {"forfeited_on": "2026-10-05", "deposit": receipt["lines"][0]["deposit"]}
    return office.done("SUPPLY", "forfeitures", {**said, "amount": "50.00", "reason": "ทิ้งงาน"})


def _credit(office):
    said = {"credited_on": "2026-10-05", "kind": "interest", "lines": [{"amount": "3.00"}]}
    return office.done("FIN_OFFICER", "bank-credits", said)


def _receivable(office):
    said = {
        "recorded_on": "2026-10-05",
        "due_on": "2026-10-01",
        "debtor": "นางสาวปลา",
        "account": "1102050194.003",
        "revenue": "4401010103.001",
        "amount": "9.00",
        "purpose": "ภาษีป้าย",
    }
    return office.done("FIN_OFFICER", "receivables", said)


def _banking(office):
    office.receipt(amount="8.00")
    return office.done("FIN_OFFICER", "bankings", {"banked_on": "2026-10-05", "amount": "8.00"})


def _short(office):
    office.receipt(amount="8.00")
    return office.reported("7.00")


# path, step, how the document comes to be in the state before, what is sent, who may, state after
STEPS: list[tuple[str, str, Callable, dict, set[str], str]] = [
    ("receipts", "remit", lambda o: o.receipt("COLLECTOR#other"), {}, {"COLLECTOR"}, "remitted"),
    (
        "receipts",
        "cancel",
        lambda o: o.receipt(received_on=o.today),
        NOTE,
        {"FIN_DIRECTOR"},
        "cancelled",
    ),
    ("receipts", "reverse", lambda o: o.receipt(), NOTE, {"FIN_DIRECTOR"}, "reversed"),
    (
        "remittances",
        "receive",
        lambda o: o.handed_over(),
        {"counted": "100.00"},
        {"FIN_OFFICER"},
        "received",
    ),
    ("remittances", "summarise", lambda o: o.received(), {}, {"FIN_OFFICER"}, "summarised"),
    (
        "remittances",
        "cancel",
        lambda o: o.handed_over(),
        NOTE,
        {"COLLECTOR", "FIN_OFFICER"},
        "cancelled",
    ),
    ("remittance-summaries", "check", lambda o: o.summarised(), {}, {"FIN_DIRECTOR"}, "checked"),
    (
        "remittance-summaries",
        "cancel",
        lambda o: o.summarised(),
        NOTE,
        {"FIN_OFFICER", "FIN_DIRECTOR"},
        "cancelled",
    ),
    ("bank-credits", "check", _credit, {}, {"ACCOUNTANT", "FIN_DIRECTOR"}, "posted"),
    (
        "bank-credits",
        "cancel",
        _credit,
        NOTE,
        {"FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"},
        "cancelled",
    ),
    (
        "bank-credits",
        "reverse",
        lambda o: o.credit("interest", "3.00"),
        NOTE,
        {"FIN_DIRECTOR"},
        "reversed",
    ),
    ("receivables", "record", _receivable, {}, {"ACCOUNTANT", "FIN_DIRECTOR"}, "recorded"),
    (
        "receivables",
        "cancel",
        _receivable,
        NOTE,
        {"COLLECTOR", "FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"},
        "cancelled",
    ),
    ("receivables", "reverse", lambda o: o.receivable("9.00"), NOTE, {"FIN_DIRECTOR"}, "reversed"),
    ("forfeitures", "approve", _forfeiture, {}, {"EXECUTIVE"}, "approved"),
    (
        "forfeitures",
        "cancel",
        _forfeiture,
        NOTE,
        {"SUPPLY", "FIN_OFFICER", "EXECUTIVE"},
        "cancelled",
    ),
    ("bankings", "reverse", _banking, NOTE, {"FIN_DIRECTOR"}, "reversed"),
    (
        "daily-reports",
        "recount",
        lambda o: o.reported("1.00"),
        {"counted": "2.00"},
        {"FIN_OFFICER"},
        "draft",
    ),
    ("daily-reports", "settle", _short, NOTE, {"FIN_DIRECTOR"}, "draft"),
    ("daily-reports", "sign", lambda o: o.reported("0.00"), {}, {"CASH_COMMITTEE"}, "draft"),
    ("daily-reports", "close", lambda o: o.signed("0.00"), {}, {"FIN_OFFICER"}, "closed"),
    ("daily-reports", "reopen", _reopened, NOTE, {"FIN_DIRECTOR"}, "draft"),
]
MADE = {
    "receipts": {"COLLECTOR"},
    "remittances": {"COLLECTOR"},
    "remittance-summaries": {"FIN_OFFICER"},
    "bank-credits": {"FIN_OFFICER"},
    "receivables": {"COLLECTOR", "FIN_OFFICER"},
    "forfeitures": {"SUPPLY", "FIN_OFFICER"},
    "bankings": {"FIN_OFFICER"},
    "daily-reports": {"FIN_OFFICER"},
}


@pytest.mark.parametrize(
    ("path", "step", "made", "said", "roles", "after"),
    STEPS,
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_step_is_taken_by_its_roles_alone(office, path, step, made, said, roles, after):
    document = made(office)
    for role in ROLES:
        if role in roles:
            continue
        answer = office.post(f"{role}#other", f"{path}/{document['id']}/{step}", said)
        assert answer.status_code == 409, (role, answer.content[:300])
        assert answer.json()["refusals"][0]["code"] == "role_lacks_step"
    assert office.get(f"{path}/{document['id']}")["state"] == document["state"]
    (role, *_) = sorted(roles)
    done = office.done(f"{role}#other", f"{path}/{document['id']}/{step}", said)
    assert done["state"] == after
    assert done["history"][-1]["action"] == step


@pytest.mark.parametrize("path", MADE)
def test_a_document_is_made_by_its_roles_alone(one_office, path):
    for role in set(ROLES) - MADE[path]:
        assert one_office.post(role, path, {}).status_code == 403, role


def test_the_flows_are_those_of_the_study():
    """Every row of workflow_states.csv that belongs to money in stands in a flow."""
    from accounting.daily_status.rules import FLOW as DAY
    from accounting.receipts.rules import FLOW as RECEIPT
    from accounting.remittances.rules import SLIPS, SUMMARIES

    rows = [
        (RECEIPT, "draft", "issued", "COLLECTOR"),
        (RECEIPT, "issued", "cancelled", "FIN_DIRECTOR"),
        (RECEIPT, "issued", "remitted", "COLLECTOR"),
        (SLIPS, "draft", "received", "FIN_OFFICER"),
        (SUMMARIES, "draft", "checked", "FIN_DIRECTOR"),
        (DAY, "signed", "closed", "FIN_OFFICER"),
    ]
    for flow, before, after, role in rows:
        assert any(
            before in step.comes_from and step.leads_to == after and role in step.roles
            for step in flow.steps
        ), (flow.kind, before, after)


def test_a_reason_is_asked_for_before_anything_is_undone(office):
    receipt = office.receipt(received_on=office.today)
    assert office.refused("FIN_DIRECTOR", f"receipts/{receipt['id']}/cancel", status=422) == {
        "required"
    }
    assert office.get(f"receipts/{receipt['id']}")["state"] == "issued"
