"""Everything that changes a receipt: one public function for each use case.

Each locks the document, then the receivables and deposits it touches, then takes its number, then
what a posting locks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.asked import day_of, today
from accounting.bank_accounts.known import kept_in
from accounting.cash import CASH
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument
from accounting.fiscal_year import fiscal_year_of
from accounting.journal import operations as journal
from accounting.journal.undoing import reverse_entries_of
from accounting.officers import Officer
from accounting.open_items import operations as open_items
from accounting.open_items.operations import NewItem
from accounting.open_items.rules import DEPOSIT, RECEIVABLE, Wanted
from accounting.parties import operations as parties
from accounting.receipts import entries, recovered, rules
from accounting.receipts.drafts import TO_HAND, ReceiptDraft, read_receipt
from accounting.receipts.rules import FLOW, KnownLine, ReceiptFacts
from accounting.scripts import script

# Whoever keys in a book and number first has it; a document's number is unique besides.
_PAPER = script(
    "receipt_paper",
    """
SELECT pg_advisory_xact_lock(
         hashtextextended(current_schema() || 'receipt' || %(number)s::text, 2));
SELECT EXISTS (SELECT 1 FROM document WHERE kind = 'RECEIPT' AND number = %(number)s::varchar)
""",
)


def issue_receipt(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Issue a receipt and book it: number, entries and what it settles or holds, at once.

    Raises:
        UnableToDraft: at least one rule refuses; ``refusals`` lists them all.
        UnableToPostEntry: the day or an account is closed to it.
    """
    draft = read_receipt(raw)
    items = open_items.locked(ids=[line.receivable for line in draft.lines if line.receivable])
    wanted = rules.principal_of(draft, items)
    debit = _debit_account(draft)
    facts = ReceiptFacts(
        is_keyed_already=_is_keyed_already(draft),
        bank_account_is_known=debit is not None,
        receivables=items,
    )
    refusals = [
        *rules.receipt_refusals(draft, facts),
        *open_items.refusals_of(wanted=wanted, items=items, kind=RECEIVABLE),
        *parties.naming_refusals(party_id=draft.payer_id, pointer="/payer_id"),
    ]
    if refusals:
        lines: Sequence[KnownLine] = ()
    else:
        lines = rules.known_lines(draft, items)
    document = documents.draft(
        workflow=FLOW, contents=_contents(draft, lines, debit), officer=officer, others=refusals
    )
    day = _booked_on(document)
    recovered.restore_lines(
        document_id=document.id, amounts=_by_item(wanted), day=day, officer=officer
    )
    open_items.take(
        wanted=wanted, kind=RECEIVABLE, document_id=document.id, day=day, officer=officer
    )
    return _issue(document, draft, lines, officer)


