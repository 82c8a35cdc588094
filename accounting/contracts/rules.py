"""The flow of a contract, and how much it may be for. Pure: no ORM, no clock, no I/O."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from accounting.documents.workflow import Parts, Step, Words, Workflow
from accounting.errors import Refusal

E_GP_NUMBER = re.compile(r"[0-9]{11}")
_SUPPLY = frozenset({"SUPPLY"})
FLOW = Workflow(
    kind="CONTRACT",
    name=Words("สัญญาหรือใบสั่งซื้อสั่งจ้าง", "contract"),
    drafts=_SUPPLY,
    states={
        "signed": Words("ลงนามแล้ว", "signed"),
        "amended": Words("แก้ไขสัญญาแล้ว", "amended"),
        "completed": Words("ตรวจรับครบแล้ว", "completed"),
        "terminated": Words("เลิกสัญญา", "terminated"),
    },
    steps=(
        Step(
            action="amend",
            name=Words("บันทึกต่อท้ายสัญญา", "Record an annex"),
            comes_from=("signed", "amended"),
            leads_to="amended",
            roles=_SUPPLY,
            needs_note=True,
        ),
        Step(
            action="complete",
            name=Words("ตรวจรับงวดสุดท้าย", "Accept the last part"),
            comes_from=("signed", "amended"),
            leads_to="completed",
            roles=frozenset({"INSPECTION"}),
            in_parts=Parts("INSPECT", "contract"),
        ),
        Step(
            action="terminate",
            name=Words("เลิกสัญญา", "Terminate"),
            comes_from=("signed", "amended"),
            leads_to="terminated",
            roles=frozenset({"EXECUTIVE"}),
            needs_note=True,
        ),
    ),
)


def contract_refusals(
    *, amount: Decimal, requested: Decimal, signed_on: date, requested_on: date
) -> Iterator[Refusal]:
    """Yield why a contract does not stand on its purchase request; both limits are inclusive.

    Rule: nothing is bought for more than was approved (ระเบียบกระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้าง 2560).
    """
    if amount > requested:
        yield _refusal(
            "over_request",
            "/amount",
            f"วงเงินสัญญา {amount:,.2f} บาท เกินที่อนุมัติไว้ {requested:,.2f} บาท"
            f" อยู่ {amount - requested:,.2f} บาท",
            f"the contract's {amount:,.2f} is {amount - requested:,.2f} over the"
            f" {requested:,.2f} that was approved",
        )
    if signed_on < requested_on:
        yield _refusal(
            "before_request",
            "/signed_on",
            "วันลงนามต้องไม่ก่อนวันที่ขอซื้อขอจ้าง",
            "it may not be signed before it was requested",
        )


def amendment_refusals(*, amount: Decimal, before: Decimal, accepted: Decimal) -> Iterator[Refusal]:
    """Yield why an annex may not make a contract that large or that small."""
    if amount > before:
        yield _refusal(
            "over_contract",
            "/amount",
            f"เพิ่มวงเงินสัญญาจาก {before:,.2f} เป็น {amount:,.2f} บาท ต้องขอซื้อขอจ้างใหม่ในส่วนที่เพิ่ม",
            f"{amount:,.2f} is more than the {before:,.2f} that was approved: what is added needs a"
            " purchase request of its own",
        )
    if amount < accepted:
        yield _refusal(
            "below_accepted",
            "/amount",
            f"ตรวจรับไปแล้ว {accepted:,.2f} บาท ลดวงเงินสัญญาต่ำกว่านั้นไม่ได้",
            f"{accepted:,.2f} has been accepted; the contract may not be for less",
        )


def state_after_annex(*, amount: Decimal, accepted: Decimal) -> str:
    """Return where an annex leads a contract that is for ``amount`` from now on.

    The last inspection completes a contract (data/workflow_states.csv). Whoever agrees that no more
    is delivered than was accepted makes the inspection before it the last.
    """
    return "completed" if amount == accepted else "amended"


def _refusal(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="EX01",
    )
