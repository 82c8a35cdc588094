"""The flows of the budget's documents: who proposes, who decides. Pure."""

from accounting.budget.rules import REGULATION
from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow

_OFFICER = frozenset({"BUDGET_OFFICER"})
_EXECUTIVE, _COUNCIL = frozenset({"EXECUTIVE"}), frozenset({"COUNCIL"})
_SUPERVISOR = frozenset({"PROVINCE", "DISTRICT"})

_CHANGED = Step(
    action=CHANGE,
    name=Words("แก้ไข", "Change"),
    comes_from=("draft",),
    leads_to="draft",
    roles=_OFFICER,
)
_CANCELLED = Step(
    action="cancel",
    name=Words("ยกเลิก", "Cancel"),
    comes_from=("draft",),
    leads_to="cancelled",
    roles=_OFFICER,
    needs_note=True,
)
# Three decide on one ordinance, none for another: the council, the supervisor, the executive.
_OF_AN_ORDINANCE = (
    _CHANGED,
    Step(
        action="propose",
        name=Words("เสนอสภาท้องถิ่น", "Propose"),
        comes_from=("draft",),
        leads_to="proposed",
        roles=_OFFICER,
        signs=True,
    ),
    Step(
        action="council-approve",
        name=Words("สภาท้องถิ่นเห็นชอบ (สามวาระ)", "Resolve by the council"),
        comes_from=("proposed",),
        leads_to="council_approved",
        roles=_COUNCIL,
        differs_from=(DRAFT, "propose"),
        may_be_waived=False,
        signs=True,
    ),
    Step(
        action="agree",
        name=Words("ผู้กำกับดูแลเห็นชอบ", "Agree as supervisor"),
        comes_from=("council_approved",),
        leads_to="agreed",
        roles=_SUPERVISOR,
        differs_from=(DRAFT, "propose", "council-approve"),
        may_be_waived=False,
        signs=True,
    ),
    Step(
        action="sign",
        name=Words("ลงนามและประกาศใช้", "Sign and promulgate"),
        comes_from=("agreed",),
        leads_to="signed",
        roles=_EXECUTIVE,
        differs_from=("council-approve", "agree"),
        may_be_waived=False,
        signs=True,
    ),
    Step(
        action="put-in-force",
        name=Words("บังคับใช้ (ตั้งงบประมาณ)", "Put in force"),
        comes_from=("signed",),
        leads_to="in_force",
        roles=_OFFICER,
        signs=True,
    ),
    Step(
        action="return",
        name=Words("ส่งคืนแก้ไข", "Return"),
        comes_from=("proposed",),
        leads_to="draft",
        roles=_COUNCIL,
        needs_note=True,
    ),
    Step(
        action="disagree",
        name=Words("ผู้กำกับดูแลไม่เห็นชอบ ส่งคืน", "Disagree as supervisor"),
        comes_from=("council_approved",),
        leads_to="draft",
        roles=_SUPERVISOR,
        needs_note=True,
    ),
    _CANCELLED,
)
_STATES_OF_AN_ORDINANCE = {
    "draft": Words("ร่าง", "draft"),
    "proposed": Words("เสนอสภาแล้ว", "proposed"),
    "council_approved": Words("สภาเห็นชอบแล้ว", "approved by the council"),
    "agreed": Words("ผู้กำกับดูแลเห็นชอบแล้ว", "agreed"),
    "signed": Words("ประกาศใช้แล้ว", "signed"),
    "in_force": Words("มีผลใช้บังคับ", "in force"),
    "cancelled": Words("ยกเลิก", "cancelled"),
}


def _decided(states: tuple[str, str]) -> tuple[Step, ...]:
    """Return the two steps of what the executive or the council decides, as the rule says."""
    by_executive, by_council = states
    return (
        _CHANGED,
        Step(
            action="approve",
            name=Words("ผู้บริหารอนุมัติ", "Approve"),
            comes_from=("draft",),
            leads_to=by_executive,
            roles=_EXECUTIVE,
            differs_from=(DRAFT,),
            signs=True,
        ),
        Step(
            action="council-approve",
            name=Words("สภาท้องถิ่นอนุมัติ", "Resolve by the council"),
            comes_from=("draft",),
            leads_to=by_council,
            roles=_COUNCIL,
            differs_from=(DRAFT,),
            may_be_waived=False,
            signs=True,
        ),
        _CANCELLED,
    )


ORDINANCE = Workflow(
    kind="BORD",
    name=Words("ข้อบัญญัติ/เทศบัญญัติงบประมาณรายจ่าย", "budget ordinance"),
    drafts=_OFFICER,
    states=_STATES_OF_AN_ORDINANCE,
    steps=_OF_AN_ORDINANCE,
    rule="BUD-STEP",
    regulation=REGULATION,
)
SUPPLEMENTARY = Workflow(
    kind="BSUP",
    name=Words("งบประมาณรายจ่ายเพิ่มเติม", "supplementary ordinance"),
    drafts=_OFFICER,
    states=_STATES_OF_AN_ORDINANCE,
    steps=_OF_AN_ORDINANCE,
    rule="BUD-STEP",
    regulation=REGULATION,
)
APPROPRIATION = Workflow(
    kind="BAPP",
    name=Words("เงินนอกงบประมาณที่ได้รับอนุมัติให้จ่าย", "appropriation outside the budget"),
    drafts=_OFFICER,
    states={
        "draft": Words("ร่าง", "draft"),
        "in_force": Words("มีผลใช้บังคับ", "in force"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=_decided(("in_force", "in_force")),
    rule="BUD-STEP",
    regulation=REGULATION,
)
TRANSFER = Workflow(
    kind="BTRF",
    name=Words("โอนงบประมาณรายจ่าย", "budget transfer"),
    drafts=_OFFICER,
    states={
        "draft": Words("ร่าง", "draft"),
        "approved": Words("ผู้บริหารอนุมัติแล้ว", "approved"),
        "council_approved": Words("สภาอนุมัติแล้ว", "approved by the council"),
        "announced": Words("ประกาศแล้ว", "announced"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        *_decided(("approved", "council_approved")),
        Step(
            action="announce",
            name=Words("ประกาศและรายงาน", "Announce"),
            comes_from=("approved", "council_approved"),
            leads_to="announced",
            roles=_OFFICER,
        ),
    ),
    rule="BUD-STEP",
    regulation=REGULATION,
)
EXPLANATION = Workflow(
    kind="BEXP",
    name=Words("แก้ไขเปลี่ยนแปลงคำชี้แจงงบประมาณ", "change of explanation"),
    drafts=_OFFICER,
    states={
        "draft": Words("ร่าง", "draft"),
        "approved": Words("อนุมัติแล้ว", "approved"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=_decided(("approved", "approved")),
    rule="BUD-STEP",
    regulation=REGULATION,
)
