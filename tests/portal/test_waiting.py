"""What waits for whom, and what posting one's own draft does to it."""

import json
import uuid

import pytest

from accounting.documents import queries as documents
from accounting.documents.operations import StaleDocument, UnableToTakeStep
from accounting.general_vouchers import operations, queries
from accounting.general_vouchers.kind import VOUCHERS
from accounting.journal.operations import UnableToPostEntry
from accounting.officers import Officer
from tenants.transactions import tenant_transaction


def _officer(*roles: str) -> Officer:
    return Officer(id=uuid.uuid4(), name_th="นางสาวสมหญิง ใจดี", roles=frozenset(roles))


def _waiting(body: object, officer: Officer) -> list[str]:
    with tenant_transaction(body, read_only=True):
        found = queries.waiting_for(officer_id=officer.id, roles=officer.roles)
    return [one.action for one in found]


def test_a_voucher_waits_for_whoever_must_act_next(body, entry):
    preparer, other, director = (
        _officer("ACCOUNTANT"),
        _officer("ACCOUNTANT"),
        _officer("FIN_DIRECTOR"),
    )
    mayor = _officer("EXECUTIVE")
    with tenant_transaction(body):
        voucher = operations.draft_voucher(raw={"description": "ยังไม่ครบ"}, officer=preparer)
    assert [_waiting(body, one) for one in (preparer, other, director)] == [["finish"], [], []]

    with tenant_transaction(body):
        operations.change_voucher(document=voucher, version=1, raw=entry(), officer=preparer)
    assert [_waiting(body, one) for one in (other, director, mayor)] == [["check"], ["check"], []]

    with tenant_transaction(body):
        VOUCHERS.take(action="check", document=voucher, officer=director)
    assert [_waiting(body, one) for one in (preparer, other, director)] == [["post"], ["post"], []]

    with tenant_transaction(body):
        posted = VOUCHERS.take(action="post", document=voucher, officer=other)
    assert _waiting(body, other) == []
    with tenant_transaction(body, read_only=True):
        found = json.loads(queries.voucher_of_entry(event_no=posted.event_no))
        assert queries.voucher_of_entry(event_no=posted.event_no + 1) is None
    assert found["id"] == str(voucher)


@pytest.mark.parametrize("lines", [None, [], [{"account": "x"}], "x"])
def test_a_draft_that_cannot_be_read_waits_for_its_preparer_alone(body, entry, lines):
    preparer = _officer("ACCOUNTANT")
    with tenant_transaction(body):
        operations.draft_voucher(raw=entry(lines=lines), officer=preparer)
    assert _waiting(body, preparer) == ["finish"]
    assert _waiting(body, _officer("FIN_DIRECTOR")) == []


def test_posting_a_draft_leaves_its_history_honest(body, entry):
    preparer = _officer("ACCOUNTANT")
    with tenant_transaction(body):
        voucher = operations.draft_voucher(raw=entry("1.00"), officer=preparer)
    with pytest.raises(StaleDocument), tenant_transaction(body):
        operations.post_draft(document=voucher, version=7, raw=entry("2.00"), officer=preparer)
    with pytest.raises(UnableToPostEntry), tenant_transaction(body):
        operations.post_draft(document=voucher, version=1, raw={}, officer=preparer)
    with pytest.raises(UnableToTakeStep), tenant_transaction(body):
        operations.post_draft(
            document=voucher, version=1, raw=entry("2.00"), officer=_officer("EXECUTIVE")
        )
    with tenant_transaction(body):
        operations.post_draft(document=voucher, version=1, raw=entry("2.00"), officer=preparer)
    with tenant_transaction(body, read_only=True):
        found = json.loads(documents.document(kind=operations.KIND, document_id=voucher))
    assert (found["state"], found["number"], found["amount"]) == ("posted", "JV-00001/70", "2.00")
    assert [step["action"] for step in found["history"]] == ["draft", "post_unchecked"]
