"""The story of an office: through the API and by the kinds of document themselves, one story."""

from datetime import date
from random import Random
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from accounting.closing.finished import DATED_BY_STEPS, FINISHED
from accounting.closing.operations import UnableToClosePeriod, close_period
from accounting.documents.workflow import next_steps
from openlaas.demo import making
from openlaas.demo.accounts import CURRENT, SAVINGS
from openlaas.demo.amounts import scale_of
from openlaas.workdays import by_books, proof
from openlaas.workdays.by_api import ApiHands
from openlaas.workdays.demonstration import make_documents
from openlaas.workdays.desks import officers_at, tokens_at
from openlaas.workdays.office import Office
from openlaas.workdays.telling import Span, tell
from tenants.transactions import tenant_transaction

DOCUMENTS = 2_500  # a year: 10 a day, from the second day on
WEDNESDAY, THURSDAY = date(2025, 10, 1), date(2025, 10, 2)
TODAY = date(2025, 12, 9)  # of the small demonstration
_LEAST_IN_BANK = """
SELECT min(held) FROM (SELECT sum(debit - credit) OVER (ORDER BY event_no) AS held
                         FROM journal_line WHERE account = %s) AS after_each
"""
_MADE = """
SELECT kind, number, document_date, amount, state FROM document ORDER BY id
"""


@pytest.fixture
def staffed(unused_bodies_of_demo):
    """Give bodies of the demonstration's province their officers, one of each desk."""

    def make():
        body = next(unused_bodies_of_demo)
        making.register_officers(codes=[body.code], now=timezone.now())
        return body

    return make


@pytest.fixture
def made(as_owner):
    """Tell which documents a body's books hold, in their order."""

    def look(body):
        with as_owner(body) as owner:
            return owner.execute(_MADE).fetchall()

    return look


def test_days_through_the_api_leave_nothing_to_find(staffed, made, live_server_url, tmp_path):
    body = staffed()
    wishes = proof.Wishes(var=tmp_path, body=body.code, documents=DOCUMENTS, last=THURSDAY)
    tokens = tokens_at(body, now=timezone.now())
    hands = ApiHands(port=urlsplit(live_server_url).port, code=body.code, tokens=tokens)
    done = proof.told(body, hands, wishes, announce=lambda _: None)
    hands.close()
    assert done.findings == []
    assert done.days == 2
    assert done.documents_in_all == len(made(body)) > 20
    assert {"BORD", "RECEIPT", "REMIT", "REMSUM", "DAILY", "DIKA", "PR"} <= set(done.documents)
    figures = proof.report(done, wishes).figures
    assert figures["findings"] == 0
    assert figures["requests"] > figures["documents"] > 0

    twin = staffed()
    rng = Random(f"{wishes.seed}:{body.code}")
    scale = scale_of(kind=body.kind, count=DOCUMENTS, rng=rng)
    by_kinds = by_books.BooksHands(twin, officers_at(twin))
    office = Office(by_kinds, kind=body.kind, scale=scale, rng=rng)
    tell(office, Span(last=THURSDAY, documents=DOCUMENTS), after_each=lambda _: None)
    assert made(twin) == made(body), "one story, whichever way it reaches the books"


def test_the_proof_tells_what_verify_finds(staffed, as_owner):
    body = staffed()
    make_documents(body, documents=200, today=WEDNESDAY)
    assert proof._verified(body.code) == []
    with as_owner(body) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE journal_line SET debit = debit + 1 WHERE debit > 0")
    assert proof._verified(body.code) != []


def test_the_demonstration_has_papers_on_every_desk(staffed, made, as_owner):
    body = staffed()
    count = make_documents(body, documents=240, today=TODAY)
    found = made(body)
    assert count == len(found)
    assert make_documents(body, documents=240, today=TODAY) == 0, "what is there is left alone"
    waiting = {
        role
        for face in by_books.FACES.values()
        for state in {row[4] for row in found if row[0] == face.kind.flow.kind}
        for step in next_steps(face.kind.flow, state)
        for role in step["roles"]
    }
    assert waiting >= {
        *("UNIT_CLERK", "UNIT_HEAD", "FIN_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"),
        *("COLLECTOR", "ACCOUNTANT", "SUPPLY", "INSPECTION", "BUDGET_OFFICER", "COUNCIL"),
        "CASH_COMMITTEE",
    }
    vouchers = {row[4] for row in found if row[0] == "DIKA"}
    assert vouchers >= {
        "draft",
        "requested",
        "received",
        "examined",
        "endorsed",
        "approved",
        "paid",
    }
    assert ("BORD", "in_force") in {(row[0], row[4]) for row in found}
    assert proof._verified(body.code) == []
    with as_owner(body) as owner:
        for account in (CURRENT, SAVINGS):
            assert owner.execute(_LEAST_IN_BANK, [account]).fetchone()[0] >= 0, "never overdrawn"
        closed = "SELECT starts_on FROM period WHERE kind = '' AND state = 'closed'"
        assert owner.execute(closed).fetchall() == [(date(2025, 10, 1),)], (
            "a month closes though what was bought in it is still being paid"
        )
    officer = officers_at(body)["FIN_DIRECTOR"]
    with pytest.raises(UnableToClosePeriod) as refused, tenant_transaction(body):
        close_period(starts_on=TODAY.replace(day=1), officer=officer)
    holding = {one.message_en.partition(" ")[0] for one in refused.value.refusals}
    assert holding >= {"CHQRPT", "REMIT", "DAILY", "JV"}
    assert not holding & DATED_BY_STEPS


def test_every_kind_of_document_is_known_to_whoever_closes_a_month():
    kinds = {face.kind.flow.kind for face in by_books.FACES.values()}
    assert kinds == {*FINISHED, *DATED_BY_STEPS, "JV"}
    assert not DATED_BY_STEPS & set(FINISHED)
