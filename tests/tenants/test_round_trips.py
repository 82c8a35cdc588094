"""What a request costs the databases, counted on the wire."""

from collections.abc import Callable

import pytest
from django.db import connections


@pytest.fixture
def cost_of(body, cost_of_body) -> Callable[[Callable[[], object]], tuple[int, int]]:
    """Tell how many messages work costs the cell and the control plane, when it is warm."""
    return cost_of_body(body)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/journal-entries",
        "/journal-entries?limit=1",
        "/journal-entries/JV-00001-70",
        "/journal-entries/JV-99999-70",
        "/trial-balance?fiscal_year=2570",
        "/trial-balance?fiscal_year=2570&month=10",
        "/trial-balance?fiscal_year=2570&as_known_at=2026-10-31T00:00:00%2B07:00",
        "/accounts?q=เงินสด",
    ],
)
def test_a_read_takes_one_message_commit_included(body, officer_of, api, entry, cost_of, path):
    accountant = officer_of(body)
    api.post(f"bodies/{body.code}/journal-entries", entry(), token=accountant.token)
    messages, statements = cost_of(
        lambda: api.get(f"bodies/{body.code}{path}", token=accountant.token)
    )
    assert messages <= 1, "BEGIN, settings, identity, question and COMMIT"
    assert statements == (2 if path == "" else 1), "the profile tells the body's life too"


def test_a_posting_takes_two_messages_commit_included(body, officer_of, api, entry, cost_of):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    messages, statements = cost_of(lambda: api.post(path, entry(), token=token))
    assert messages <= 2, "what the rules need to know; then what is written, and COMMIT"
    assert statements == 1


def test_a_posting_of_500_lines_takes_no_more(body, officer_of, api, entry, cost_of):
    token = officer_of(body).token
    lines = [{"account": "1101010101.001", "debit": "1.00"}] * 499
    lines.append({"account": "4401010104.001", "credit": "499.00"})
    path = f"bodies/{body.code}/journal-entries"
    messages, statements = cost_of(lambda: api.post(path, entry(lines=lines), token=token))
    assert messages <= 2
    assert statements == 1


def test_the_steps_of_a_document_take_as_few(body, officer_of, api, entry, cost_of):
    maker, checker = officer_of(body).token, officer_of(body, "FIN_DIRECTOR").token
    at = f"bodies/{body.code}/general-vouchers"
    made: list[str] = []

    def draft():
        made.append(api.post(at, entry(), token=maker).json()["id"])

    def take(step, token):
        documents = iter(made[-7:])
        return lambda: api.post(f"{at}/{next(documents)}/{step}", {}, token=token)

    drafting, _ = cost_of(draft)
    checking, _ = cost_of(take("check", checker))
    posting, _ = cost_of(take("post", maker))
    assert drafting <= 3, "the claim and what is written; what is shown; COMMIT"
    assert checking <= 4, "the lock; what posting would need; the step and what is shown; COMMIT"
    assert posting <= 4, "the lock; what the rules need; entry, step and what is shown; COMMIT"
    shown, _ = cost_of(lambda: api.get(f"{at}/{made[-1]}", token=maker))
    listed, _ = cost_of(lambda: api.get(at, token=maker))
    assert (shown, listed) == (1, 1)


def test_an_answer_given_before_takes_two_messages(body, officer_of, api, entry, cost_of):
    token = officer_of(body).token
    path = f"bodies/{body.code}/journal-entries"
    messages, statements = cost_of(lambda: api.post(path, entry(), token=token, key="the same key"))
    assert messages <= 2
    assert statements == 1


def test_a_stranger_costs_the_cell_nothing(body, other_body, officer_of, api, cost_of):
    tokens = iter([officer_of(body).token] * 2 + [officer_of(other_body).token] * 5)
    messages, statements = cost_of(lambda: api.get(f"bodies/{body.code}", token=next(tokens)))
    assert (messages, statements) == (0, 2), "who they are, and whether in a body that follows it"


