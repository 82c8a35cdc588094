"""What every document is made of: steps with their signatures, numbers, entries by rule."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from accounting.errors import InvariantBroken

DAY = date(2026, 10, 5)


@pytest.fixture(scope="module")
def kit():
    from accounting.documents import numbering, operations, queries
    from accounting.documents.workflow import Step, Words, Workflow
    from accounting.officers import Officer
    from accounting.posting_rules.operations import post_by_rule
    from accounting.posting_rules.rules import Part

    class Kit:
        flow = Workflow(
            kind="TEST",
            name=Words("ใบทดลอง", "trial"),
            drafts=frozenset({"COLLECTOR"}),
            states={"draft": Words("ร่าง", "draft"), "issued": Words("ออกแล้ว", "issued")},
            steps=(
                Step(
                    action="change",
                    name=Words("แก้ไข", "Change"),
                    comes_from=("draft",),
                    leads_to="draft",
                    roles=frozenset({"COLLECTOR"}),
                ),
                Step(
                    action="issue",
                    name=Words("ออก", "Issue"),
                    comes_from=("draft",),
                    leads_to="issued",
                    roles=frozenset({"FIN_OFFICER"}),
                    differs_from=("draft",),
                ),
            ),
        )

        @staticmethod
        def contents(amount="100.00", **content):
            return operations.Contents(
                fiscal_year=2570,
                document_date=DAY,
                description="ใบทดลอง",
                amount=Decimal(amount),
                content=content,
            )

        @staticmethod
        def officer(*roles, **orders):
            return Officer(
                id=uuid4(),
                name_th="นายสมชาย ใจดี",
                roles=frozenset([*roles, *orders]),
                orders=orders,
            )

    Kit.take, Kit.printed = staticmethod(numbering.take), staticmethod(numbering.printed)
    Kit.documents, Kit.queries = operations, queries
    Kit.Part, Kit.post_by_rule = Part, staticmethod(post_by_rule)
    return Kit


@pytest.fixture
def inside(body):
    from tenants.transactions import tenant_transaction

    @contextmanager
    def opened():
        with tenant_transaction(body):
            yield

    return opened


def shown(kit, document):
    import json

    return json.loads(kit.queries.document(kind="TEST", document_id=document))


def test_a_document_is_issued_with_a_number_an_entry_and_its_signatures(kit, inside):
    collector, finance = kit.officer("COLLECTOR"), kit.officer("FIN_OFFICER")
    with inside():
        drafted = kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(payer="ก"), officer=collector
        )
    with inside():
        begun = kit.documents.begin_step(
            workflow=kit.flow, document=drafted.id, action="issue", officer=finance, version=1
        )
        begun.assert_may()
        number = kit.printed(
            no=kit.take(series="TEST", fiscal_year=2570), fiscal_year=2570, prefix="TEST"
        )
        posted = kit.post_by_rule(
            rule_id="RV01",
            on=DAY,
            parts=[
                kit.Part(place=1, amount=Decimal("100.00")),
                kit.Part(place=2, amount=Decimal("100.00"), account="4401010104.001"),
            ],
            description="รับเงิน",
            document_id=drafted.id,
            officer=begun.officer,
            reference=number,
        )
        kit.documents.finish_step(begun=begun, number=number)

    assert (number, posted.number) == ("TEST-00001/70", "RV-00001/70")
    with inside():
        found = shown(kit, "TEST-00001-70")
    assert (found["id"], found["state"], found["number"]) == (str(drafted.id), "issued", number)
    assert found["version"] == 2
    (entry,) = found["journal_entries"]
    assert (entry["number"], entry["rule"], entry["amount"]) == ("RV-00001/70", "RV01", "100.00")
    steps = [(s["action"], s["position_th"], s["separation"]) for s in found["history"]]
    assert steps == [
        ("draft", "เจ้าหน้าที่จัดเก็บรายได้", None),
        ("issue", "เจ้าหน้าที่การเงิน", None),
    ]


def test_the_flow_and_the_slice_refuse_with_one_voice(kit, inside):
    from accounting.errors import Refusal

    collector = kit.officer("COLLECTOR")
    with inside():
        drafted = kit.documents.draft(workflow=kit.flow, contents=kit.contents(), officer=collector)
    other = Refusal(code="of_the_slice", message_th="ก", message_en="a", of_the_books=True)
    with pytest.raises(kit.documents.UnableToTakeStep) as refused, inside():
        begun = kit.documents.begin_step(
            workflow=kit.flow, document=drafted.id, action="issue", officer=collector
        )
        begun.assert_may([other])
    assert [r.code for r in refused.value.refusals] == ["role_lacks_step", "of_the_slice"]
    with pytest.raises(kit.documents.UnableToDraft), inside():
        kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(), officer=kit.officer("FIN_OFFICER")
        )


def test_a_step_is_never_finished_past_what_refuses_it(kit, inside):
    with inside():
        drafted = kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(), officer=kit.officer("COLLECTOR")
        )
    with pytest.raises(kit.documents.UnableToTakeStep), inside():
        begun = kit.documents.begin_step(
            workflow=kit.flow,
            document=drafted.id,
            action="issue",
            officer=kit.officer("COLLECTOR"),
        )
        kit.documents.finish_step(begun=begun)


def test_a_number_is_not_given_to_what_is_not_there(kit, inside):
    with inside():
        drafted = kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(), officer=kit.officer("COLLECTOR")
        )
    with pytest.raises(InvariantBroken), inside():
        kit.documents.give_number(document=replace(drafted, version=9), number="TEST-00009/70")


def test_one_officer_does_both_under_an_order_only_and_the_step_says_so(kit, inside):
    small_office = kit.officer("COLLECTOR", "FIN_OFFICER")
    with inside():
        drafted = kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(), officer=small_office
        )
    take = {"workflow": kit.flow, "document": drafted.id, "action": "issue"}
    with pytest.raises(kit.documents.UnableToTakeStep) as refused, inside():
        kit.documents.take_step(**take, officer=small_office)
    assert [r.code for r in refused.value.refusals] == ["separation_of_duties"]
    acting = replace(small_office, orders={"FIN_OFFICER": "12/2570 (2026-10-01)"})
    with inside():
        kit.documents.take_step(**take, officer=acting)
        found = shown(kit, drafted.id)["history"][-1]
    assert (found["separation"], found["acting_order"]) == ("draft", "12/2570 (2026-10-01)")
    assert found["is_acting"]


def test_another_hand_in_a_draft_is_a_step(kit, inside):
    first, second = kit.officer("COLLECTOR"), kit.officer("COLLECTOR")
    change = {"workflow": kit.flow, "contents": kit.contents("200.00")}
    with inside():
        drafted = kit.documents.draft(workflow=kit.flow, contents=kit.contents(), officer=first)
        change["document"] = drafted.id
        kit.documents.change_draft(**change, version=1, officer=first)
        assert [s["action"] for s in shown(kit, drafted.id)["history"]] == ["draft"]
        kit.documents.change_draft(**change, version=2, officer=second)
        assert [s["action"] for s in shown(kit, drafted.id)["history"]] == ["draft", "change"]


def test_numbers_have_no_gap_and_what_is_rolled_back_took_none(kit, inside):
    series = "69-03-00111-5340500"
    with inside():
        assert [kit.take(series=series, fiscal_year=2569) for _ in range(3)] == [1, 2, 3]
        assert kit.take(series=series, fiscal_year=2570) == 1
    with pytest.raises(RuntimeError), inside():
        kit.take(series=series, fiscal_year=2569)
        raise RuntimeError
    with inside():
        assert kit.take(series=series, fiscal_year=2569) == 4
    assert kit.printed(no=566, fiscal_year=2569) == "00566/69"


def test_the_database_keeps_a_number_as_it_was_given(kit, inside, body, as_owner):
    with inside():
        drafted = kit.documents.draft(
            workflow=kit.flow, contents=kit.contents(), officer=kit.officer("COLLECTOR")
        )
        begun = kit.documents.begin_step(
            workflow=kit.flow,
            document=drafted,
            action="issue",
            officer=kit.officer("FIN_OFFICER"),
        )
        kit.documents.finish_step(begun=begun, number="TEST-00007/70")
    with as_owner(body) as owner:
        for other in ("NULL", "'TEST-00008/70'"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(f"UPDATE document SET number = {other}")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute(
                "INSERT INTO document SELECT uuidv7(), kind, fiscal_year, state, document_date,"
                " description, amount, version, prepared_by, event_no, content, created_at, number"
                " FROM document"
            )


def test_an_entry_that_a_document_made_is_sealed_with_it_and_verified(kit, inside, body, as_owner):
    from accounting.journal import verification
    from accounting.journal.entry_number import read_number
    from accounting.journal.operations import UnableToReverseEntry, reverse_entry

    officer = kit.officer("FIN_OFFICER", "COLLECTOR")
    with inside():
        drafted = kit.documents.draft(workflow=kit.flow, contents=kit.contents(), officer=officer)
        parts = [
            kit.Part(place=1, amount=Decimal("5.00"), budget_line=None),
            kit.Part(place=2, amount=Decimal("5.00"), account="4401010104.001"),
        ]
        kit.post_by_rule(
            rule_id="RV01",
            on=DAY,
            parts=parts,
            description="รับเงิน",
            document_id=drafted.id,
            officer=officer,
        )
    undo = {
        "number": read_number("RV-00001/70"),
        "entry_date": DAY,
        "reason": "ผิด",
        "officer": officer,
    }
    with pytest.raises(UnableToReverseEntry) as refused, inside():
        reverse_entry(**undo)
    assert [r.code for r in refused.value.refusals] == ["made_by_a_document"]
    with inside():
        undoing = reverse_entry(**undo, document_id=drafted.id)
    assert undoing.number == "RV-00002/70"

    def findings():
        with inside():
            return [(found.check, found.event_no) for found in verification.verify_books().findings]

    assert findings() == []
    with as_owner(body) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE journal_entry SET rule = 'RV02' WHERE event_no = 1")
        assert findings() == [("rows are what was hashed", 1)]
        owner.execute("UPDATE journal_entry SET rule = 'RV01' WHERE event_no = 1")
        owner.execute("UPDATE document SET id = gen_random_uuid()")
        assert ("documents lead to their entries", 1) in findings()
