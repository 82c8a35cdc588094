"""When a day closes: cash book, vault and report agree, and three have signed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents.workflow import MONEY_REGULATION, Step, Taken, Words, Workflow
from accounting.errors import Refusal
from accounting.reading import Reader

FIN_OFFICER = frozenset({"FIN_OFFICER"})
FIN_DIRECTOR = frozenset({"FIN_DIRECTOR"})
COMMITTEE = frozenset({"CASH_COMMITTEE"})
SIGNERS = 3
_VOIDING = frozenset({"draft", "recount", "settle", "reopen"})  # sign again after it

FLOW = Workflow(
    kind="DAILY",
    name=Words("รายงานสถานะการเงินประจำวัน", "daily cash position report"),
    drafts=FIN_OFFICER,
    states={
        "draft": Words("รอกรรมการลงนาม", "to be signed"),
        "signed": Words("ลงนามครบแล้ว", "signed"),
        "closed": Words("ปิดวันแล้ว", "closed"),
    },
    steps=(
        Step(
            action="recount",
            name=Words("นับใหม่", "Count again"),
            comes_from=("draft", "signed"),
            leads_to="draft",
            roles=FIN_OFFICER,
        ),
        Step(
            action="settle",
            name=Words("บันทึกเงินขาด/เกินบัญชี", "Record the difference"),
            comes_from=("draft",),
            leads_to="draft",
            roles=FIN_DIRECTOR,
            needs_note=True,
            differs_from=("draft", "recount"),
        ),
        Step(
            action="sign",
            name=Words("ลงนามกรรมการเก็บรักษาเงิน", "Sign"),
            comes_from=("draft",),
            leads_to="signed",
            roles=COMMITTEE,
            signs=True,
        ),
        Step(
            action="close",
            name=Words("ปิดวัน", "Close the day"),
            comes_from=("signed",),
            leads_to="closed",
            roles=FIN_OFFICER,
        ),
        Step(
            action="reopen",
            name=Words("เปิดวันอีกครั้ง", "Reopen the day"),
            comes_from=("closed",),
            leads_to="draft",
            roles=FIN_DIRECTOR,
            needs_note=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyDraft:
    """A day's count as far as it could be read; ``refusals`` says what could not."""

    day: date | None
    counted: Decimal | None
    refusals: tuple[Refusal, ...] = ()


def read_daily(raw: Mapping[str, Any]) -> DailyDraft:
    """Return the count that a request holds, with a refusal for what cannot be read."""
    reader = Reader(raw=raw)
    reader.only("date", "counted")
    return DailyDraft(
        day=reader.day("date"),
        counted=reader.amount("counted", may_be_zero=True),
        refusals=tuple(reader.refusals),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseFacts:
    """What closing a day depends on.

    Attributes:
        in_book: cash in hand at the end of the day, by the cash book.
        counted: what the committee found in the vault.
        is_current: the signed report says what the books say now, banks included.
        unfinished: numbers or names of the day's papers that are not finished.
    """

    in_book: Decimal
    counted: Decimal
    is_current: bool
    unfinished: Sequence[str]


def signatures(history: Sequence[Taken]) -> list[UUID]:
    """Return who of the committee has signed what the report says now."""
    signed: list[UUID] = []
    for taken in history:
        if taken.action in _VOIDING:
            signed = []
        elif taken.action == "sign":
            signed.append(taken.officer_id)
    return signed


def signing_refusals(
    *, officer_id: UUID, history: Sequence[Taken], in_book: Decimal, counted: Decimal
) -> Iterator[Refusal]:
    """Yield every reason why a member may not sign: twice, or a vault that is not the book.

    Rule: three of the cash-keeping committee count together and sign (MOI-MONEY-2566).
    """
    if officer_id in signatures(history):
        yield _refusal("signed_already", "ท่านลงนามแล้ว", "you have signed already")
    yield from _difference(in_book, counted)


def closing_refusals(facts: CloseFacts) -> Iterator[Refusal]:
    """Yield every reason why a day may not be closed.

    Rule: cash book = vault = report, every day (MOI-MONEY-2566; the form of the daily report).
    """
    yield from _difference(facts.in_book, facts.counted)
    if not facts.is_current:
        yield _refusal(
            "report_out_of_date",
            "สมุดเงินสดหรือเงินฝากธนาคารเปลี่ยนหลังลงนาม ให้นับใหม่และลงนามอีกครั้ง",
            "cash or banks changed after the signatures: count again, and sign anew",
        )
    for name in facts.unfinished:
        yield _refusal(
            "unfinished_document",
            f"{name} ยังทำไม่เสร็จ",
            f"{name} is not finished",
        )


def settling_refusals(*, in_book: Decimal, counted: Decimal) -> Iterator[Refusal]:
    """Yield the reason why there is no difference to record."""
    if in_book == counted:
        yield _refusal(
            "no_difference", "เงินในตู้ตรงกับสมุดเงินสดแล้ว", "the vault is what the cash book says"
        )


def _difference(in_book: Decimal, counted: Decimal) -> Iterator[Refusal]:
    if in_book != counted:
        less = "ขาด" if counted < in_book else "เกิน"
        yield _refusal(
            "vault_differs",
            f"สมุดเงินสด {in_book:,.2f} นับได้ {counted:,.2f} {less} {abs(in_book - counted):,.2f} บาท",
            f"cash book {in_book:,.2f}, vault {counted:,.2f}, off by {abs(in_book - counted):,.2f}",
        )


def _refusal(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="DAY-CLOSE",
        regulation=MONEY_REGULATION,
    )