def cancel_receipt(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Cancel a receipt on its own day, before its money was handed over; it keeps its number.

    Raises:
        UnableToTakeStep: at least one rule refuses.
    """
    booked_on = _booked_on(begun.document)
    begun.assert_may(rules.cancelling_refusals(booked_on=booked_on, today=today()))
    return _undo(begun, booked_on, begun.officer)


def reverse_receipt(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Undo a receipt by entries of a later day; it keeps its number.

    Raises:
        UnableToTakeStep: at least one rule refuses.
    """
    booked_on = _booked_on(begun.document)
    on = day_of(asked)
    refusals = rules.reversing_refusals(booked_on=booked_on, reversed_on=on.day)
    begun.assert_may([*on.refusals, *refusals])
    return _undo(begun, on.day, begun.officer)


def _issue(
    document: LockedDocument, draft: ReceiptDraft, lines: Sequence[KnownLine], officer: Officer
) -> UUID:
    day = _booked_on(document)
    held = [_hold(document, draft, line) for line in lines]
    begun = documents.begin_step(workflow=FLOW, document=document, action="issue", officer=officer)
    number = _number(draft, day)
    postings = entries.of_receipt(
        number=number,
        day=day,
        payer=draft.payer,
        lines=lines,
        debit=document.contents.content["account"],
        document=document.id,
    )
    journal.post_entries(postings=postings, officer=officer)
    shown = [
        {**shown, "deposit": str(item) if item else None}
        for shown, item in zip(document.contents.content["lines"], held, strict=True)
    ]
    content = {**document.contents.content, "lines": shown}
    documents.finish_step(
        begun=begun, number=number, contents=replace(document.contents, content=content)
    )
    return document.id


def _hold(document: LockedDocument, draft: ReceiptDraft, line: KnownLine) -> UUID | None:
    """Open a deposit for what is held for the payer; return its id."""
    if not line.is_held:
        return None
    item = NewItem(
        kind=DEPOSIT,
        account=line.account,
        party_id=draft.payer_id,
        party_name=draft.payer,
        purpose=line.memo or "",
        opened_on=_booked_on(document),
        amount=line.amount,
    )
    return open_items.open_item(document_id=document.id, item=item)


def _undo(begun: documents.StepBegun, day: date, officer: Officer) -> UUID:
    """Reverse a receipt's entries and put back what it settled and held."""
    document = begun.document
    lines = document.contents.content["lines"]
    settled = _by_item(
        Wanted(item_id=UUID(line["receivable"]), amount=Decimal(line["amount"]))
        for line in lines
        if line["receivable"]
    )
    recovered.spend_again(
        document_id=document.id,
        amounts=settled,
        received_on=_booked_on(document),
        day=day,
        officer=officer,
    )
    open_items.put_back(ids=list(settled), document_id=document.id, day=day, officer=officer)
    held = [
        Wanted(item_id=UUID(line["deposit"]), amount=Decimal(line["amount"]))
        for line in lines
        if line["deposit"]
    ]
    open_items.take(wanted=held, kind=DEPOSIT, document_id=document.id, day=day, officer=officer)
    reverse_entries_of(
        document_id=document.id, entry_date=day, reason=begun.note or "", officer=officer
    )
    documents.finish_step(begun=begun)
    return document.id


def _by_item(wanted: Iterable[Wanted]) -> dict[UUID, Decimal]:
    """Return how much is settled of each receivable."""
    amounts: dict[UUID, Decimal] = {}
    for one in wanted:
        amounts[one.item_id] = amounts.get(one.item_id, Decimal(0)) + one.amount
    return amounts


def _number(draft: ReceiptDraft, day: date) -> str:
    if draft.is_hand_written:
        return _paper_number(draft)
    return numbering.next_number(kind=FLOW.kind, fiscal_year=fiscal_year_of(day))


def _paper_number(draft: ReceiptDraft) -> str:
    return f"{draft.book_no}/{draft.receipt_no}"


def _is_keyed_already(draft: ReceiptDraft) -> bool:
    if not draft.is_hand_written:
        return False
    *_, ((found,),) = books.rows_of_each(_PAPER, {"number": _paper_number(draft)})
    return bool(found)


def _debit_account(draft: ReceiptDraft) -> str | None:
    """Return the account that the money comes to; None when the bank account is unknown."""
    if draft.method in TO_HAND or draft.method is None:
        return CASH
    return kept_in(draft.bank_account)


def _booked_on(document: LockedDocument) -> date:
    assert document.contents.document_date is not None  # issued receipts have one
    return document.contents.document_date


def _contents(draft: ReceiptDraft, lines: Sequence[KnownLine], debit: str | None) -> Contents:
    content: dict[str, Any] = {
        "received_on": draft.received_on.isoformat() if draft.received_on else None,
        "payer": draft.payer,
        "payer_id": str(draft.payer_id) if draft.payer_id else None,
        "method": draft.method,
        "bank_account": draft.bank_account,
        "reference": draft.reference,
        "book_no": draft.book_no,
        "receipt_no": draft.receipt_no,
        "account": debit,
        "lines": [_shown(line) for line in lines],
    }
    return Contents(
        fiscal_year=fiscal_year_of(draft.booked_on) if draft.booked_on else None,
        document_date=draft.booked_on,
        description=f"รับเงินจาก {draft.payer}",
        amount=draft.total,
        content=content,
    )


def _shown(line: KnownLine) -> dict[str, Any]:
    return {
        "account": line.account,
        "amount": f"{line.amount:.2f}",
        "memo": line.memo,
        "rule": line.rule,
        "receivable": str(line.receivable) if line.receivable else None,
        "deposit": None,
    }
