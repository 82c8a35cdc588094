"""Everything that changes a bank credit: one public function for each use case."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.asked import day_of
from accounting.bank_accounts.known import kept_in
from accounting.bank_credits import rules
from accounting.bank_credits.credit_kinds import KINDS
from accounting.bank_credits.drafts import CreditDraft, read_credit
from accounting.bank_credits.rules import FLOW, CreditFacts
from accounting.cash import SAVINGS, UNIDENTIFIED
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument, Reference
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.journal import operations as journal
from accounting.journal.known import GENERAL_VOUCHER, Posting
from accounting.journal.undoing import reverse_entries_of
from accounting.officers import Officer
from accounting.open_items import operations as open_items
from accounting.open_items.operations import NewItem
from accounting.open_items.rules import DEPOSIT, RECEIVABLE, Item, Wanted
from accounting.parties import operations as parties
from accounting.posting_rules.operations import posting_by_rule
from accounting.posting_rules.rules import Part

_BANK, _FOR_WHAT = 1, 2  # places of most rules
_DEDUCTED, _GROSS = 2, 3  # places of RV07


def draft_credit(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Keep a bank credit to be checked with the bank; return its id.

    Raises:
        UnableToDraft: at least one rule refuses.
    """
    draft = read_credit(raw)
    refusals = _refusals(draft, _items(draft))
    return documents.draft(
        workflow=FLOW, contents=_contents(raw, draft), officer=officer, others=refusals
    ).id


