"""The flow of a document: who may take which step, and who may not do both. Pure."""

from uuid import uuid4

import pytest

from accounting.documents.workflow import (
    Step,
    Taken,
    Words,
    Workflow,
    next_steps,
    step_refusals,
    waived_separation,
)
from accounting.officers import POSITIONS, Officer

FLOW = Workflow(
    kind="DIKA",
    name=Words("ฎีกา", "voucher"),
    drafts=frozenset({"UNIT_CLERK"}),
    states={
        "draft": Words("ร่าง", "draft"),
        "requested": Words("ขอเบิก", "requested"),
        "examined": Words("ตรวจแล้ว", "examined"),
    },
    steps=(
        Step(
            action="request",
            name=Words("ขอเบิก", "Request"),
            comes_from=("draft",),
            leads_to="requested",
            roles=frozenset({"UNIT_HEAD"}),
        ),
        Step(
            action="examine",
            name=Words("ตรวจฎีกา", "Examine"),
            comes_from=("requested",),
            leads_to="examined",
            roles=frozenset({"FIN_DIRECTOR"}),
            differs_from=("draft", "request"),
        ),
        Step(
            action="return",
            name=Words("ส่งคืน", "Return"),
            comes_from=("requested", "examined"),
            leads_to="draft",
            roles=frozenset({"FIN_DIRECTOR", "CLERK_LAO"}),
            needs_note=True,
        ),
    ),
)
ME, SOMEBODY = uuid4(), uuid4()


def officer(*roles, **orders):
    return Officer(
        id=ME, name_th="นางสาวสมหญิง ใจดี", roles=frozenset([*roles, *orders]), orders=orders
    )


def refused(state, action, who, *history, note=None):
    found = step_refusals(FLOW, state=state, action=action, officer=who, history=history, note=note)
    return list(found)


def codes(*arguments, **options):
    return [refusal.code for refusal in refused(*arguments, **options)]


def test_a_step_is_open_to_its_roles_in_its_state():
    assert codes("draft", "request", officer("UNIT_HEAD")) == []
    assert codes("requested", "request", officer("UNIT_HEAD")) == ["wrong_step"]
    assert codes("draft", "approve", officer("UNIT_HEAD")) == ["wrong_step"]


def test_a_refusal_names_who_may_in_both_languages():
    (lacks,) = refused("requested", "examine", officer("UNIT_HEAD"))
    assert lacks.code == "role_lacks_step"
    assert "ผู้อำนวยการกองคลัง" in lacks.message_th
    assert "director of finance" in lacks.message_en
    assert lacks.of_the_books
    (wrong,) = refused("draft", "examine", officer("FIN_DIRECTOR"))
    assert "ขอเบิก" in wrong.message_th, "it names what can be done instead"


def test_every_reason_is_told_at_once():
    assert codes("requested", "return", officer("UNIT_HEAD"), note="  ") == [
        "role_lacks_step",
        "required",
    ]
    assert codes("requested", "return", officer("CLERK_LAO"), note="แก้ไขจำนวนเงิน") == []


def test_whoever_requested_does_not_examine():
    both = officer("UNIT_HEAD", "FIN_DIRECTOR")
    history = [Taken("draft", SOMEBODY), Taken("request", ME)]
    (refusal,) = refused("requested", "examine", both, *history)
    assert refusal.code == "separation_of_duties"
    assert "2566" in refusal.regulation
    assert "คำสั่ง" in refusal.message_th
    assert codes("requested", "examine", both, Taken("request", SOMEBODY)) == []


def test_every_hand_in_the_draft_made_it():
    history = [Taken("draft", SOMEBODY), Taken("change", ME), Taken("change", SOMEBODY)]
    assert codes("requested", "examine", officer("FIN_DIRECTOR"), *history) == [
        "separation_of_duties"
    ]


def test_of_a_step_taken_again_the_last_one_counts():
    history = [Taken("request", ME), Taken("return", SOMEBODY), Taken("request", SOMEBODY)]
    assert codes("requested", "examine", officer("FIN_DIRECTOR"), *history) == []


@pytest.mark.parametrize(
    ("who", "requested_under"),
    [
        (officer("UNIT_HEAD", FIN_DIRECTOR="12/2569 (2026-10-01)"), ""),
        (officer("FIN_DIRECTOR"), "12/2569 (2026-10-01)"),
    ],
)
def test_a_formal_acting_order_lets_one_officer_do_both_and_is_recorded(who, requested_under):
    history = [Taken("request", ME, requested_under)]
    assert codes("requested", "examine", who, *history) == []
    step = FLOW.step("requested", "examine")
    assert waived_separation(step, who, history) == "request"
    assert waived_separation(step, who, [Taken("request", SOMEBODY)]) is None


def test_whoever_acts_is_printed_with_both_positions():
    acting = officer("SUPPLY", FIN_DIRECTOR="12/2569 (2026-10-01)").in_office({"FIN_DIRECTOR"})
    assert acting.is_acting
    assert acting.acting_order == "12/2569 (2026-10-01)"
    assert acting.position_th == "เจ้าหน้าที่พัสดุ รักษาราชการแทน ผู้อำนวยการกองคลัง"
    own = officer("ACCOUNTANT", FIN_DIRECTOR="12/2569").in_office({"FIN_DIRECTOR", "ACCOUNTANT"})
    assert (own.is_acting, own.position_th) == (False, "เจ้าหน้าที่บัญชี"), "in full comes first"
    nobody = officer("COLLECTOR").in_office({"EXECUTIVE"})
    assert (nobody.is_acting, nobody.position_th) == (False, "")


def test_who_may_act_next_is_told_in_the_order_of_the_flow():
    assert [step["action"] for step in next_steps(FLOW, "requested")] == ["examine", "return"]
    assert next_steps(FLOW, "examined")[0]["needs_note"] is True


def test_every_role_has_a_position():
    from tenants.officers.appointments import roles

    assert set(POSITIONS) == set(roles())
