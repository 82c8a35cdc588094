"""The flow of a purchase request. Pure: no ORM, no clock, no I/O."""

from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow

BUYERS = frozenset({"UNIT_CLERK", "UNIT_HEAD", "SUPPLY"})
FLOW = Workflow(
    kind="PR",
    name=Words("ใบขอซื้อขอจ้าง", "purchase request"),
    drafts=BUYERS,
    states={
        "draft": Words("ร่าง", "draft"),
        "approved": Words("อนุมัติแล้ว", "approved"),
        "contracted": Words("ทำสัญญาแล้ว", "contracted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action=CHANGE,
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=BUYERS,
        ),
        Step(
            action="approve",
            name=Words("อนุมัติให้ซื้อหรือจ้าง", "Approve"),
            comes_from=("draft",),
            leads_to="approved",
            roles=frozenset({"EXECUTIVE"}),
            differs_from=(DRAFT, CHANGE),
            signs=True,
        ),
        Step(
            action="contract",
            name=Words("บันทึกสัญญาหรือใบสั่ง", "Record the contract"),
            comes_from=("approved",),
            leads_to="contracted",
            roles=frozenset({"SUPPLY"}),
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft", "approved"),
            leads_to="cancelled",
            roles=frozenset({"UNIT_HEAD", "SUPPLY", "EXECUTIVE"}),
            needs_note=True,
        ),
    ),
)
