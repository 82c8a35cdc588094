"""What is held for others goes back, is used, or is forfeited.

Note [How deposits go back]
Giving a deposit or a guarantee back is a payment from the body's bank account: it goes out by a ฎีกา
like any other, examined by the director of finance, approved by the executive, and paid by a cheque
that the executive and the chief administrator sign. So paying back (DP02, DP05) belongs to the ฎีกา,
which calls ``take_out``; nobody here pays a deposit back by themselves. No clause at hand lets the
finance officer do so. Within fifteen days after the duty ends (MOF 2560 cl. 170).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.deposits import rules
from accounting.deposits.rules import FORFEITURES, ForfeitureDraft
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer
from accounting.open_items import operations as open_items
from accounting.open_items.operations import NewItem
from accounting.open_items.rules import DEPOSIT, Item, Wanted
from accounting.posting_rules.operations import post_by_rule
from accounting.posting_rules.rules import Part


def take_in(
    *,
    document_id: UUID,
    account: str,
    owner: str,
    amount: Decimal,
    day: date,
    purpose: str,
    owner_id: UUID | None = None,
    due_on: date | None = None,
) -> UUID:
    """Open a deposit for what a payment kept back, as retention; return its id."""
    item = NewItem(
        kind=DEPOSIT,
        account=account,
        party_id=owner_id,
        party_name=owner,
        purpose=purpose,
        opened_on=day,
        due_on=due_on,
        amount=amount,
    )
    return open_items.open_item(document_id=document_id, item=item)


def take_out(
    *,
    deposit_id: UUID,
    amount: Decimal,
    document_id: UUID,
    day: date,
    officer: Officer,
    pointer: str = "",
) -> Item:
    """Take out of a deposit what a document gives back or uses; return the deposit as it was.

    Raises:
        UnableToTakeOut: less is open than that, told with the arithmetic, or there is none.
    """
    taken = open_items.take(
        wanted=[Wanted(item_id=deposit_id, amount=amount, pointer=pointer)],
        kind=DEPOSIT,
        document_id=document_id,
        day=day,
        officer=officer,
    )
    return taken[deposit_id]


def put_back(*, deposit_id: UUID, document_id: UUID, day: date, officer: Officer) -> None:
    """Undo what a document took out, when it is cancelled; doing it again changes nothing."""
    open_items.put_back(ids=[deposit_id], document_id=document_id, day=day, officer=officer)


def draft_forfeiture(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Ask that a guarantee be forfeited; return the id.

    Raises:
        UnableToDraft: at least one rule refuses.
    """
    draft = rules.read_forfeiture(raw)
    items = _items(draft)
    return documents.draft(
        workflow=FORFEITURES,
        contents=_contents(raw, draft, items),
        officer=officer,
        others=_refusals(draft, items),
    ).id


def approve_forfeiture(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Forfeit a guarantee: it becomes the body's revenue.

    Raises:
        UnableToTakeStep: one's own, the role lacks it, or less is left of the guarantee by now.
        UnableToPostEntry: the month is closed.
    """
    paper = begun.document
    draft = rules.read_forfeiture(paper.contents.content["said"])
    items = _items(draft)
    begun.assert_may(_refusals(draft, items))
    assert draft.deposit is not None  # reading has seen to it
    number = _post(paper, draft, items[draft.deposit], begun.officer)
    documents.finish_step(begun=begun, number=number)
    return paper.id


def _post(paper: LockedDocument, draft: ForfeitureDraft, item: Item, officer: Officer) -> str:
    """Take the guarantee out and make it revenue; return the paper's number."""
    assert draft.amount is not None  # reading has seen to it
    assert draft.forfeited_on is not None
    amount, day = draft.amount, draft.forfeited_on
    open_items.take(
        wanted=[Wanted(item_id=item.id, amount=amount)],
        kind=DEPOSIT,
        document_id=paper.id,
        day=day,
        officer=officer,
        written_off=True,
    )
    year = fiscal_year_of(day)
    number = numbering.next_number(kind=FORFEITURES.kind, fiscal_year=year)
    post_by_rule(
        rule_id="DP03",
        on=day,
        parts=[
            Part(place=1, amount=amount, account=item.account, pointer="/deposit"),
            Part(place=2, amount=amount, account=draft.revenue, pointer="/revenue"),
        ],
        description=paper.contents.description,
        document_id=paper.id,
        officer=officer,
        reference=number,
    )
    return number


def _items(draft: ForfeitureDraft) -> dict[UUID, Item]:
    return open_items.locked(ids=[draft.deposit] if draft.deposit else [])


def _refusals(draft: ForfeitureDraft, items: Mapping[UUID, Item]) -> list[Refusal]:
    item = items.get(draft.deposit) if draft.deposit else None
    wanted = (
        [Wanted(item_id=draft.deposit, amount=draft.amount, pointer="/amount")]
        if draft.deposit and draft.amount
        else []
    )
    return [
        *rules.forfeiture_refusals(draft, item),
        *open_items.refusals_of(wanted=wanted, items=items, kind=DEPOSIT),
    ]


def _contents(
    raw: Mapping[str, Any], draft: ForfeitureDraft, items: Mapping[UUID, Item]
) -> Contents:
    item = items.get(draft.deposit) if draft.deposit else None
    return Contents(
        fiscal_year=fiscal_year_of(draft.forfeited_on) if draft.forfeited_on else None,
        document_date=draft.forfeited_on,
        description=f"ริบเงินประกันของ {item.party_name if item else ''}: {draft.reason}"[:500],
        amount=draft.amount or Decimal("0.00"),
        content={"said": dict(raw)},
    )