def test_the_count_told_to_the_program_is_the_count_on_the_wire(body, only_connection):
    from tenants.transactions import round_trips, tenant_transaction

    with tenant_transaction(body), connections["tenant"].cursor() as cursor:
        assert round_trips() == 0
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 1")
        assert round_trips() == 2
    assert only_connection(body).messages == 3


def test_a_receipt_takes_few_messages(body, officer_of, api, cost_of):
    collector = officer_of(body, "COLLECTOR").token
    at = f"bodies/{body.code}/receipts"
    said = {
        "received_on": "2026-10-05",
        "payer": "นายมานะ อดทน",
        "method": "cash",
        "lines": [{"revenue": "4401030106.001", "amount": "20.00"}],
    }
    issuing, _ = cost_of(lambda: api.post(at, said, token=collector))
    assert issuing <= 5, "the draft; its number; what the rules need; what is written and shown"
    shown, _ = cost_of(lambda: api.get(f"{at}/RCPT-00001-70", token=collector))
    listed, _ = cost_of(lambda: api.get(at, token=collector))
    assert (shown, listed) == (1, 1)


def test_a_payment_voucher_takes_few_messages(body, officer_of, api, cost_of):
    from datetime import date
    from decimal import Decimal
    from uuid import uuid4

    from accounting.budget import operations as budget
    from accounting.officers import Officer
    from tenants.transactions import tenant_transaction

    council = Officer(id=uuid4(), name_th="สภา", roles=frozenset({"COUNCIL"}))
    key = budget.LineKey(
        fund_source="BUDGET",
        plan="00110",
        task="00111",
        project="",
        expenditure_type="340500",
        name="ค่าโทรศัพท์",
    )
    with tenant_transaction(body):
        (line,) = budget.open_lines(fiscal_year=2570, keys=[key])
        given = budget.Change(line_id=line.id, kind="approve", amount=Decimal("1000000.00"))
        day = date(2026, 10, 1)
        budget.change_lines(document_id=uuid4(), changes=[given], day=day, officer=council)
    tokens = {
        role: officer_of(body, role).token
        for role in ("CLERK_LAO", "FIN_OFFICER", "UNIT_CLERK", "UNIT_HEAD", "FIN_DIRECTOR")
    }
    tokens["EXECUTIVE"] = officer_of(body, "EXECUTIVE").token
    at = f"bodies/{body.code}/vouchers"
    division = {"code": "03", "name_th": "สำนักปลัด"}
    api.post(f"bodies/{body.code}/divisions", division, token=tokens["CLERK_LAO"])
    seller = {
        "sector": "own",
        "legal_form": "juristic",
        "name": "บริษัท",
        "tax_id": "0107564000014",
    }
    vendors = f"bodies/{body.code}/vendors"
    payee = api.post(vendors, seller, token=tokens["FIN_OFFICER"]).json()["id"]
    said = {
        "fiscal_year": 2570,
        "unit": "03",
        "budget_line": str(line.id),
        "payee": payee,
        "description": "ค่าโทรศัพท์",
        "gross": "10.00",
        "source": {"kind": "utility"},
    }
    made: list[str] = []

    def draft() -> None:
        made.append(api.post(at, said, token=tokens["UNIT_CLERK"]).json()["id"])

    def take(step: str, role: str) -> Callable[[], object]:
        waiting = iter(list(made))
        return lambda: api.post(f"{at}/{next(waiting)}/{step}", {}, token=tokens[role]).json()

    costs = {"draft": cost_of(draft)[0]}
    for step, role in (
        *(("request", "UNIT_HEAD"), ("receive", "FIN_OFFICER"), ("examine", "FIN_DIRECTOR")),
        *(("endorse", "CLERK_LAO"), ("approve", "EXECUTIVE")),
    ):
        costs[step] = cost_of(take(step, role))[0]
    shown, _ = cost_of(lambda: api.get(f"{at}/{made[0]}", token=tokens["UNIT_HEAD"]))
    assert costs == {
        "draft": 8,
        "request": 6,
        "receive": 7,
        "examine": 4,
        "endorse": 4,
        "approve": 6,
    }
    assert shown == 1
