"""The flow of a ฎีกา and what it must add up to. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting import money
from accounting.disbursement.drafts import CHARGED_BY_ITSELF, INSPECTION, VoucherDraft
from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow
from accounting.errors import Refusal
from accounting.withholding_tax import rules as withholding

_DIVISION = frozenset({"UNIT_CLERK", "UNIT_HEAD"})
_MAY_RETURN = frozenset({"FIN_OFFICER", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"})
BETWEEN_UNITS = "5210010121."  # support between the body and its units
PROPOSE = "propose"  # the fourth signature box, signed with the third by the same officer
FLOW = Workflow(
    kind="DIKA",
    name=Words("ฎีกาเบิกเงินรายจ่าย", "disbursement voucher"),
    drafts=_DIVISION,
    beside={PROPOSE: Words("เสนอปลัด", "Propose")},
    states={
        "draft": Words("ร่าง", "draft"),
        "requested": Words("ขอเบิกแล้ว", "requested"),
        "received": Words("คลังรับแล้ว", "received"),
        "examined": Words("ตรวจแล้ว", "examined"),
        "endorsed": Words("เห็นควรอนุมัติ", "endorsed"),
        "approved": Words("อนุมัติแล้ว", "approved"),
        "paid": Words("จ่ายเงินแล้ว", "paid"),
        "returned": Words("คืนหน่วยงานผู้เบิก", "returned"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        *(
            Step(
                action=CHANGE,
                name=Words("แก้ไข", "Change"),
                comes_from=(state,),
                leads_to=state,
                roles=_DIVISION,
            )
            for state in ("draft", "returned")
        ),
        Step(
            action="request",
            name=Words("ขอเบิกเงินรายจ่าย", "Request"),
            comes_from=("draft", "returned"),
            leads_to="requested",
            roles=frozenset({"UNIT_HEAD"}),
            signs=True,
        ),
        Step(
            action="receive",
            name=Words("คลังรับ ตรวจสอบเงินคงเหลือ", "Receive"),
            comes_from=("requested",),
            leads_to="received",
            roles=frozenset({"FIN_OFFICER"}),
            differs_from=("request",),
            signs=True,
        ),
        Step(
            action="examine",
            name=Words("ตรวจฎีกา และเสนอปลัด", "Examine"),
            comes_from=("received",),
            leads_to="examined",
            roles=frozenset({"FIN_DIRECTOR"}),
            differs_from=(DRAFT, CHANGE, "request"),
            signs=True,
        ),
        Step(
            action="endorse",
            name=Words("เห็นควรอนุมัติ เสนอนายก", "Endorse"),
            comes_from=("examined",),
            leads_to="endorsed",
            roles=frozenset({"CLERK_LAO"}),
            signs=True,
        ),
        Step(
            action="approve",
            name=Words("อนุมัติให้เบิกจ่าย", "Approve"),
            comes_from=("endorsed",),
            leads_to="approved",
            roles=frozenset({"EXECUTIVE"}),
            differs_from=(DRAFT, CHANGE, "request"),
            signs=True,
        ),
        Step(  # by a report of cheques, when it is signed
            action="pay",
            name=Words("จัดทำรายงานการจัดทำเช็ค/ใบถอน", "Pay"),
            comes_from=("approved",),
            leads_to="paid",
            roles=frozenset({"FIN_OFFICER"}),
        ),
        Step(
            action="return",
            name=Words("คืนหน่วยงานผู้เบิก", "Return"),
            comes_from=("requested", "received", "examined", "endorsed"),
            leads_to="returned",
            roles=_MAY_RETURN,
            needs_note=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิกก่อนจ่าย", "Cancel"),
            comes_from=("approved",),
            leads_to="cancelled",
            roles=frozenset({"EXECUTIVE"}),
            needs_note=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft", "returned"),
            leads_to="cancelled",
            roles=_DIVISION,
            needs_note=True,
        ),
    ),
)

PAID_BY_REPORT = Refusal(
    code="by_cheque_report",
    message_th="จ่ายโดยรายงานการจัดทำเช็ค/ใบถอน ที่อนุมัติและลงนามแล้ว",
    message_en="it is paid by a cheque report that is approved and signed",
    of_the_books=True,
    rule="CHEQUE-REPORT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeFacts:
    """What the register says of who is paid."""

    name: str
    legal_form: str
    sector: str | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the budget says of the line that is charged."""

    fiscal_year: int
    fund_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFacts:
    """All that the decision depends on, besides the voucher itself.

    Attributes:
        unit_is_active: whether the division that asks is in use; None when there is none such.
        payee, line: None when there is none such.
        owed: what the source owes: the amount of an inspection; None when that is not fixed.
        owed_to: whom the source owes it to, by name; empty when that is not fixed.
        is_owed_elsewhere: the payee or the budget line is another than the source's.
    """

    unit_is_active: bool | None
    payee: PayeeFacts | None
    line: LineFacts | None
    source_exists: bool
    owed: Decimal | None = None
    owed_to: str = ""
    is_owed_elsewhere: bool = False


