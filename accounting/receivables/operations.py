"""Everything that changes a receivable, besides its being paid (receipts, bank credits)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.asked import day_of
from accounting.cash import OVERPAID
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument, Reference
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.journal.undoing import reverse_entries_of
from accounting.officers import Officer
from accounting.open_items import operations as open_items
from accounting.open_items.operations import NewItem
from accounting.open_items.rules import RECEIVABLE, Wanted
from accounting.parties import operations as parties
from accounting.posting_rules.operations import post_by_rule
from accounting.posting_rules.rules import Part
from accounting.receivables import rules
from accounting.receivables.drafts import ReceivableDraft, read_receivable
from accounting.receivables.overpaid import Charged, charged_by
from accounting.receivables.rules import FLOW, OverpaidFacts

_RECEIVABLE, _REVENUE = 1, 2  # the places of RV04, RV10 and RV14


def draft_receivable(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a receivable to be checked; return its id.

    Raises:
        UnableToDraft: at least one rule refuses.
    """
    draft = read_receivable(raw)
    charged = _charged(draft)
    return documents.draft(
        workflow=FLOW,
        contents=_contents(raw, draft, charged),
        officer=officer,
        others=_refusals(draft, charged),
    ).id


def change_receivable(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a receivable says, before it is recorded.

    Raises:
        NotFound: the books hold no such receivable.
        StaleDocument: it was changed after it was read.
        UnableToTakeStep: it is recorded already, or at least one rule refuses.
    """
    draft = read_receivable(raw)
    charged = _charged(draft)
    documents.change_draft(
        workflow=FLOW,
        document=document,
        version=version,
        contents=_contents(raw, draft, charged),
        officer=officer,
        others=_refusals(draft, charged),
    )


def record_receivable(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Check a receivable, open it and post it.

    Raises:
        UnableToTakeStep: one's own, or the role lacks it.
        UnableToPostEntry: the month is closed.
    """
    paper = begun.document
    draft = read_receivable(paper.contents.content["said"])
    begun.assert_may(_refusals(draft, _charged(draft)))
    assert draft.recorded_on is not None  # reading has seen to it
    assert draft.amount is not None
    item_id = _open(paper, draft)
    number = _number(draft.recorded_on)
    amount, account, revenue = draft.amount, draft.account, draft.revenue
    post_by_rule(
        rule_id=rules.rule_of(draft),
        on=draft.recorded_on,
        parts=[
            Part(place=_RECEIVABLE, amount=amount, account=account, pointer="/account"),
            Part(place=_REVENUE, amount=amount, account=revenue, pointer="/revenue"),
        ],
        description=paper.contents.description,
        document_id=paper.id,
        officer=begun.officer,
        reference=number,
    )
    content = {**paper.contents.content, "item": str(item_id)}
    documents.finish_step(
        begun=begun, number=number, contents=replace(paper.contents, content=content)
    )
    return paper.id


def reverse_receivable(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Undo a recorded receivable of which nothing has been paid; it keeps its number.

    Raises:
        UnableToTakeStep: it is not recorded, or the role lacks it.
        UnableToTakeOut: a part of it was paid.
    """
    on = day_of(asked)
    begun.assert_may(on.refusals)
    paper = begun.document
    item_id = UUID(paper.contents.content["item"])
    wanted = Wanted(item_id=item_id, amount=paper.contents.amount)
    open_items.take(
        wanted=[wanted],
        kind=RECEIVABLE,
        document_id=paper.id,
        day=on.day,
        officer=begun.officer,
        written_off=True,
    )
    reverse_entries_of(
        document_id=paper.id, entry_date=on.day, reason=begun.note or "", officer=begun.officer
    )
    documents.finish_step(begun=begun)
    return paper.id


def _charged(draft: ReceivableDraft) -> Charged | None:
    """Return what the voucher that paid too much was charged to; None for another receivable."""
    if draft.account != OVERPAID or not draft.voucher:
        return None
    return charged_by(draft.voucher)


def _refusals(draft: ReceivableDraft, charged: Charged | None) -> list[Refusal]:
    named = parties.naming_refusals(party_id=draft.debtor_id, pointer="/debtor_id")
    overpaid = OverpaidFacts(made_on=charged.made_on, left=charged.left) if charged else None
    return [*rules.receivable_refusals(draft, overpaid), *named]


def _number(day: date) -> str:
    return numbering.next_number(kind=FLOW.kind, fiscal_year=fiscal_year_of(day))


def _open(paper: LockedDocument, draft: ReceivableDraft) -> UUID:
    """Open the item that is paid from now on; return its id."""
    assert draft.account is not None  # reading has seen to it
    assert draft.amount is not None
    assert draft.recorded_on is not None
    item = NewItem(
        kind=RECEIVABLE,
        account=draft.account,
        party_id=draft.debtor_id,
        party_name=draft.debtor,
        purpose=draft.purpose,
        opened_on=draft.recorded_on,
        due_on=draft.due_on,
        amount=draft.amount,
    )
    return open_items.open_item(document_id=paper.id, item=item)


def _contents(raw: Mapping[str, Any], draft: ReceivableDraft, charged: Charged | None) -> Contents:
    return Contents(
        fiscal_year=fiscal_year_of(draft.recorded_on) if draft.recorded_on else None,
        document_date=draft.recorded_on,
        description=f"ลูกหนี้ {draft.debtor} {draft.purpose}".strip()[:500],
        amount=draft.amount or Decimal("0.00"),
        content={
            "said": dict(raw),
            "item": None,
            **({"voucher": str(charged.voucher)} if charged else {}),
        },
    )
