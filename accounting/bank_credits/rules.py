"""When a bank credit is entered in the books. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from accounting.bank_credits.credit_kinds import KINDS
from accounting.bank_credits.drafts import CreditDraft, CreditLine
from accounting.cash import UNIDENTIFIED
from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.open_items.rules import Item, Wanted

FIN_OFFICER = frozenset({"FIN_OFFICER"})
CHECKERS = frozenset({"ACCOUNTANT", "FIN_DIRECTOR"})

FLOW = Workflow(
    kind="BANKCR",
    name=Words("ใบแจ้งเงินโอนเข้าบัญชี", "bank credit"),
    drafts=FIN_OFFICER,
    states={
        "draft": Words("รอตรวจกับธนาคาร", "to be checked with the bank"),
        "posted": Words("บันทึกแล้ว", "posted"),
        "cancelled": Words("ยกเลิก", "cancelled"),
        "reversed": Words("กลับรายการแล้ว", "reversed"),
    },
    steps=(
        Step(
            action="change",
            name=Words("แก้ไข", "Change"),
            comes_from=("draft",),
            leads_to="draft",
            roles=FIN_OFFICER,
        ),
        Step(
            action="check",
            name=Words("ตรวจกับธนาคารและบันทึก", "Check with the bank and post"),
            comes_from=("draft",),
            leads_to="posted",
            roles=CHECKERS,
            differs_from=("draft",),
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=FIN_OFFICER | CHECKERS,
            needs_note=True,
        ),
        Step(
            action="reverse",
            name=Words("กลับรายการ", "Reverse"),
            comes_from=("posted",),
            leads_to="reversed",
            roles=frozenset({"FIN_DIRECTOR"}),
            needs_note=True,
            differs_from=("draft",),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFacts:
    """All that the decision depends on, besides the bank credit itself.

    Attributes:
        items: receivables that it settles and the money that it clears, by id.
        bank_account_is_known: when it names one.
    """

    items: Mapping[UUID, Item]
    bank_account_is_known: bool = True


def credit_refusals(draft: CreditDraft, facts: CreditFacts) -> Iterator[Refusal]:
    """Yield every reason to refuse, those found while reading first; none means keep."""
    yield from draft.refusals
    if draft.kind is None:
        return
    kind = KINDS[draft.kind]
    for line in draft.lines:
        if line.account and not line.account.startswith(kind.accounts):
            yield _other_kind(line, draft.kind)
    if draft.deducted and draft.net <= 0:
        yield Refusal(
            code="nothing_left",
            pointer="/deducted",
            message_th=f"หัก {draft.deducted:,.2f} จาก {draft.gross:,.2f} แล้วไม่มีเงินเข้าบัญชี",
            message_en=f"{draft.deducted:,.2f} of {draft.gross:,.2f} leaves nothing for the bank",
            rule=kind.rule,
        )
    if not facts.bank_account_is_known:
        yield Refusal(
            code="unknown_bank_account",
            pointer="/bank_account",
            message_th="ไม่มีบัญชีธนาคารนี้ในทะเบียน",
            message_en="there is no such bank account in the register",
        )
    item = facts.items.get(draft.clears) if draft.clears else None
    if draft.clears and (draft.kind == "unidentified" or (item and item.account != UNIDENTIFIED)):
        yield Refusal(
            code="clears_nothing",
            pointer="/clears",
            message_th="ล้างได้เฉพาะเงินรอตรวจสอบที่ทราบแล้วว่าเป็นเงินอะไร",
            message_en="only money of unknown origin is cleared, by what it turned out to be",
            rule="RV12",
        )


def settled_by(draft: CreditDraft) -> list[Wanted]:
    """Return how much of which receivable the lines settle."""
    return [
        Wanted(item_id=line.receivable, amount=line.amount, pointer=f"{line.pointer}/amount")
        for line in draft.lines
        if line.receivable and line.amount
    ]


def cleared_by(draft: CreditDraft) -> list[Wanted]:
    """Return how much of which money of unknown origin it clears."""
    if draft.clears is None:
        return []
    return [Wanted(item_id=draft.clears, amount=draft.net, pointer="/clears")]


def credited_accounts(lines: Sequence[CreditLine], items: Mapping[UUID, Item]) -> list[str]:
    """Return the account that each line credits."""
    return [
        items[line.receivable].account if line.receivable else line.account or "" for line in lines
    ]


def _other_kind(line: CreditLine, kind: str) -> Refusal:
    name = KINDS[kind].name
    return Refusal(
        code="account_of_another_kind",
        pointer=f"{line.pointer}/account",
        message_th=f"บัญชี {line.account} ไม่ใช่บัญชีของ{name.th}",
        message_en=f"account {line.account} is not one of: {name.en}",
        rule=KINDS[kind].rule,
    )
