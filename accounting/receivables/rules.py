"""When a receivable is set up. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounting.cash import OVERPAID
from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.receivables.drafts import ReceivableDraft

MAKERS = frozenset({"COLLECTOR", "FIN_OFFICER"})
CHECKERS = frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})

# A tax's receivable, and its revenue.
TAXES = {
    "1102050194.001": "4401010101.001",  # ภาษีโรงเรือนและที่ดิน, arrears
    "1102050194.002": "4401010102.001",  # ภาษีบำรุงท้องที่, arrears
    "1102050194.003": "4401010103.001",  # ภาษีป้าย
    "1102050194.004": "4401010104.001",  # ภาษีที่ดินและสิ่งปลูกสร้าง
}
# Goods and services: from government offices, from others; and what they may be for.
SALES = frozenset({"1102050101.001", "1102050102.001"})
_SOLD = ("440109", "440106", "4401030106", "4404")  # goods, services, rents, refuse, enterprises
# A grant that was promised, whose cost comes before its cash; and what it becomes.
PROMISED_GRANT = "1102050193."
GRANTS = frozenset({"4403010103.001", "4403010104.001"})

FLOW = Workflow(
    kind="RECVBL",
    name=Words("ใบตั้งลูกหนี้", "receivable"),
    drafts=MAKERS,
    states={
        "draft": Words("รอตรวจ", "to be checked"),
        "recorded": Words("ตั้งลูกหนี้แล้ว", "recorded"),
        "cancelled": Words("ยกเลิก", "cancelled"),
        "reversed": Words("กลับรายการแล้ว", "reversed"),
    },
    steps=(
        Step(
            action="change",
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=MAKERS,
        ),
        Step(
            action="record",
            name=Words("ตรวจและตั้งลูกหนี้", "Check and record"),
            comes_from=("draft",),
            leads_to="recorded",
            roles=CHECKERS,
            differs_from=("draft",),
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=MAKERS | CHECKERS,
            needs_note=True,
        ),
        Step(
            action="reverse",
            name=Words("กลับรายการ", "Reverse"),
            comes_from=("recorded",),
            leads_to="reversed",
            roles=frozenset({"FIN_DIRECTOR"}),
            needs_note=True,
            differs_from=("draft",),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverpaidFacts:
    """What the books know of the voucher that paid too much; ``left`` by the account charged."""

    made_on: date
    left: Mapping[str, Decimal]


def receivable_refusals(
    draft: ReceivableDraft, overpaid: OverpaidFacts | None = None
) -> Iterator[Refusal]:
    """Yield every reason to refuse, those found while reading first; none means keep.

    Rule: a tax is revenue when it is paid inside of the collection window; what is unpaid after its
    due date becomes a receivable (accounting policy 3.x of audited statements, S_TC67).
    """
    yield from draft.refusals
    if draft.account == OVERPAID:
        yield from _overpaid_refusals(draft, overpaid)
    elif draft.account in TAXES:
        yield from _tax_refusals(draft)
    elif draft.account in SALES:
        if draft.revenue and not draft.revenue.startswith(_SOLD):
            yield _refusal(
                "revenue_of_another_kind",
                "/revenue",
                f"บัญชี {draft.revenue} ไม่ใช่รายได้ค่าสินค้า บริการ ค่าเช่า หรือค่าธรรมเนียม",
                f"account {draft.revenue} is no revenue of goods, services, rents or fees",
                "RV14",
            )
    elif draft.account and draft.account.startswith(PROMISED_GRANT):
        if draft.revenue and draft.revenue not in GRANTS:
            yield _refusal(
                "revenue_of_another_kind",
                "/revenue",
                f"บัญชี {draft.revenue} ไม่ใช่รายได้เงินอุดหนุนระบุวัตถุประสงค์/เฉพาะกิจ",
                f"account {draft.revenue} is no revenue of specified or specific grants",
                "RV10",
            )
    elif draft.account:
        yield _refusal(
            "no_receivable",
            "/account",
            f"บัญชี {draft.account} ไม่ใช่ลูกหนี้ภาษี ค่าสินค้าและบริการ เงินอุดหนุนค้างรับ หรือเงินรอรับคืน",
            f"account {draft.account} is no receivable of taxes, sales, grants or over-payments",
            "RV04",
        )


def rule_of(draft: ReceivableDraft) -> str:
    """Return the posting rule it follows."""
    if draft.account in TAXES:
        return "RV04"
    if draft.account == OVERPAID:
        return "EX16"
    return "RV10" if (draft.account or "").startswith(PROMISED_GRANT) else "RV14"


def _overpaid_refusals(draft: ReceivableDraft, overpaid: OverpaidFacts | None) -> Iterator[Refusal]:
    """Yield why an over-payment may not be recovered: no such payment, or no more of it.

    Rule: what was paid too much is taken out of the expense that was charged (EX16), and comes back
    by a receipt.
    """
    if overpaid is None:
        yield _refusal(
            "unknown_voucher",
            "/voucher",
            "เงินรอรับคืนต้องระบุเลขที่ฎีกาที่จ่ายแล้ว",
            "an over-payment names the voucher that paid it, by its number",
            "EX16",
        )
        return
    if draft.recorded_on and draft.recorded_on < overpaid.made_on:
        yield _refusal(
            "before_voucher",
            "/recorded_on",
            f"วันที่ตั้งต้องไม่ก่อนวันที่ของฎีกา ({overpaid.made_on:%Y-%m-%d})",
            f"must not be before its voucher ({overpaid.made_on:%Y-%m-%d})",
            "EX16",
        )
    if not draft.revenue or draft.amount is None:
        return
    left = overpaid.left.get(draft.revenue)
    if left is None:
        told = ", ".join(sorted(overpaid.left))
        yield _refusal(
            "not_charged",
            "/revenue",
            f"ฎีกานี้ไม่ได้ตั้งจ่ายจากบัญชี {draft.revenue} แต่ตั้งจ่ายจาก {told}",
            f"the voucher was not charged to account {draft.revenue} but to {told}",
            "EX16",
        )
    elif draft.amount > left:
        yield _refusal(
            "over_payment_not_enough",
            "/amount",
            f"เรียกคืน {draft.amount:,.2f} เกินที่จ่ายและยังไม่ได้เรียกคืน {left:,.2f}"
            f" อยู่ {draft.amount - left:,.2f} บาท",
            f"{draft.amount:,.2f} is {draft.amount - left:,.2f} over the {left:,.2f} that was paid"
            " and is not being recovered",
            "EX16",
        )


def _tax_refusals(draft: ReceivableDraft) -> Iterator[Refusal]:
    meant = TAXES[draft.account or ""]
    if draft.revenue and draft.revenue != meant:
        yield _refusal(
            "revenue_of_another_kind",
            "/revenue",
            f"ลูกหนี้ {draft.account} คู่กับรายได้ {meant}",
            f"the revenue of {draft.account} is {meant}",
            "RV04",
        )
    if draft.recorded_on and draft.due_on and draft.recorded_on <= draft.due_on:
        yield _refusal(
            "not_due_yet",
            "/recorded_on",
            f"ตั้งลูกหนี้ภาษีได้หลังวันครบกำหนดชำระ ({draft.due_on:%Y-%m-%d}) เท่านั้น",
            f"a tax becomes a receivable after its due date ({draft.due_on:%Y-%m-%d}) only",
            "RV04",
        )


def _refusal(code: str, pointer: str, message_th: str, message_en: str, rule: str) -> Refusal:
    return Refusal(
        code=code, pointer=pointer, message_th=message_th, message_en=message_en, rule=rule
    )
