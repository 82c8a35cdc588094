"""What becomes of a cheque: collected, cleared, or cancelled when it is void or stale (EX17)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from accounting.bank_accounts.known import known_bank_account
from accounting.cheques import paying, rules
from accounting.days import day_of
from accounting.disbursement import recipes
from accounting.disbursement.rules import FLOW as DIKA
from accounting.documents import operations as documents
from accounting.documents.operations import LockedDocument, StepBegun
from accounting.errors import InvariantBroken
from accounting.posting_rules.operations import post_by_rule

OPEN_AGAIN = "cheque-cancelled"  # the voucher's step: its net is owed again


def hand_on(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Hand a cheque to its payee, who signs for it; or tell that the bank's statement has it.

    Raises:
        UnableToTakeStep: the flow refuses, or it is stale.
    """
    day = day_of(asked)
    contents = begun.document.contents
    assert contents.document_date is not None  # every cheque is dated
    begun.assert_may(rules.stale_refusals(issued_on=contents.document_date, day=day))
    dated = {**contents.content, f"{begun.step.action}ed_on": day.isoformat()}
    return documents.finish_step(begun=begun, contents=replace(contents, content=dated))


def cancel_cheque(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Cancel a void or stale cheque: the bank has the money, the payee is owed the net again.

    Its voucher is approved again, to be paid by another cheque; its number stays used.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToPostEntry: the books refuse.
    """
    day = day_of(asked)
    begun.assert_may()
    content = begun.document.contents.content
    voucher = documents.lock(kind=DIKA.kind, document=UUID(content["voucher"]))
    bank = known_bank_account(content["bank_account"], retired_too=True)
    if voucher is None or bank is None or voucher.state != "paid":
        raise InvariantBroken("a cheque pays no voucher, or is drawn on no account")
    again = {**voucher.contents.content, "is_again": True}
    documents.move(
        document=voucher,
        action=OPEN_AGAIN,
        state="approved",
        officer=begun.officer,
        note=begun.note,
        contents=replace(voucher.contents, content=again),
    )
    recipe = recipes.cancelled_cheque(paying.payment_of(voucher), bank=bank.account)
    post_by_rule(
        rule_id=recipe.rule,
        on=day,
        parts=recipe.parts,
        description=f"ยกเลิกเช็ค {content['cheque_no'] or begun.document.number}: {begun.note}"[:500],
        document_id=begun.document.id,
        officer=begun.officer,
        reference=begun.document.number,
    )
    return documents.finish_step(begun=begun)
