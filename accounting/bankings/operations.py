"""Everything that changes a pay-in slip: cash goes to the bank, and what was wrong is undone."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.asked import day_of
from accounting.bank_accounts.known import kept_in
from accounting.bankings import rules
from accounting.bankings.rules import FLOW
from accounting.cash import CASH
from accounting.daily_status.queries import cash_in_hand
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents
from accounting.fiscal_year import fiscal_year_of
from accounting.journal.undoing import reverse_entries_of
from accounting.officers import Officer
from accounting.posting_rules.operations import post_by_rule
from accounting.posting_rules.rules import Part


def bank_cash(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Bank cash in hand and post it; return the id. The committee's count is what checks it.

    Raises:
        UnableToDraft: at least one rule refuses; more than there is cannot be banked.
        UnableToPostEntry: the day is closed.
    """
    draft = rules.read_banking(raw)
    bank = kept_in(draft.bank_account)
    in_hand = cash_in_hand(day=draft.banked_on) if draft.banked_on else Decimal(0)
    document = documents.draft(
        workflow=FLOW,
        contents=Contents(
            fiscal_year=fiscal_year_of(draft.banked_on) if draft.banked_on else None,
            document_date=draft.banked_on,
            description=f"นำฝากธนาคาร {draft.slip_no or ''}".strip(),
            amount=draft.amount or Decimal("0.00"),
            content={"bank_account": draft.bank_account, "slip_no": draft.slip_no, "account": bank},
        ),
        officer=officer,
        others=rules.banking_refusals(
            draft, in_hand=in_hand, bank_account_is_known=bank is not None
        ),
    )
    assert draft.amount is not None  # or it was refused
    assert draft.banked_on is not None
    begun = documents.begin_step(workflow=FLOW, document=document, action="bank", officer=officer)
    year = fiscal_year_of(draft.banked_on)
    number = numbering.next_number(kind=FLOW.kind, fiscal_year=year)
    posted = post_by_rule(
        rule_id="RV02",
        on=draft.banked_on,
        parts=[
            Part(place=1, amount=draft.amount, account=bank, pointer="/bank_account"),
            Part(place=2, amount=draft.amount, account=CASH),
        ],
        description=document.contents.description,
        document_id=document.id,
        officer=officer,
        reference=number,
    )
    # The books are held by now: nobody else has banked the same cash.
    (cash,) = (balance for balance in posted.balances if balance.account == CASH)
    begun.assert_may(rules.overdrawing_refusals(short=cash.credit, amount=draft.amount))
    documents.finish_step(begun=begun, number=number)
    return document.id


def reverse_banking(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Undo a pay-in slip by an entry of its own day; it keeps its number.

    Raises:
        UnableToTakeStep: it was undone before, or the role lacks it.
    """
    on = day_of(asked)
    begun.assert_may(on.refusals)
    reverse_entries_of(
        document_id=begun.document.id,
        entry_date=on.day,
        reason=begun.note or "",
        officer=begun.officer,
    )
    documents.finish_step(begun=begun)
    return begun.document.id
