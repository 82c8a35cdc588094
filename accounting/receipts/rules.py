"""When a receipt may be issued, cancelled or reversed. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.cash import OVERPAID
from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.open_items.rules import Item, Wanted
from accounting.receipts.accounts import meaning_of
from accounting.receipts.drafts import ReceiptDraft, ReceiptLine

COLLECTOR = frozenset({"COLLECTOR"})
FIN_DIRECTOR = frozenset({"FIN_DIRECTOR"})

FLOW = Workflow(
    kind="RECEIPT",
    name=Words("ใบเสร็จรับเงิน", "receipt"),
    drafts=COLLECTOR,
    states={
        "draft": Words("ร่าง", "draft"),
        "issued": Words("ออกแล้ว", "issued"),
        "remitted": Words("นำส่งแล้ว", "remitted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
        "reversed": Words("กลับรายการแล้ว", "reversed"),
    },
    steps=(
        Step(
            action="issue",
            name=Words("ออกใบเสร็จ", "Issue"),
            comes_from=("draft",),
            leads_to="issued",
            roles=COLLECTOR,
            signs=True,
        ),
        Step(
            action="remit",
            name=Words("นำส่ง", "Remit"),
            comes_from=("issued",),
            leads_to="remitted",
            roles=COLLECTOR,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิกใบเสร็จ", "Cancel"),
            comes_from=("issued",),
            leads_to="cancelled",
            roles=FIN_DIRECTOR,
            needs_note=True,
            differs_from=("issue",),
        ),
        Step(
            action="reverse",
            name=Words("กลับรายการ", "Reverse"),
            comes_from=("issued", "remitted"),
            leads_to="reversed",
            roles=FIN_DIRECTOR,
            needs_note=True,
            differs_from=("issue",),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """All that the decision depends on, besides the receipt itself.

    Attributes:
        is_keyed_already: the books have a hand-written receipt of this book and number.
        bank_account_is_known: when it names one.
        receivables: those that its lines settle, by id; an unknown one is absent.
    """

    is_keyed_already: bool = False
    bank_account_is_known: bool = True
    receivables: Mapping[UUID, Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLine:
    """A line whose account and rule are known."""

    rule: str
    account: str
    amount: Decimal
    memo: str | None
    pointer: str = ""
    receivable: UUID | None = None
    is_held: bool = False


def receipt_refusals(draft: ReceiptDraft, facts: ReceiptFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse, those found while reading first; none means issue.

    Rule: every taking of money has a receipt of its own, numbered without a gap, and a number of a
    book of paper is used once (MOI-MONEY-2566; the department's internal-audit manual).
    """
    yield from draft.refusals
    for line in draft.lines:
        if line.account and line.receivable is None and meaning_of(line.account) is None:
            yield _no_receipt_for(line)
    if facts.is_keyed_already:
        yield Refusal(
            code="keyed_already",
            pointer="/receipt_no",
            message_th=f"ใบเสร็จเล่มที่ {draft.book_no} เลขที่ {draft.receipt_no} บันทึกแล้ว",
            message_en=f"receipt {draft.receipt_no} of book {draft.book_no} was keyed in already",
            of_the_books=True,
            rule="RECEIPT-NUMBER",
        )
    if not facts.bank_account_is_known:
        yield Refusal(
            code="unknown_bank_account",
            pointer="/bank_account",
            message_th="ไม่มีบัญชีธนาคารนี้ในทะเบียน",
            message_en="there is no such bank account in the register",
        )


def principal_of(draft: ReceiptDraft, receivables: Mapping[UUID, Item]) -> list[Wanted]:
    """Return how much of which receivable the lines settle; a surcharge settles nothing."""
    return [
        Wanted(item_id=line.receivable, amount=line.amount, pointer=f"{line.pointer}/amount")
        for line in draft.lines
        if line.receivable and line.amount and not _is_surcharge(line, receivables)
    ]


def known_lines(draft: ReceiptDraft, receivables: Mapping[UUID, Item]) -> Sequence[KnownLine]:
    """Return the lines of a receipt that no rule refuses, each with its account and rule."""
    return [_known(line, receivables) for line in draft.lines]


def cancelling_refusals(*, booked_on: date, today: date) -> Iterator[Refusal]:
    """Yield the reason why a receipt is not cancelled but reversed.

    Rule: a receipt is cancelled on its own day, before its money was handed over; original and
    copies are kept with the reason, and the number stays used. Afterwards it is reversed.
    """
    if today != booked_on:
        yield Refusal(
            code="another_day",
            message_th=f"ยกเลิกได้ภายในวันที่ออก ({booked_on:%Y-%m-%d}) เท่านั้น หลังจากนั้นให้กลับรายการ",
            message_en=f"is cancelled on its own day only, {booked_on:%Y-%m-%d}; reverse it",
            of_the_books=True,
            rule="RECEIPT-CANCEL",
        )


def reversing_refusals(*, booked_on: date, reversed_on: date) -> Iterator[Refusal]:
    """Yield the reason why a receipt is not undone on a day before its own."""
    if reversed_on < booked_on:
        yield Refusal(
            code="before_the_original",
            pointer="/on",
            message_th=f"วันที่กลับรายการต้องไม่ก่อนวันที่ของใบเสร็จ ({booked_on:%Y-%m-%d})",
            message_en=f"must not be before the receipt ({booked_on:%Y-%m-%d})",
            rule="RECEIPT-CANCEL",
        )


def _is_surcharge(line: ReceiptLine, receivables: Mapping[UUID, Item]) -> bool:
    item = receivables.get(line.receivable) if line.receivable else None
    return bool(line.account and item and line.account != item.account)


def _known(line: ReceiptLine, receivables: Mapping[UUID, Item]) -> KnownLine:
    assert line.amount is not None  # reading has seen to it
    if line.receivable:
        item, is_more = receivables[line.receivable], _is_surcharge(line, receivables)
        return KnownLine(
            rule="RV05" if is_more or item.account != OVERPAID else "EX16",
            account=line.account or item.account,
            amount=line.amount,
            memo=line.memo or item.purpose,
            pointer=line.pointer,
            receivable=None if is_more else item.id,
        )
    assert line.account is not None
    meaning = meaning_of(line.account)
    assert meaning is not None  # the rules have seen to it
    return KnownLine(
        rule=meaning.rule,
        account=line.account,
        amount=line.amount,
        memo=line.memo,
        pointer=line.pointer,
        is_held=meaning.is_held,
    )


def _no_receipt_for(line: ReceiptLine) -> Refusal:
    return Refusal(
        code="no_receipt_for_account",
        pointer=f"{line.pointer}/revenue",
        message_th=f"บัญชี {line.account} ไม่ใช่รายได้หรือเงินที่รับด้วยใบเสร็จ",
        message_en=f"no receipt is issued for account {line.account}",
        rule="RV01",
    )
