"""What waits for an officer is what the flow lets them do next, and no more."""

import uuid

import pytest

from accounting.documents import operations
from accounting.documents.rows import Contents
from accounting.documents.waiting import duties, waiting
from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow
from accounting.officers import Officer
from tenants.transactions import tenant_transaction

_W = Words("ทดลอง", "trial")


def _step(action, comes_from, leads_to, role, **more):
    return Step(
        action=action,
        name=_W,
        comes_from=comes_from,
        leads_to=leads_to,
        roles=frozenset({role}),
        **more,
    )


FLOW = Workflow(
    kind="TRIAL",
    name=_W,
    drafts=frozenset({"UNIT_CLERK"}),
    states=dict.fromkeys(("draft", "asked", "signed", "returned", "cancelled"), _W),
    steps=(
        _step(CHANGE, ("draft", "returned"), "draft", "UNIT_CLERK"),
        _step("ask", ("draft",), "asked", "UNIT_CLERK"),
        _step("sign", ("asked",), "signed", "EXECUTIVE", differs_from=(DRAFT, CHANGE, "ask")),
        _step("return", ("asked",), "returned", "EXECUTIVE", needs_note=True),
        _step("recount", ("asked",), "draft", "EXECUTIVE"),
        _step("cancel", ("draft", "returned"), "cancelled", "UNIT_CLERK", needs_note=True),
    ),
)


def _officer(*roles, **more):
    return Officer(id=uuid.uuid4(), name_th="นายมานะ อดทน", roles=frozenset(roles), **more)


def _seen(body, officer, of_each=5):
    with tenant_transaction(body, read_only=True):
        return waiting(flows=[FLOW], officer=officer, of_each=of_each, sent=5)


@pytest.fixture
def made(body):
    """Make documents, each led through some steps by some officers; return their ids.

    ``stays`` is where the last step leaves the document: others sign too.
    """

    def make(*steps, by, stays=None):
        contents = Contents(
            fiscal_year=2570, document_date=None, description="ค่าโทรศัพท์", amount=1, content={}
        )
        with tenant_transaction(body):
            document = operations.draft(workflow=FLOW, contents=contents, officer=by[0])
            for action, officer in zip(steps, by[1:], strict=True):
                begun = operations.begin_step(
                    workflow=FLOW,
                    document=document.id,
                    action=action,
                    officer=officer,
                    note="แก้จำนวนเงิน",
                )
                is_last = action == steps[-1]
                operations.finish_step(begun=begun, leads_to=stays if is_last else None)
        return str(document.id)

    return make


def test_only_steps_that_lead_on_are_awaited():
    asked = [(one.state, one.action) for one in duties(FLOW, _officer("UNIT_CLERK", "EXECUTIVE"))]
    assert asked == [("returned", CHANGE), ("draft", "ask"), ("asked", "sign")]


def test_a_document_waits_for_the_next_and_is_on_its_way_for_the_last(body, made):
    clerk, mayor = _officer("UNIT_CLERK"), _officer("EXECUTIVE")
    first, second = (made("ask", by=(clerk, clerk)) for _ in range(2))
    found = _seen(body, mayor, of_each=1)
    assert [(one["id"], one["action"], one["count"]) for one in found["waiting"]] == [
        (first, "sign", 2)
    ], "the oldest, and how many there are"
    assert found["sent"] == []
    found = _seen(body, clerk)
    assert found["waiting"] == []
    assert [one["id"] for one in found["sent"]] == [second, first]


def test_what_is_returned_waits_to_be_mended(body, made):
    clerk, mayor = _officer("UNIT_CLERK"), _officer("EXECUTIVE")
    document = made("ask", "return", by=(clerk, clerk, mayor))
    assert [(one["id"], one["action"]) for one in _seen(body, clerk)["waiting"]] == [
        (document, CHANGE)
    ]
    assert [one["id"] for one in _seen(body, mayor)["sent"]] == [document]


def test_ones_own_does_not_wait_unless_an_order_lets_one(body, made):
    both = _officer("UNIT_CLERK", "EXECUTIVE")
    document = made("ask", by=(both, both))
    assert _seen(body, both)["waiting"] == []
    acting = Officer(
        id=both.id, name_th=both.name_th, roles=both.roles, orders={"EXECUTIVE": "คำสั่งที่ 12/2569"}
    )
    assert [one["id"] for one in _seen(body, acting)["waiting"]] == [document]
    assert [one["id"] for one in _seen(body, _officer("EXECUTIVE"))["waiting"]] == [document]


def test_what_one_signed_among_several_waits_for_the_others(body, made):
    clerk, mayor, deputy = _officer("UNIT_CLERK"), _officer("EXECUTIVE"), _officer("EXECUTIVE")
    document = made("ask", "sign", by=(clerk, clerk, mayor), stays="asked")
    assert _seen(body, mayor)["waiting"] == []
    assert [one["id"] for one in _seen(body, mayor)["sent"]] == [document]
    assert [one["id"] for one in _seen(body, deputy)["waiting"]] == [document]