def voucher_refusals(draft: VoucherDraft, facts: VoucherFacts, *, on: date) -> Iterator[Refusal]:
    """Yield every reason why a voucher cannot stand; those found while reading come first."""
    yield from draft.refusals
    yield from _unit_and_line_refusals(draft, facts)
    yield from _source_refusals(draft, facts)
    yield from _amount_refusals(draft)
    if facts.payee is None:
        if draft.payee is not None:
            yield _about("unknown_payee", "/payee", "ไม่พบผู้รับเงินในทะเบียน", "no such payee")
    elif not facts.payee.is_active:
        yield _about("retired_payee", "/payee", "ผู้รับเงินเลิกใช้แล้ว", "the payee is retired")
    else:
        yield from _withholding_refusals(draft, facts.payee, on)


def _unit_and_line_refusals(draft: VoucherDraft, facts: VoucherFacts) -> Iterator[Refusal]:
    if draft.unit and not facts.unit_is_active:
        yield _about("unknown_unit", "/unit", "ไม่พบกอง/สำนักนี้", "there is no such division")
    line = facts.line
    if draft.budget_line and line is None:
        yield _about(
            "unknown_budget_line", "/budget_line", "ไม่พบรายการงบประมาณนี้", "no such budget line"
        )
    if line and draft.fiscal_year and line.fiscal_year != draft.fiscal_year:
        yield _about(
            "other_fiscal_year",
            "/budget_line",
            f"รายการงบประมาณเป็นของปี {line.fiscal_year}",
            f"the line is of fiscal year {line.fiscal_year}",
        )


def _source_refusals(draft: VoucherDraft, facts: VoucherFacts) -> Iterator[Refusal]:
    if not facts.source_exists:
        yield _about("unknown_source", "/source/id", "ไม่พบเอกสารต้นทาง", "there is no such source")
        return
    if facts.is_owed_elsewhere:
        yield _about(
            "not_of_the_source",
            "/source/id",
            f"ผู้รับเงินหรือรายการงบประมาณไม่ตรงกับเอกสารต้นทาง ({facts.owed_to})",
            f"the payee or the budget line is not the source's ({facts.owed_to})",
        )
    if facts.owed is None or draft.gross is None:
        return
    if draft.source_kind == INSPECTION and draft.gross != facts.owed:
        yield _about(
            "not_what_is_owed",
            "/gross",
            f"ขอเบิก {draft.gross:,.2f} บาท แต่ตรวจรับไว้ {facts.owed:,.2f} บาท",
            f"{draft.gross:,.2f} is asked, {facts.owed:,.2f} was accepted",
        )
    elif draft.gross > facts.owed:
        yield _about(
            "over_source",
            "/gross",
            f"ขอเบิก {draft.gross:,.2f} บาท เกินที่มีอยู่ {facts.owed:,.2f} บาท"
            f" อยู่ {draft.gross - facts.owed:,.2f} บาท",
            f"{draft.gross:,.2f} is asked, {facts.owed:,.2f} is there,"
            f" short {draft.gross - facts.owed:,.2f}",
        )


