"""An ordinance goes its way from draft to in force, and nobody else's way."""

import pytest

from tests.budget.office import LINE, ROAD, Office, ordinance
from tests.transitions import Transition, assert_refused_to_others

OFFICER, COUNCIL = frozenset({"BUDGET_OFFICER"}), frozenset({"COUNCIL"})
# The two who supervise: which of them, the body's kind decides.
SUPERVISORS = frozenset({"PROVINCE", "DISTRICT"})
ALONG = (
    ("draft", "propose", OFFICER, "proposed"),
    ("proposed", "council-approve", COUNCIL, "council_approved"),
    ("council_approved", "agree", SUPERVISORS, "agreed"),
    ("agreed", "sign", frozenset({"EXECUTIVE"}), "signed"),
    ("signed", "put-in-force", OFFICER, "in_force"),
)
ASIDE = (
    ("draft", "cancel", OFFICER, "cancelled"),
    ("proposed", "return", COUNCIL, "draft"),
    ("council_approved", "disagree", SUPERVISORS, "draft"),
)
PATHS = ("ordinances", "supplementaries")
TRANSITIONS = [Transition(path, *row) for path in PATHS for row in (*ALONG, *ASIDE)]
TRANSITIONS += [Transition(path, "new", "draft", OFFICER, "draft") for path in PATHS]


def refusals(answer, status=409):
    assert answer.status_code == status, answer.content.decode()
    return [refusal["code"] for refusal in answer.json()["refusals"]]


@pytest.fixture(scope="module")
def in_force(_unused_bodies, api):
    """A body with an ordinance in force, to which supplementaries come."""
    office = Office(next(_unused_bodies), api)
    office.in_force()
    return office


def _way_to(state):
    """Return the steps that lead a new one to a state, with whoever takes them."""
    states = [row[0] for row in ALONG]
    return [
        (action, "PROVINCE" if roles is SUPERVISORS else min(roles))
        for _, action, roles, _ in ALONG[: states.index(state)]
    ]


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.state != "new"], ids=str)
def test_every_step_is_its_roles_and_nobody_elses(in_force, office, row):
    office = in_force if row.path == "supplementaries" else office
    more = {"effective_on": "2026-11-01", "lines": [{**LINE, "project": str(row)}]}
    sent = ordinance(**(more if row.path == "supplementaries" else {}))
    one = f"{row.path}/{office.made(row.path, sent)}"
    for action, role in _way_to(row.state):
        office.take(role, one, action)
    said = {"note": "เหตุผล"}
    assert_refused_to_others(lambda role: office.post(role, f"{one}/{row.action}", said), row.roles)
    out_of_turn = next(r for r in ALONG if r[0] != row.state)
    answer = office.post(min(out_of_turn[2]), f"{one}/{out_of_turn[1]}", said)
    assert refusals(answer) == ["wrong_step"]
    assert office.get(one).json()["state"] == row.state, "nobody moved it"
    role = "PROVINCE" if row.roles is SUPERVISORS else min(row.roles)
    shown = office.take(role, one, row.action, said)
    assert (shown["state"], shown["history"][-1]["action"]) == (row.leads_to, row.action)


@pytest.mark.parametrize("path", PATHS)
def test_a_budget_officer_alone_drafts(in_force, path):
    assert_refused_to_others(lambda role: in_force.post(role, path, {}), OFFICER, status=403)
    assert in_force.post(*OFFICER, path, {}).status_code == 422, "is read, and found wanting"


def test_what_is_in_force_can_be_spent(office):
    shown = office.in_force()
    assert (shown["amount"], shown["estimated_revenue"]) == ("512740.00", "600000.00")
    assert shown["document_date"] == "2026-10-01"
    phone, road = office.lines("fiscal_year=2570")
    assert [phone["approved"], phone["available"], phone["project"]] == ["12740.00"] * 2 + [None]
    assert (road["project"], road["available"]) == ("ถนนสายบ้านใต้", "500000.00")
    assert shown["budget_lines"] == [phone["id"], road["id"]]
    detail = office.get(f"budget-lines/{road['id']}").json()
    assert [(m["kind"], m["amount"], m["day"]) for m in detail["movements"]] == [
        ("approve", "500000.00", "2026-10-01")
    ]
    assert [(e["version"], e["explanation"]) for e in detail["explanations"]] == [
        (1, "กว้าง 4 เมตร ยาว 200 เมตร")
    ]


