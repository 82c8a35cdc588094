"""Transfers by ข้อ 26 and ข้อ 27, appropriations outside the budget, and explanations."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tests.budget.office import LINE, ROAD, Office
from tests.transitions import Transition, assert_refused_to_others


@pytest.fixture(scope="module")
def office(_unused_bodies, api):
    """A body with an ordinance in force: a line for telephones, one for a road, one for a car."""
    office = Office(next(_unused_bodies), api)
    car = {**ROAD, "expenditure_type": "410300", "project": "รถ", "name": "รถกระเช้า"}
    office.in_force(lines=[LINE, ROAD, car], revenue_estimates=[
        {"account": "4401010104.001", "amount": "2000000.00"}])  # fmt: skip
    return office


@pytest.fixture(scope="module")
def ids(office):
    phone, car, road = (one["id"] for one in office.lines("fund_source=BUDGET"))
    return {"phone": phone, "car": car, "road": road}


def transfer(ids, from_, to, amount="100.00", **changed):
    return {
        "fiscal_year": 2570,
        "from": ids[from_],
        "to": ids.get(to),
        "amount": amount,
        "reason": "เพื่อให้เพียงพอ",
        **changed,
    }


def codes(answer, status=409):
    assert answer.status_code == status, answer.content.decode()
    return [refusal["code"] for refusal in answer.json()["refusals"]]


def available(office, id_):
    return office.get(f"budget-lines/{id_}").json()["available"]


def test_the_executive_transfers_under_clause_26(office, ids):
    before = available(office, ids["road"])
    one = f"budget-transfers/{office.made('budget-transfers', transfer(ids, 'road', 'phone'))}"
    drafted = office.get(one).json()
    assert (drafted["rule"], drafted["clause"], drafted["decided_by"]) == (
        *("BT26", "ข้อ 26"),
        "EXECUTIVE",
    )
    answer = office.post("COUNCIL", f"{one}/council-approve")
    assert codes(answer) == ["other_authority"]
    assert "ข้อ 26" in answer.json()["refusals"][0]["regulation"]
    shown = office.take("EXECUTIVE", one, "approve")
    assert shown["moved"][0]["before"] == before
    assert shown["state"] == "approved"
    assert office.take("BUDGET_OFFICER", one, "announce")["state"] == "announced"
    phone, road = (office.get(f"budget-lines/{ids[n]}").json() for n in ("phone", "road"))
    assert (phone["transferred_in"], road["transferred_out"]) == ("100.00", "100.00")


@pytest.mark.parametrize(
    ("from_", "to", "changed"),
    [
        ("phone", "car", {"changes_item": True}),
        ("road", "phone", {"changes_item": True}),
        (
            "phone",
            None,
            {"new_item": {"plan": "00310", "task": "00312", "expenditure_type": "421000",
                          "project": "ใหม่", "name": "สะพาน", "explanation": "กว้าง 2 เมตร"}},
        ),
    ],
)  # fmt: skip
def test_the_council_decides_on_items_of_investment_under_clause_27(
    office, ids, from_, to, changed
):
    sent = transfer(ids, from_, to, "5.00", **changed)
    one = f"budget-transfers/{office.made('budget-transfers', sent)}"
    answer = office.post("EXECUTIVE", f"{one}/approve")
    assert codes(answer) == ["other_authority"]
    assert "ข้อ 27" in answer.json()["refusals"][0]["regulation"]
    shown = office.take("COUNCIL", one, "council-approve")
    assert (shown["state"], shown["rule"]) == ("council_approved", "BT27")
    if to is None:
        (bridge,) = office.lines("q=สะพาน")
        detail = office.get(f"budget-lines/{bridge['id']}").json()
        assert (detail["transferred_in"], detail["approved"]) == ("5.00", "0.00")
        assert [one["explanation"] for one in detail["explanations"]] == ["กว้าง 2 เมตร"]


def test_a_new_item_outside_investment_is_the_executives(office, ids):
    item = {"plan": "00110", "task": "00111", "expenditure_type": "330100", "name": "วัสดุสำนักงาน"}
    sent = transfer(ids, "phone", None, "5.00", new_item=item)
    one = f"budget-transfers/{office.made('budget-transfers', sent)}"
    assert office.take("EXECUTIVE", one, "approve")["rule"] == "BT26"


def test_a_satang_more_than_available_is_refused_with_the_arithmetic(office, ids):
    left = available(office, ids["car"])
    asked = Decimal(left) + Decimal("0.01")
    sent = transfer(ids, "car", "phone", str(asked))
    one = f"budget-transfers/{office.made('budget-transfers', sent)}"
    answer = office.post("EXECUTIVE", f"{one}/approve")
    assert codes(answer) == ["budget_not_enough"]
    (told,) = answer.json()["refusals"]
    assert told["pointer"] == "/amount"
    assert f"asked {asked:,.2f}, short 0.01" in told["message_en"]
    assert available(office, ids["car"]) == left
    assert office.get(one).json()["state"] == "draft"


OFFICER = frozenset({"BUDGET_OFFICER"})
EXECUTIVE, COUNCIL = frozenset({"EXECUTIVE"}), frozenset({"COUNCIL"})
DECIDED = {
    "budget-transfers": ("approved", "council_approved"),
    "appropriations": ("in_force", "in_force"),
    "explanation-changes": ("approved", "approved"),
}
TRANSITIONS = [
    row
    for path, (by_executive, by_council) in DECIDED.items()
    for row in (
        Transition(path, "new", "draft", OFFICER, "draft"),
        Transition(path, "draft", "approve", EXECUTIVE, by_executive),
        Transition(path, "draft", "council-approve", COUNCIL, by_council),
        Transition(path, "draft", "cancel", OFFICER, "cancelled"),
    )
]
TRANSITIONS += [
    Transition("budget-transfers", before, "announce", OFFICER, "announced", way)
    for before, way in (("approved", ("approve",)), ("council_approved", ("council-approve",)))
]


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.state != "new"], ids=str)
def test_every_step_is_its_roles_and_nobody_elses(office, ids, row):
    is_councils = "council-approve" in (row.action, *row.way)
    sent = {
        "budget-transfers": lambda: transfer(
            ids, "phone", "road", "1.00", changes_item=is_councils, reason=str(row)
        ),
        "appropriations": lambda: appropriation(
            "LOAN" if is_councils else "DONATION", project=str(row)
        ),
        "explanation-changes": lambda: {
            "budget_line": ids["car"],
            "explanation": "ข้อความ",
            "reason": "ใหม่",
            "changes_item": is_councils,
        },
    }[row.path]()
    one = f"{row.path}/{office.made(row.path, sent)}"
    for action in row.way:
        office.take("COUNCIL" if is_councils else "EXECUTIVE", one, action)
    assert office.get(one).json()["state"] == row.state
    said = {"note": "เหตุผล"}
    assert_refused_to_others(lambda role: office.post(role, f"{one}/{row.action}", said), row.roles)
    (role,) = row.roles
    assert office.take(role, one, row.action, said)["state"] == row.leads_to
    assert codes(office.post(role, f"{one}/{row.action}", said)) == ["wrong_step"]


@pytest.mark.parametrize("path", DECIDED)
def test_a_budget_officer_alone_drafts(office, path):
    assert_refused_to_others(lambda role: office.post(role, path, {}), OFFICER, status=403)


def test_what_refutes_a_transfer_is_told_at_once(office, ids):
    unknown = "0" * 8 + "-0000-7000-8000-" + "0" * 12
    for changed, found in (
        ({"to": ids["phone"]}, [("same_line", "/to")]),
        ({"to": unknown}, [("unknown_budget_line", "/to")]),
        ({"to": "x"}, [("not_an_id", "/to")]),
        ({"to": None}, [("required", "/to")]),
        (
            {"fiscal_year": 2569},
            [("line_of_another_year", "/from"), ("line_of_another_year", "/to")],
        ),
        (
            {"amount": "1.234", "reason": ""},
            [("too_many_decimals", "/amount"), ("required", "/reason")],
        ),
        ({"transferred_on": "2027-10-01"}, [("day_of_another_year", "/transferred_on")]),
        (
            {"to": None, "new_item": {"plan": "00110", "task": "x", "expenditure_type": "330100",
                                      "name": "ก"}},
            [("unknown_task", "/new_item/task")],
        ),
    ):  # fmt: skip
        sent = transfer(ids, "phone", "road") | changed
        answer = office.post("BUDGET_OFFICER", "budget-transfers", sent)
        assert answer.status_code == 422, answer.content.decode()
        told = [(one["code"], one["pointer"]) for one in answer.json()["refusals"]]
        assert told == found, changed


@pytest.mark.parametrize(
    ("today", "dated"),
    [("2026-12-03", "2026-12-03"), ("2026-03-01", "2026-10-01"), ("2028-01-01", "2027-09-30")],
)
def test_a_decision_without_a_day_is_dated_by_the_clock_of_the_edge(
    office, ids, entering, officer, today, dated
):
    from accounting.documents.kinds import Kind
    from accounting.ordinances.kind import EXPLANATIONS, TRANSFERS

    said = {"budget_line": ids["phone"], "explanation": "ข้อความ", "reason": "ใหม่"}
    executive = replace(officer, roles=frozenset({"EXECUTIVE"}))

    def decided(kind: Kind, path: str, sent: object) -> str:
        made = office.made(path, sent)
        with entering(office.body):
            kind.take(
                action="approve",
                document=UUID(made),
                officer=executive,
                today=date.fromisoformat(today),
            )
        return office.get(f"{path}/{made}").json()["document_date"]

    moved = transfer(ids, "road", "phone", "1.00")
    assert decided(TRANSFERS, "budget-transfers", moved) == dated
    assert decided(EXPLANATIONS, "explanation-changes", said) == dated


# --- appropriations ------------------------------------------------------------------------------


def appropriation(source="GRANT_SPEC", amount="80000.00", **changed):
    project = changed.pop("project", f"โครงการ {source}")
    line = {**LINE, "fund_source": source, "amount": amount, "project": project}
    return {
        "fiscal_year": 2570,
        "title": "เงินอุดหนุนเฉพาะกิจ",
        "effective_on": "2026-11-02",
        "authority": "หนังสือ มท 0808.2/ว 1 ลงวันที่ 1 พ.ย. 2569",
        "lines": [line],
        **changed,
    }


@pytest.mark.parametrize(
    ("source", "changed", "role", "action"),
    [
        ("GRANT_SPEC", {}, "EXECUTIVE", "approve"),
        ("DONATION", {}, "EXECUTIVE", "approve"),
        ("ACCUM", {}, "COUNCIL", "council-approve"),
        ("ACCUM", {"is_disaster": True}, "EXECUTIVE", "approve"),
        ("LOAN", {}, "COUNCIL", "council-approve"),
    ],
)
def test_money_outside_the_budget_is_appropriated_by_whom_the_rule_names(
    office, source, changed, role, action
):
    sent = appropriation(source, **changed)
    sent["lines"][0]["project"] += str(changed)
    one = f"appropriations/{office.made('appropriations', sent)}"
    others = {"EXECUTIVE": ("COUNCIL", "council-approve"), "COUNCIL": ("EXECUTIVE", "approve")}
    other, wrong = others[role]
    assert codes(office.post(other, f"{one}/{wrong}")) == ["other_authority"]
    shown = office.take(role, one, action)
    assert (shown["state"], shown["decided_by"]) == ("in_force", role)
    line = office.get(f"budget-lines/{shown['budget_lines'][0]}").json()
    assert (line["fund_source"], line["available"]) == (source, "80000.00")


def test_carried_over_money_and_the_budgets_own_are_not_appropriated_so(office):
    one = f"appropriations/{office.made('appropriations', appropriation('RESERVED_BUDGET'))}"
    assert codes(office.post("EXECUTIVE", f"{one}/approve")) == ["no_authority"]
    answer = office.post("BUDGET_OFFICER", "appropriations", appropriation("BUDGET"))
    assert codes(answer, 422) == ["wrong_fund_source"]
    mixed = appropriation()
    mixed["lines"].append({**mixed["lines"][0], "fund_source": "LOAN"})
    assert codes(office.post("BUDGET_OFFICER", "appropriations", mixed), 422) == [
        "mixed_fund_sources"
    ]


def test_sources_of_money_never_mix(office, ids):
    one = f"appropriations/{office.made('appropriations', appropriation('DEPOSIT'))}"
    shown = office.take("EXECUTIVE", one, "approve")
    sent = transfer({**ids, "other": shown["budget_lines"][0]}, "phone", "other")
    assert codes(office.post("BUDGET_OFFICER", "budget-transfers", sent), 422) == [
        "other_fund_source"
    ]


# --- explanations --------------------------------------------------------------------------------


def test_explanations_are_versions_and_investment_items_the_councils(office, ids):
    sent = {"budget_line": ids["road"], "explanation": "กว้าง 5 เมตร", "reason": "แบบใหม่"}
    one = f"explanation-changes/{office.made('explanation-changes', sent)}"
    office.take("EXECUTIVE", one, "approve")
    other = {**sent, "explanation": "ยาว 300 เมตร", "changes_item": True}
    one = f"explanation-changes/{office.made('explanation-changes', other)}"
    assert codes(office.post("EXECUTIVE", f"{one}/approve")) == ["other_authority"]
    assert office.take("COUNCIL", one, "council-approve")["state"] == "approved"
    told = office.get(f"budget-lines/{ids['road']}").json()["explanations"]
    assert [(one["version"], one["explanation"]) for one in told] == [
        (1, "กว้าง 4 เมตร ยาว 200 เมตร"),
        (2, "กว้าง 5 เมตร"),
        (3, "ยาว 300 เมตร"),
    ]


def test_the_books_of_all_this_are_whole(office, entering):
    from accounting.journal.verification import verify_books

    with entering(office.body, read_only=True):
        assert verify_books().findings == ()
