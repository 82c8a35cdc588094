"""The flow of a general voucher. Pure: no ORM, no clock, no I/O."""

from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow

_EITHER = frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})
_ACCOUNTANT = frozenset({"ACCOUNTANT"})

# Rule: whoever prepares does not check (separation of duties, MOI-MONEY-2566), acting or not: there
# is always an accountant besides the director of finance.
FLOW = Workflow(
    kind="JV",
    name=Words("ใบผ่านรายการบัญชีทั่วไป", "general voucher"),
    drafts=_ACCOUNTANT,
    states={
        "draft": Words("ร่าง", "draft"),
        "checked": Words("ตรวจแล้ว", "checked"),
        "posted": Words("บันทึกบัญชีแล้ว", "posted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action=CHANGE,
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=_ACCOUNTANT,
        ),
        Step(
            action="check",
            name=Words("ตรวจสอบ", "Check"),
            comes_from=("draft",),
            leads_to="checked",
            roles=_EITHER,
            differs_from=(DRAFT,),
            may_be_waived=False,
            signs=True,
        ),
        Step(
            action="post",
            name=Words("บันทึกบัญชี", "Post"),
            comes_from=("checked",),
            leads_to="posted",
            roles=_ACCOUNTANT,
            signs=True,
        ),
        Step(
            action="return",
            name=Words("ส่งคืน", "Return"),
            comes_from=("checked",),
            leads_to="draft",
            roles=_EITHER,
            needs_note=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft", "checked"),
            leads_to="cancelled",
            roles=_EITHER,
            needs_note=True,
        ),
    ),
    rule="GV-STEP",
)
