"""When cash goes to the bank. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.reading import Reader

FIN_OFFICER = frozenset({"FIN_OFFICER"})

FLOW = Workflow(
    kind="BANKING",
    name=Words("ใบนำฝากธนาคาร", "pay-in slip"),
    drafts=FIN_OFFICER,
    states={
        "draft": Words("ร่าง", "draft"),
        "banked": Words("นำฝากแล้ว", "banked"),
        "reversed": Words("กลับรายการแล้ว", "reversed"),
    },
    steps=(
        Step(
            action="bank",
            name=Words("นำฝาก", "Bank"),
            comes_from=("draft",),
            leads_to="banked",
            roles=FIN_OFFICER,
            signs=True,
        ),
        Step(
            action="reverse",
            name=Words("กลับรายการ", "Reverse"),
            comes_from=("banked",),
            leads_to="reversed",
            roles=frozenset({"FIN_DIRECTOR"}),
            needs_note=True,
            differs_from=("bank",),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BankingDraft:
    """A pay-in slip as far as it could be read; ``refusals`` says what could not."""

    banked_on: date | None
    bank_account: str | None
    amount: Decimal | None
    slip_no: str | None
    refusals: tuple[Refusal, ...] = ()


def read_banking(raw: Mapping[str, Any]) -> BankingDraft:
    """Return the pay-in slip that a request holds, with a refusal for what cannot be read."""
    reader = Reader(raw=raw)
    reader.only("banked_on", "bank_account", "amount", "slip_no")
    return BankingDraft(
        banked_on=reader.day("banked_on"),
        bank_account=reader.text("bank_account", longest=24),
        amount=reader.amount("amount"),
        slip_no=reader.text("slip_no", longest=60),
        refusals=tuple(reader.refusals),
    )


def banking_refusals(
    draft: BankingDraft, *, in_hand: Decimal, bank_account_is_known: bool
) -> Iterator[Refusal]:
    """Yield every reason to refuse; more than there is in hand cannot be banked."""
    yield from draft.refusals
    if not bank_account_is_known:
        yield Refusal(
            code="unknown_bank_account",
            pointer="/bank_account",
            message_th="ไม่มีบัญชีธนาคารนี้ในทะเบียน",
            message_en="there is no such bank account in the register",
        )
    if draft.amount:
        short = draft.amount - in_hand
        yield from overdrawing_refusals(short=short, amount=draft.amount)


def overdrawing_refusals(*, short: Decimal, amount: Decimal) -> Iterator[Refusal]:
    """Yield the reason why more than there is in hand is not banked, with the arithmetic."""
    if short > 0:
        in_hand = amount - short
        yield Refusal(
            code="not_enough_cash",
            pointer="/amount",
            message_th=f"เงินสดในมือ {in_hand:,.2f} นำฝาก {amount:,.2f} ขาด {short:,.2f} บาท",
            message_en=f"in hand {in_hand:,.2f}, banked {amount:,.2f}, {short:,.2f} short",
            of_the_books=True,
            rule="RV02",
        )