def test_a_year_has_one_ordinance_and_supplementaries(office):
    one = ordinance(effective_on="2026-11-01", lines=[{**LINE, "amount": "260.00"}])
    made = f"supplementaries/{office.made('supplementaries', one)}"
    for role, action in (
        ("BUDGET_OFFICER", "propose"),
        ("COUNCIL", "council-approve"),
        ("PROVINCE", "agree"),
        ("EXECUTIVE", "sign"),
    ):
        office.take(role, made, action)
    assert refusals(office.post("BUDGET_OFFICER", f"{made}/put-in-force")) == [
        "no_ordinance_in_force"
    ]
    office.in_force()
    draft = {"entry_date": "2026-10-05", "description": "ค้าง", "lines": []}
    voucher = office.post("ACCOUNTANT", "general-vouchers", draft).json()["id"]
    assert refusals(office.post("BUDGET_OFFICER", f"{made}/put-in-force")) == [
        "transactions_not_up_to_date"
    ]
    office.take("ACCOUNTANT", f"general-vouchers/{voucher}", "cancel", {"note": "ยกเลิก"})
    shown = office.take("BUDGET_OFFICER", made, "put-in-force")
    assert shown["document_date"] == "2026-11-01"
    phone, _ = office.lines()
    assert (phone["approved"], phone["supplemented"], phone["available"]) == (
        *("12740.00", "260.00"),
        "13000.00",
    )
    again = f"ordinances/{office.made('ordinances', ordinance())}"
    for role, action in (
        ("BUDGET_OFFICER", "propose"),
        ("COUNCIL", "council-approve"),
        ("PROVINCE", "agree"),
        ("EXECUTIVE", "sign"),
    ):
        office.take(role, again, action)
    assert refusals(office.post("BUDGET_OFFICER", f"{again}/put-in-force")) == [
        "ordinance_in_force"
    ]


@pytest.fixture
def waiting(office):
    """A supplementary ordinance that only waits to be put in force; its effect is from November."""
    office.in_force()
    said = ordinance(effective_on="2026-11-01", lines=[{**LINE, "amount": "260.00"}])
    made = f"supplementaries/{office.made('supplementaries', said)}"
    for role, action in (
        ("BUDGET_OFFICER", "propose"),
        ("COUNCIL", "council-approve"),
        ("PROVINCE", "agree"),
        ("EXECUTIVE", "sign"),
    ):
        office.take(role, made, action)
    return made


# Of each kind that makes transactions: states in which somebody has to act, and done ones.
PAPERS = {
    "JV": (("draft", "checked"), ("posted",)),
    "RECEIPT": (("draft", "issued"), ("remitted", "reversed")),
    "REMIT": (("draft", "received"), ("summarised",)),
    "REMSUM": (("draft",), ("checked",)),
    "BANKCR": (("draft",), ("posted", "reversed")),
    "RECVBL": (("draft",), ("recorded", "reversed")),
    "FORFEIT": (("draft",), ("approved",)),
    "BANKING": (("draft",), ("banked", "reversed")),
    "DAILY": (("draft", "signed"), ("closed",)),
    "INSPECT": (("draft",), ("accepted",)),
    "CHQRPT": (("draft", "approved"), ("signed",)),
    # What makes no transaction of its day never waits.
    "PR": ((), ("draft", "approved", "contracted")),
    "CONTRACT": ((), ("signed", "amended", "completed", "terminated")),
    "DIKA": (
        (),
        ("draft", "requested", "received", "examined", "endorsed", "returned", "approved", "paid"),
    ),
    "CHEQUE": ((), ("signed", "collected", "cleared")),
    "PND": ((), ("draft", "remitted")),
    "BTRF": ((), ("draft", "approved", "council_approved", "announced")),
}


PAPER = """
INSERT INTO document (id, kind, fiscal_year, state, document_date, description, amount, version,
                      prepared_by, content)
VALUES (uuidv7(), %s, 2570, %s, %s, %s, 0, 1, uuidv7(), '{}')
"""