def change_credit(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> None:
    """Replace what a bank credit says, before it is checked.

    Raises:
        NotFound: the books hold no such bank credit.
        StaleDocument: it was changed after it was read.
        UnableToTakeStep: it is posted already, or at least one rule refuses.
    """
    draft = read_credit(raw)
    documents.change_draft(
        workflow=FLOW,
        document=document,
        version=version,
        contents=_contents(raw, draft),
        officer=officer,
        others=_refusals(draft, _items(draft)),
    )


def check_credit(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Confirm that the bank has it, and post it; most kinds take a receipt's number.

    Raises:
        UnableToTakeStep: one's own, or the books changed since it was drafted.
        UnableToPostEntry: the day is closed.
    """
    paper = begun.document
    draft = read_credit(paper.contents.content["said"])
    items = _items(draft)
    begun.assert_may(_refusals(draft, items))
    deposits = _move_items(paper, draft, begun.officer)
    kind = KINDS[draft.kind or ""]
    number = _number(paper) if kind.has_receipt else None
    posting = _posting(paper, draft, items, number)
    journal.post_entries(postings=[posting], officer=begun.officer)
    content = {**paper.contents.content, "deposits": deposits}
    documents.finish_step(
        begun=begun, number=number, contents=replace(paper.contents, content=content)
    )
    return paper.id


def reverse_credit(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Undo a posted bank credit by an entry of a later day; it keeps its number.

    Raises:
        UnableToTakeStep: it is not posted, or the role lacks it.
        UnableToTakeOut: what it holds was given back or cleared by now.
    """
    on = day_of(asked)
    begun.assert_may(on.refusals)
    paper, content = begun.document, begun.document.contents.content
    draft = read_credit(content["said"])
    touched = [wanted.item_id for wanted in [*rules.settled_by(draft), *rules.cleared_by(draft)]]
    open_items.put_back(ids=touched, document_id=paper.id, day=on.day, officer=begun.officer)
    held = [Wanted(item_id=UUID(i), amount=Decimal(a)) for i, a in content["deposits"].items()]
    open_items.take(
        wanted=held, kind=DEPOSIT, document_id=paper.id, day=on.day, officer=begun.officer
    )
    reverse_entries_of(
        document_id=paper.id, entry_date=on.day, reason=begun.note or "", officer=begun.officer
    )
    documents.finish_step(begun=begun)
    return paper.id


def _items(draft: CreditDraft) -> dict[UUID, Item]:
    wanted = [*rules.settled_by(draft), *rules.cleared_by(draft)]
    return open_items.locked(ids=[one.item_id for one in wanted])


def _refusals(draft: CreditDraft, items: Mapping[UUID, Item]) -> Iterator[Refusal]:
    is_known = kept_in(draft.bank_account) is not None
    facts = CreditFacts(items=items, bank_account_is_known=is_known)
    yield from rules.credit_refusals(draft, facts)
    for wanted, kind in ((rules.settled_by, RECEIVABLE), (rules.cleared_by, DEPOSIT)):
        yield from open_items.refusals_of(wanted=wanted(draft), items=items, kind=kind)
    yield from parties.naming_refusals(party_id=draft.payer_id, pointer="/payer_id")


def _move_items(document: LockedDocument, draft: CreditDraft, officer: Officer) -> dict[str, str]:
    """Settle, clear and hold; return what is held, by the deposit's id."""
    assert draft.credited_on is not None  # reading has seen to it
    day = draft.credited_on
    for wanted, kind in ((rules.settled_by, RECEIVABLE), (rules.cleared_by, DEPOSIT)):
        open_items.take(
            wanted=wanted(draft), kind=kind, document_id=document.id, day=day, officer=officer
        )
    if not KINDS[draft.kind or ""].is_held:
        return {}
    held = {}
    for line in draft.lines:
        assert line.account is not None  # reading has seen to it
        assert line.amount is not None
        item = NewItem(
            kind=DEPOSIT,
            account=line.account,
            party_id=draft.payer_id,
            party_name=draft.payer or "ไม่ทราบผู้โอน",
            purpose=line.memo or draft.reference or "",
            opened_on=day,
            amount=line.amount,
        )
        item_id = open_items.open_item(document_id=document.id, item=item)
        held[str(item_id)] = f"{line.amount:.2f}"
    return held


def _posting(
    document: LockedDocument,
    draft: CreditDraft,
    items: Mapping[UUID, Item],
    number: str | None,
) -> Posting:
    assert draft.kind is not None  # reading has seen to it
    assert draft.credited_on is not None
    kind = KINDS[draft.kind]
    # What is cleared is in the bank already.
    bank = kept_in(draft.bank_account) or SAVINGS
    debit = UNIDENTIFIED if draft.clears else bank
    parts = [Part(place=_BANK, amount=draft.net, account=debit, pointer="/bank_account")]
    if kind.deducts:
        parts.append(Part(place=_DEDUCTED, amount=draft.deducted, account=kind.deducts))
    place = _GROSS if kind.deducts else _FOR_WHAT
    accounts = rules.credited_accounts(draft.lines, items)
    for line, account in zip(draft.lines, accounts, strict=True):
        amount = line.amount or Decimal(0)
        where = f"{line.pointer}/account"
        parts.append(
            Part(place=place, amount=amount, account=account, memo=line.memo, pointer=where)
        )
    posting = posting_by_rule(
        rule_id=kind.rule,
        on=draft.credited_on,
        parts=parts,
        description=document.contents.description,
        document_id=document.id,
        reference=number or draft.reference,
    )
    return replace(posting, kind=GENERAL_VOUCHER) if draft.clears else posting


def _number(document: LockedDocument) -> str:
    year = document.contents.fiscal_year
    assert year is not None  # it has a date
    return numbering.next_number(kind=FLOW.kind, fiscal_year=year)


def _contents(raw: Mapping[str, Any], draft: CreditDraft) -> Contents:
    name = KINDS[draft.kind].name.th if draft.kind else ""
    how = "ล้างเงินรอตรวจสอบเป็น" if draft.clears else "รับ"
    return Contents(
        fiscal_year=fiscal_year_of(draft.credited_on) if draft.credited_on else None,
        document_date=draft.credited_on,
        description=f"{how}{name} {draft.payer}".strip(),
        amount=max(draft.net, Decimal("0.00")),
        content={"said": dict(raw), "deposits": {}},
    )