def _amount_refusals(draft: VoucherDraft) -> Iterator[Refusal]:
    if draft.gross is None:
        return
    if draft.vat > draft.gross:
        yield _about("vat_over_gross", "/vat", "ภาษีมูลค่าเพิ่มเกินจำนวนเงินที่ขอเบิก", "is over the gross")
    deducted = sum((one.amount for one in draft.deductions), money.ZERO)
    if deducted > draft.gross:
        yield _about(
            "deductions_over_gross",
            "/deductions",
            f"หักรวม {deducted:,.2f} บาท เกินจำนวนเงินที่ขอเบิก {draft.gross:,.2f} บาท",
            f"deductions of {deducted:,.2f} are over the gross of {draft.gross:,.2f}",
        )
    stated = draft.withheld
    if draft.source_kind == "payroll":
        listed = sum((one.tax for one in draft.people), money.ZERO)
        if stated != listed:
            yield _about(
                "people_differ",
                "/people",
                f"ภาษีรายคนรวม {listed:,.2f} บาท ไม่เท่ากับภาษีที่หัก {stated:,.2f} บาท",
                f"the taxes of the people sum to {listed:,.2f}, {stated:,.2f} is withheld",
            )


def _withholding_refusals(draft: VoucherDraft, payee: PayeeFacts, on: date) -> Iterator[Refusal]:
    """Refuse another tax than the law withholds from a seller."""
    if draft.gross is None or draft.source_kind not in {INSPECTION, "utility", "advance"}:
        return
    stated = next((one for one in draft.deductions if one.kind == "wht"), None)
    rule = withholding.rule_for(
        legal_form=payee.legal_form,
        sector=payee.sector,
        on=on,
        names_rate=stated is not None and stated.rate_percent is not None,
    )
    place = draft.deductions.index(stated) if stated else 0
    yield from withholding.withholding_refusals(
        rule=rule,
        base=draft.gross - draft.vat,
        stated=stated.amount if stated else money.ZERO,
        rate_percent=stated.rate_percent if stated else None,
        pointer=f"/deductions/{place}/amount" if stated else "/deductions",
        may_be_none=draft.source_kind != INSPECTION,
    )


def charge_refusals(draft: VoucherDraft, *, account: str) -> Iterator[Refusal]:
    """Yield why a voucher without another document cannot be charged as it says."""
    if draft.source_kind not in CHARGED_BY_ITSELF or draft.budget_line is None:
        if draft.deductions and draft.source_kind in {"deposit", "advance"}:
            yield _about(
                "no_deductions",
                "/deductions",
                "เงินรับฝากและเงินจ่ายล่วงหน้าจ่ายเต็มจำนวน",
                "deposits and advances are paid in full",
            )
        return
    if not account:
        yield _about(
            "no_account",
            "/source/account",
            "ประเภทรายจ่ายนี้ยังไม่ได้ผูกบัญชี ให้ระบุบัญชี",
            "no account is known for the type of expenditure: name one",
        )
    if account.startswith(BETWEEN_UNITS) and draft.deductions:
        yield _about(
            "no_deductions", "/deductions", "เงินช่วยเหลือจ่ายเต็มจำนวน", "support is paid in full"
        )


def paid_once_refusals(*, other: UUID | None, own: UUID | None) -> Iterator[Refusal]:
    """Yield why an inspection that another voucher pays may not be paid again."""
    if other is not None and other != own:
        yield Refusal(
            code="paid_by_another_voucher",
            pointer="/source/id",
            message_th="มีฎีกาอื่นเบิกจ่ายใบตรวจรับนี้แล้ว",
            message_en="another voucher pays this inspection",
            of_the_books=True,
            rule="DIKA-ONCE",
        )


def number_refusals(number: str | None, prefix: str) -> Iterator[Refusal]:
    """Yield why a change would give a voucher another number."""
    if not (number or "").startswith(f"{prefix}-"):
        yield Refusal(
            code="number_fixed",
            pointer="/budget_line",
            message_th=f"เลขที่ {number} ออกไปแล้ว เปลี่ยนหน่วยงาน งาน หรือประเภทไม่ได้ ให้ยกเลิกแล้วทำใหม่",
            message_en=f"it has the number {number}; cancel it to change division, task or type",
            of_the_books=True,
            rule="DIKA-NUMBER",
        )


def cancel_refusals(*, is_again: bool) -> Iterator[Refusal]:
    """Yield why a voucher that was paid once by a cheque, now void, may not be cancelled."""
    if is_again:
        yield Refusal(
            code="paid_before",
            message_th="ฎีกานี้เคยจ่ายและหักภาษีไว้แล้ว ให้จ่ายใหม่ด้วยเช็คใบใหม่",
            message_en="it was paid once and its taxes were kept: pay it by another cheque",
            of_the_books=True,
            rule="EX17",
        )


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, pointer=pointer, message_th=message_th, message_en=message_en, rule="DIKA-FORM"
    )