def test_every_kind_that_makes_transactions_is_up_to_date_before_a_supplement(
    office, waiting, as_owner
):
    """Each paper in each of its states is put beside, by whoever can write everything."""
    with as_owner(office.body) as owner:
        owner.execute("SET session_replication_role = replica")
        for kind, (unfinished, done) in PAPERS.items():
            for state in unfinished:
                owner.execute(PAPER, [kind, state, "2026-10-31", f"{kind} {state}"])
                answer = office.post("BUDGET_OFFICER", f"{waiting}/put-in-force")
                assert refusals(answer) == ["transactions_not_up_to_date"], (kind, state)
                (told,) = answer.json()["refusals"]
                assert f"1 ฉบับ: {kind} {state}" in told["message_th"]
                assert f"not finished: {kind} {state}" in told["message_en"]
                settled = (done or ("cancelled",))[0]
                owner.execute(
                    "UPDATE document SET state = %s WHERE description = %s",
                    [settled, f"{kind} {state}"],
                )
            for state in (*done, "cancelled"):
                owner.execute(PAPER, [kind, state, "2026-10-31", ""])
        # What is of the day of effect itself need not be finished before it.
        owner.execute(PAPER, ["JV", "draft", "2026-11-01", ""])
    assert office.take("BUDGET_OFFICER", waiting, "put-in-force")["state"] == "in_force"


def test_a_month_closes_with_an_ordinance_in_force(office, api, officer_of):
    office.in_force()
    director = officer_of(office.body, "FIN_DIRECTOR")
    path = f"bodies/{office.body.code}/periods/2026-10/close"
    assert api.post(path, {}, token=director.token).status_code == 200


def test_spending_is_covered_by_revenue_before_the_council_sees_it(office):
    one = office.made("ordinances", ordinance(revenue_estimates=[
        {"account": "4401010104.001", "amount": "512739.99"}]))  # fmt: skip
    answer = office.post("BUDGET_OFFICER", f"ordinances/{one}/propose")
    assert refusals(answer) == ["revenue_below_expenditure"]
    assert "below expenditure 512,740.00 by 0.01" in answer.json()["refusals"][0]["message_en"]


def test_the_council_amends_and_the_supervisor_sends_back(office):
    one = f"ordinances/{office.made('ordinances', ordinance())}"
    office.take("BUDGET_OFFICER", one, "propose")
    assert refusals(office.post("COUNCIL", f"{one}/return"), 422) == ["required"]
    office.take("COUNCIL", one, "return", {"note": "ปรับลดรายจ่าย"})
    version = office.get(one)["ETag"]
    lower = ordinance(lines=[LINE])
    path = f"bodies/{office.body.code}/{one}"
    token = office.tokens["BUDGET_OFFICER"]
    changed = office.api.put(path, lower, token=token, **{"If-Match": version})
    assert changed.json()["amount"] == "12740.00"
    office.take("BUDGET_OFFICER", one, "propose")
    office.take("COUNCIL", one, "council-approve")
    office.take("PROVINCE", one, "disagree", {"note": "ไม่สมดุล"})
    assert office.get(one).json()["state"] == "draft"


@pytest.fixture
def sao(body):
    """A body that is an อบต. from now on, in a district: kinds change."""
    from tenants.directory.models import Body, District
    from tenants.directory.queries import body_with_books

    district = District.objects.filter(province_id=body.province_code).first()
    before = Body.objects.filter(code=body.code)
    before.update(kind="SAO", district_id=district.pk)
    yield body_with_books(body.code)
    before.update(kind=body.kind, district_id=body.district_code)


def test_the_district_agrees_for_an_sao_and_the_province_reads_it(sao, api):
    office = Office(sao, api)
    one = f"ordinances/{office.made('ordinances', ordinance())}"
    office.take("BUDGET_OFFICER", one, "propose")
    office.take("COUNCIL", one, "council-approve")
    assert refusals(office.post("PROVINCE", f"{one}/agree")) == ["not_the_supervisor"]
    assert office.get(one, "PROVINCE").status_code == 200
    assert office.take("DISTRICT", one, "agree")["state"] == "agreed"


