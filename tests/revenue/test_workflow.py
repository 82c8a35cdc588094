"""Every step of every kind of money in: taken by its roles, refused to each other one."""

from collections.abc import Callable

import pytest

from tests.transitions import Transition, assert_refused_to_others

NOTE = {"note": "เขียนผิด"}
GUARANTEE = [{"revenue": "2112010101.001", "amount": "50.00"}]


def _name(one: object) -> str:
    return str(one) if isinstance(one, Transition) else ""


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


def _remitted(office):
    receipt = office.receipt("COLLECTOR#other")
    return office.done("COLLECTOR#other", f"receipts/{receipt['id']}/remit")


OFFICER, DIRECTOR = frozenset({"FIN_OFFICER"}), frozenset({"FIN_DIRECTOR"})
COLLECTOR, EXECUTIVE = frozenset({"COLLECTOR"}), frozenset({"EXECUTIVE"})
CHECKERS = DIRECTOR | {"ACCOUNTANT"}
# The step; what is sent; how a document comes to the state before it.
STEPS: list[tuple[Transition, dict, Callable]] = [
    (
        Transition("receipts", "issued", "remit", COLLECTOR, "remitted"),
        {},
        lambda o: o.receipt("COLLECTOR#other"),
    ),
    (
        Transition("receipts", "issued", "cancel", DIRECTOR, "cancelled"),
        NOTE,
        lambda o: o.receipt(received_on=o.today),
    ),
    (
        Transition("receipts", "issued", "reverse", DIRECTOR, "reversed"),
        NOTE,
        lambda o: o.receipt(),
    ),
    (Transition("receipts", "remitted", "reverse", DIRECTOR, "reversed"), NOTE, _remitted),
    (
        Transition("remittances", "draft", "receive", OFFICER, "received"),
        {"counted": "100.00"},
        lambda o: o.handed_over(),
    ),
    (
        Transition("remittances", "received", "summarise", OFFICER, "summarised"),
        {},
        lambda o: o.received(),
    ),
    (
        Transition("remittances", "draft", "cancel", COLLECTOR | OFFICER, "cancelled"),
        NOTE,
        lambda o: o.handed_over(),
    ),
    (
        Transition("remittance-summaries", "draft", "check", DIRECTOR, "checked"),
        {},
        lambda o: o.summarised(),
    ),
    (
        Transition("remittance-summaries", "draft", "cancel", OFFICER | DIRECTOR, "cancelled"),
        NOTE,
        lambda o: o.summarised(),
    ),
    (Transition("bank-credits", "draft", "check", CHECKERS, "posted"), {}, _credit),
    (Transition("bank-credits", "draft", "cancel", OFFICER | CHECKERS, "cancelled"), NOTE, _credit),
    (
        Transition("bank-credits", "posted", "reverse", DIRECTOR, "reversed"),
        NOTE,
        lambda o: o.credit("interest", "3.00"),
    ),
    (Transition("receivables", "draft", "record", CHECKERS, "recorded"), {}, _receivable),
    (
        Transition("receivables", "draft", "cancel", COLLECTOR | OFFICER | CHECKERS, "cancelled"),
        NOTE,
        _receivable,
    ),
    (
        Transition("receivables", "recorded", "reverse", DIRECTOR, "reversed"),
        NOTE,
        lambda o: o.receivable("9.00"),
    ),
    (Transition("forfeitures", "draft", "approve", EXECUTIVE, "approved"), {}, _forfeiture),
    (
        Transition("forfeitures", "draft", "cancel", OFFICER | EXECUTIVE | {"SUPPLY"}, "cancelled"),
        NOTE,
        _forfeiture,
    ),
    (Transition("bankings", "banked", "reverse", DIRECTOR, "reversed"), NOTE, _banking),
    (
        Transition("daily-reports", "draft", "recount", OFFICER, "draft"),
        {"counted": "2.00"},
        lambda o: o.reported("1.00"),
    ),
    (
        Transition("daily-reports", "signed", "recount", OFFICER, "draft"),
        {"counted": "2.00"},
        lambda o: o.signed("0.00"),
    ),
    (Transition("daily-reports", "draft", "settle", DIRECTOR, "draft"), NOTE, _short),
    (
        Transition("daily-reports", "draft", "sign", frozenset({"CASH_COMMITTEE"}), "signed"),
        {},
        lambda o: o.reported("0.00"),
    ),
    (
        Transition("daily-reports", "signed", "close", OFFICER, "closed"),
        {},
        lambda o: o.signed("0.00"),
    ),
    (Transition("daily-reports", "closed", "reopen", DIRECTOR, "draft"), NOTE, _reopened),
]
MADE = [
    Transition("receipts", "new", "issue", COLLECTOR, "issued"),
    Transition("remittances", "new", "draft", COLLECTOR, "draft"),
    Transition("remittance-summaries", "new", "draft", OFFICER, "draft"),
    Transition("bank-credits", "new", "draft", OFFICER, "draft"),
    Transition("receivables", "new", "draft", COLLECTOR | OFFICER, "draft"),
    Transition("forfeitures", "new", "draft", OFFICER | {"SUPPLY"}, "draft"),
    Transition("bankings", "new", "bank", OFFICER, "banked"),
    Transition("daily-reports", "new", "draft", OFFICER, "draft"),
]
TRANSITIONS = [*(row for row, *_ in STEPS), *MADE]


@pytest.mark.parametrize(("row", "said", "made"), STEPS, ids=_name)
def test_a_step_is_taken_by_its_roles_alone(office, row, said, made):
    document = made(office)
    assert document["state"] == row.state
    at = f"{row.path}/{document['id']}/{row.action}"
    assert_refused_to_others(lambda role: office.post(f"{role}#other", at, said), row.roles)
    assert office.get(f"{row.path}/{document['id']}")["state"] == row.state
    done = office.done(f"{min(row.roles)}#other", at, said)
    for member in ("#2", "#3") if row.action == "sign" else ():
        assert done["state"] == row.state, "it waits for three signatures"
        done = office.done(min(row.roles) + member, at, said)
    assert done["state"] == row.leads_to
    assert done["history"][-1]["action"] == row.action


@pytest.mark.parametrize("row", MADE, ids=str)
def test_a_document_is_made_by_its_roles_alone(one_office, row):
    assert_refused_to_others(
        lambda role: one_office.post(role, row.path, {}), row.roles, status=403
    )


@pytest.mark.parametrize(
    ("row", "made"),
    [
        (MADE[0], lambda office: office.receipt()),
        (MADE[6], _banking),
    ],
    ids=_name,
)
def test_what_is_made_of_money_at_once_is_no_draft_first(office, row, made):
    document = made(office)
    assert document["state"] == row.leads_to
    at = f"{row.path}/{document['id']}/{row.action}"
    assert office.refused(min(row.roles), at) == {"wrong_step"}


def test_a_reason_is_asked_for_before_anything_is_undone(office):
    receipt = office.receipt(received_on=office.today)
    assert office.refused("FIN_DIRECTOR", f"receipts/{receipt['id']}/cancel", status=422) == {
        "required"
    }
    assert office.get(f"receipts/{receipt['id']}")["state"] == "issued"
