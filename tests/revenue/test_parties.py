"""Whom a paper of money in names by id stands in a register, and is in use until it is there."""

import threading

import pytest

MANY_PAPERS = """
INSERT INTO document (id, kind, state, fiscal_year, description, amount, version, prepared_by,
                      content)
SELECT uuidv7(), 'RECEIPT', 'issued', 2570, '', 1, 1, uuidv7(),
       json_build_object('payer_id', CASE WHEN no % 3 = 0 THEN md5(no::text)::uuid END)
  FROM generate_series(1, 3000) AS no
"""
STRANGER = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def payer(office):
    """Register somebody in one of the registers; return the id."""

    def register(path: str = "taxpayers", role: str = "FIN_OFFICER") -> str:
        said = {"legal_form": "natural", "name": "นายมานะ อดทน"}
        return office.done(role, path, said)["id"]

    return register


def papers(office, party: str):
    """Every paper that names a party: path, maker, field, what is sent."""
    credit = {"credited_on": "2026-10-05", "kind": "own_revenue", "payer": "นายมานะ"}
    line = {"account": "4401030106.001", "amount": "5.00"}
    debt = {
        "recorded_on": "2026-10-05",
        "due_on": "2026-10-01",
        "debtor": "นายมานะ",
        "account": "1102050194.004",
        "revenue": "4401010104.001",
        "amount": "9.00",
        "purpose": "ภาษี",
    }
    return (
        ("receipts", "COLLECTOR", "payer_id", office.said(payer_id=party)),
        ("bank-credits", "FIN_OFFICER", "payer_id", {**credit, "lines": [line], "payer_id": party}),
        ("receivables", "COLLECTOR", "debtor_id", {**debt, "debtor_id": party}),
    )


def test_a_stranger_and_one_who_is_retired_are_refused_where_they_are_named(office, payer):
    party = payer()
    for path, role, field, said in papers(office, STRANGER):
        answer = office.post(role, path, said)
        assert answer.status_code == 422, answer.content.decode()
        (told,) = answer.json()["refusals"]
        assert (told["code"], told["pointer"]) == ("unknown_party", f"/{field}")
        assert told["message_th"] == "ไม่พบบุคคลนี้ในทะเบียน"
    for path, role, _, said in papers(office, party):
        office.done(role, path, said)
    office.done("FIN_OFFICER", f"taxpayers/{party}/retire")
    for path, role, field, said in papers(office, party):
        answer = office.post(role, path, said)
        assert answer.status_code == 409, answer.content.decode()
        (told,) = answer.json()["refusals"]
        assert (told["code"], told["pointer"]) == ("retired_party", f"/{field}")


def test_one_who_retired_since_it_was_drafted_is_refused_when_it_is_recorded(office, payer):
    party = payer()
    steps = {"bank-credits": "check", "receivables": "record"}
    drafted = [
        (path, office.done(role, path, said)["id"])
        for path, role, _, said in papers(office, party)
        if path in steps
    ]
    office.done("FIN_OFFICER", f"taxpayers/{party}/retire")
    for path, id_ in drafted:
        assert office.refused("ACCOUNTANT", f"{path}/{id_}/{steps[path]}") == {"retired_party"}


def test_whoever_retires_a_party_waits_for_the_paper_that_names_it(office, payer, as_owner):
    from django.db import connections

    from accounting.parties import operations as parties
    from tenants.transactions import tenant_transaction

    party, answers = payer(), []

    def retire() -> None:
        answers.append(office.post("FIN_OFFICER", f"taxpayers/{party}/retire").status_code)
        connections.close_all()

    waiter = threading.Thread(target=retire)
    with tenant_transaction(office.body):
        assert parties.naming_refusals(party_id=party, pointer="/payer_id") == []
        with connections["tenant"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (mine,) = cursor.fetchone()
        office.officer("FIN_OFFICER")
        waiter.start()
        query = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid)))"
        with as_owner(office.body) as owner:
            while waiter.is_alive() and not owner.execute(query, [mine]).fetchone()[0]:
                pass
        assert answers == [], "it was not retired beside the paper"
    waiter.join()
    assert answers == [200]


def test_papers_that_name_a_party_are_found_without_reading_the_others(body, as_owner):
    """The words of the question are the index's own, or PostgreSQL reads every document."""
    from accounting.parties import queries

    facts = {"id": STRANGER, "kinds": ["RECEIPT"], "from_year": 2570, "limit": 20}
    with as_owner(body) as owner, owner.transaction(force_rollback=True):
        owner.execute(MANY_PAPERS)
        owner.execute("ANALYZE document")
        plan = owner.execute(f"EXPLAIN {queries._NAMING}", facts).fetchall()
    assert any("document_naming_party" in line for (line,) in plan), plan