def test_who_watches_an_area_reads_its_books_and_no_others(office):
    from tenants.directory.queries import bodies_with_books

    assert office.get("budget-lines", "PROVINCE").status_code == 200
    answer = office.post("PROVINCE", "ordinances", ordinance())
    assert answer.status_code == 403
    own = office.body.province_code
    beyond = next(body for body in bodies_with_books() if body.province_code != own)
    token = office.tokens["PROVINCE"]
    answer = office.api.get(f"bodies/{beyond.code}/budget-lines", token=token)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"lines": [{**LINE, "task": "00999"}]}, [("unknown_task", "/lines/0/task")]),
        ({"lines": [{**LINE, "plan": "00111"}]}, [("unknown_plan", "/lines/0/plan")]),
        ({"lines": [{**LINE, "plan": "00120"}]}, [("task_of_another_plan", "/lines/0/task")]),
        (
            {"lines": [{**LINE, "expenditure_type": "534000"}]},
            [("unknown_expenditure_type", "/lines/0/expenditure_type")],
        ),
        (
            {"lines": [{**LINE, "fund_source": "ACCUM"}]},
            [("wrong_fund_source", "/lines/0/fund_source")],
        ),
        (
            {"lines": [{**LINE, "fund_source": "MINE"}]},
            [("unknown_fund_source", "/lines/0/fund_source")],
        ),
        ({"lines": [LINE, LINE]}, [("duplicate_line", "/lines/1")]),
        ({"lines": [{**LINE, "amount": "0.00"}]}, [("zero_amount", "/lines/0/amount")]),
        ({"lines": [{**LINE, "amount": 5}]}, [("not_a_string", "/lines/0/amount")]),
        ({"lines": []}, [("line_count", "/lines")]),
        ({"lines": [LINE, 7]}, [("not_an_object", "/lines/1")]),
        (
            {"revenue_estimates": [{"account": "1101010101.001", "amount": "9.00"}]},
            [("unknown_account", "/revenue_estimates/0/account")],
        ),
        ({"fiscal_year": 2026}, [("not_a_fiscal_year", "/fiscal_year")]),
        ({"effective_on": "2026-09-30"}, [("day_of_another_year", "/effective_on")]),
        ({"titel": "x"}, [("unknown_field", "/titel")]),
        (
            {"title": "", "lines": [{**LINE, "name": None, "task": "x"}]},
            [("required", "/title"), ("required", "/lines/0/name"),
             ("unknown_task", "/lines/0/task")],
        ),
    ],
)  # fmt: skip
def test_what_the_request_or_the_codes_refute_is_told_at_once(shared_office, changed, found):
    answer = shared_office.post("BUDGET_OFFICER", "ordinances", ordinance(**changed))
    assert answer.status_code == 422, answer.content.decode()
    told = [(one["code"], one["pointer"]) for one in answer.json()["refusals"]]
    assert told == found


@pytest.fixture(scope="module")
def shared_office(_unused_bodies, api):
    return Office(next(_unused_bodies), api)


def test_lines_are_listed_by_page_and_by_what_is_asked(shared_office):
    office = shared_office
    many = [{**LINE, "project": f"โครงการ {place}"} for place in range(5)]
    office.in_force(lines=[*many, ROAD])
    first = office.get("budget-lines?limit=4").json()
    rest = office.get(f"budget-lines?limit=4&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (4, 2, None)
    assert {one["id"] for one in first["items"]}.isdisjoint(one["id"] for one in rest["items"])
    assert [one["name"] for one in office.lines("q=ถนน")] == ["ก่อสร้างถนน คสล."]
    assert office.lines("available=false") == []
    assert office.lines("fiscal_year=2569") == []
    assert office.lines("fund_source=ACCUM") == []
    codes = office.get("budget-codes?fiscal_year=2570").json()["items"]
    assert {"340500", "00111", "BUDGET", "411001"} <= {one["code"] for one in codes}
    assert office.get("budget-codes?fiscal_year=2550").json()["items"] == []


def test_a_journal_line_names_a_budget_line_that_there_is(office, entry):
    office.in_force()
    line = office.lines()[0]["id"]
    sent = entry()
    sent["lines"][0]["budget_line"] = line
    answer = office.post("ACCOUNTANT", "journal-entries", sent)
    assert answer.status_code == 201, answer.content.decode()
    sent["lines"][0]["budget_line"] = line.replace(line[:4], "ffff", 1)
    answer = office.post("ACCOUNTANT", "journal-entries", sent)
    assert refusals(answer, 422) == ["unknown_budget_line"]
    assert answer.json()["refusals"][0]["pointer"] == "/lines/0/budget_line"
