"""The flows of cheque reports and of cheques. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from accounting.disbursement.rules import FLOW as DIKA
from accounting.documents.workflow import CHANGE, DRAFT, Step, Words, Workflow
from accounting.errors import Refusal

STALE_AFTER_MONTHS = 6
ALWAYS_SIGN = frozenset({"EXECUTIVE", "CLERK_LAO"})
MOST_SIGNERS = 3
_CASHIER = frozenset({"FIN_OFFICER"})
REPORT = Workflow(
    kind="CHQRPT",
    name=Words("รายงานการจัดทำเช็ค/ใบถอน", "cheque report"),
    drafts=_CASHIER,
    states={
        "draft": Words("ร่าง", "draft"),
        "approved": Words("อนุมัติแล้ว", "approved"),
        "signed": Words("ลงนามในเช็คแล้ว", "signed"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action=CHANGE,
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=_CASHIER,
        ),
        Step(
            action="approve",
            name=Words("อนุมัติ", "Approve"),
            comes_from=("draft",),
            leads_to="approved",
            roles=frozenset({"EXECUTIVE"}),
            differs_from=(DRAFT, CHANGE),
            signs=True,
        ),
        Step(  # the last of the signatures leads on
            action="sign",
            name=Words("ลงนามในเช็ค/ใบถอน", "Sign"),
            comes_from=("approved",),
            leads_to="signed",
            roles=ALWAYS_SIGN,
            differs_from=(DRAFT, CHANGE, "sign"),
            may_be_waived=False,
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft", "approved"),
            leads_to="cancelled",
            roles=frozenset({"FIN_OFFICER", "FIN_DIRECTOR", "EXECUTIVE"}),
            needs_note=True,
        ),
    ),
)
CHEQUE = Workflow(
    kind="CHEQUE",
    name=Words("เช็ค/ใบถอน", "cheque"),
    drafts=ALWAYS_SIGN,
    states={
        "signed": Words("ลงนามแล้ว", "signed"),
        "collected": Words("ผู้รับเงินรับแล้ว", "collected"),
        "cleared": Words("ขึ้นเงินแล้ว", "cleared"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action="collect",
            name=Words("ผู้รับเงินลงนามรับ", "Collect"),
            comes_from=("signed",),
            leads_to="collected",
            roles=_CASHIER,
        ),
        Step(
            action="clear",
            name=Words("ขึ้นเงินตามรายการธนาคาร", "Clear"),
            comes_from=("collected",),
            leads_to="cleared",
            roles=frozenset({"ACCOUNTANT"}),
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิกเช็ค", "Cancel"),
            comes_from=("signed", "collected"),
            leads_to="cancelled",
            roles=frozenset({"FIN_DIRECTOR"}),
            needs_note=True,
        ),
    ),
)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a shorter month."""
    ordinal = day.year * 12 + day.month - 1 + months
    year, month = divmod(ordinal, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))


def is_stale(*, issued_on: date, day: date) -> bool:
    """Tell whether a bank would refuse a cheque: more than six months have passed."""
    return day > months_later(issued_on, STALE_AFTER_MONTHS)


def stale_refusals(*, issued_on: date, day: date) -> Iterator[Refusal]:
    """Yield why a stale cheque is neither handed out nor cleared.

    Rule: a bank need not pay a cheque six months after its date (ประมวลกฎหมายแพ่งและพาณิชย์ ม.991).
    """
    if is_stale(issued_on=issued_on, day=day):
        yield Refusal(
            code="stale_cheque",
            message_th="เช็คเกินหกเดือนแล้ว ให้ยกเลิกและจัดทำใหม่",
            message_en="the cheque is older than six months: cancel it and make another",
            of_the_books=True,
            rule="EX17",
            regulation="ประมวลกฎหมายแพ่งและพาณิชย์ ม.991",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedVoucher:
    """What a report needs to know of a voucher that it names.

    Attributes:
        other_report: the number of another report that has it.
        kind: its source's.
    """

    state: str
    other_report: str | None
    kind: str
    has_deductions: bool


def report_refusals(
    vouchers: Sequence[NamedVoucher | None], *, by_state: bool
) -> Iterator[Refusal]:
    """Yield every reason why vouchers may not be paid by a report; None is an unknown one.

    Args:
        vouchers: in the report's order.
        by_state: the state pays the sellers itself (New GFMIS), in full.
    """
    for place, voucher in enumerate(vouchers):
        where = f"/vouchers/{place}"
        if voucher is None:
            yield Refusal(
                code="unknown_voucher",
                pointer=where,
                message_th="ไม่พบฎีกานี้",
                message_en="there is no such voucher",
                rule="CHEQUE-REPORT",
            )
            continue
        if voucher.state != "approved":
            named = DIKA.states[voucher.state]
            yield _refusal(
                "voucher_not_approved",
                where,
                f"ฎีกาอยู่ในสถานะ “{named.th}” จ่ายได้เฉพาะที่อนุมัติแล้วและยังไม่จ่าย",
                f"the voucher is {voucher.state}; only approved ones are paid",
            )
        if voucher.other_report is not None:
            yield _refusal(
                "in_another_report",
                where,
                f"อยู่ในรายงานการจัดทำเช็คเลขที่ {voucher.other_report} แล้ว",
                f"stands in report {voucher.other_report} already",
            )
        if by_state and (voucher.has_deductions or voucher.kind not in {"inspection", "utility"}):
            yield _refusal(
                "not_paid_by_state",
                where,
                "จ่ายตรงผ่าน New GFMIS ได้เฉพาะผู้ขาย และรัฐเป็นผู้หักภาษีเอง",
                "the state pays sellers only, and keeps the taxes back itself",
            )


def bank_refusals(*, is_known: bool, used: Sequence[str]) -> Iterator[Refusal]:
    """Yield why cheques may not be drawn on an account."""
    if not is_known:
        yield Refusal(
            code="unknown_bank_account",
            pointer="/bank_account",
            message_th="ไม่พบบัญชีธนาคารนี้ หรือเลิกใช้แล้ว",
            message_en="there is no such bank account in use",
            rule="CHEQUE-REPORT",
        )
    if used:
        yield _refusal(
            "cheque_used",
            "/cheque_nos",
            f"เช็คเลขที่ {', '.join(used)} ใช้ไปแล้ว",
            f"used already: {', '.join(used)}",
        )


def signature_refusals(roles: frozenset[str], signed_as: Sequence[str]) -> Iterator[Refusal]:
    """Yield why an officer does not sign: somebody signed in that position already.

    Rule: the executive and the chief administrator always sign (ว 685/2557, S_IAM).
    """
    if roles & ALWAYS_SIGN and not roles & (ALWAYS_SIGN - set(signed_as)):
        yield _refusal(
            "signed_already",
            "",
            "ตำแหน่งนี้ลงนามแล้ว ต้องมีทั้งนายกและปลัดลงนาม",
            "somebody signed in this position; the mayor and the palad both sign",
        )


def _refusal(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="CHEQUE-REPORT",
    )
