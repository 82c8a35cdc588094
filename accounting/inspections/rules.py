"""The flow of an inspection, and what may be accepted. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.documents.workflow import (
    CHANGE,
    MONEY_REGULATION,
    Step,
    Words,
    Workflow,
)
from accounting.errors import Refusal

_DRAFTERS = frozenset({"INSPECTION", "SUPPLY", "UNIT_CLERK"})
FLOW = Workflow(
    kind="INSPECT",
    name=Words("ใบตรวจรับ", "inspection"),
    drafts=_DRAFTERS,
    states={
        "draft": Words("ร่าง", "draft"),
        "accepted": Words("ตรวจรับแล้ว", "accepted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action=CHANGE,
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=_DRAFTERS,
        ),
        Step(
            action="accept",
            name=Words("ตรวจรับถูกต้องครบถ้วน", "Accept"),
            comes_from=("draft",),
            leads_to="accepted",
            roles=frozenset({"INSPECTION"}),
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=_DRAFTERS,
            needs_note=True,
        ),
    ),
)
_TAKING_DELIVERY = frozenset({"signed", "amended"})  # contracts


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionFacts:
    """What the decision depends on, besides the inspection itself.

    Attributes:
        buyers: who asked for the purchase and who made the contract.
        accepted: what was accepted of the contract before.
    """

    contract_state: str
    contract_amount: Decimal
    contract_signed_on: date
    accepted: Decimal
    buyers: frozenset[UUID]


def inspection_refusals(
    *, amount: Decimal, accepted_on: date, facts: InspectionFacts
) -> Iterator[Refusal]:
    """Yield why what was delivered may not be accepted; the contract's amount is inclusive."""
    if facts.contract_state not in _TAKING_DELIVERY:
        yield _refusal(
            "contract_ended",
            "/contract",
            "สัญญานี้สิ้นสุดแล้ว",
            f"the contract is {facts.contract_state}",
        )
    left = facts.contract_amount - facts.accepted
    if amount > left:
        yield _refusal(
            "over_contract",
            "/lines",
            f"ตรวจรับ {amount:,.2f} บาท เกินวงเงินสัญญาที่เหลือ {left:,.2f} บาท"
            f" อยู่ {amount - left:,.2f} บาท",
            f"{amount:,.2f} is {amount - left:,.2f} over the {left:,.2f} left of the contract",
        )
    if accepted_on < facts.contract_signed_on:
        yield _refusal(
            "before_contract",
            "/accepted_on",
            "วันตรวจรับต้องไม่ก่อนวันลงนามสัญญา",
            "nothing is accepted before the contract is signed",
        )


def buyer_refusals(*, inspector: UUID, buyers: frozenset[UUID]) -> Iterator[Refusal]:
    """Yield why an officer may not accept: whoever bought it does not inspect it."""
    if inspector in buyers:
        yield Refusal(
            code="separation_of_duties",
            message_th="ผู้ขอซื้อหรือผู้จัดซื้อตรวจรับพัสดุที่ตนซื้อไม่ได้",
            message_en="whoever bought it may not inspect it",
            of_the_books=True,
            rule="BUYER-INSPECTOR",
            regulation=MONEY_REGULATION,
        )


def _refusal(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="EX02",
    )
