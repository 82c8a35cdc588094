"""What becomes of a cheque: collected, cleared, or cancelled when it is void or stale (EX17)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from accounting.bank_files.accounts import account_in_use
from accounting.cheques import paying, rules
from accounting.days import NOTHING, day_of
from accounting.disbursement import recipes
from accounting.disbursement.rules import FLOW as DIKA
from accounting.documents import operations as documents
from accounting.documents.operations import LockedDocument, Reference, StepBegun
from accounting.errors import InvariantBroken
from accounting.officers import Officer
from accounting.posting_rules.operations import post_by_rule

OPEN_AGAIN = "cheque-cancelled"  # the voucher's step: its net is owed again


def collect_cheque(
    *,
    document: Reference,
    officer: Officer,
    version: int | None = None,
    note: str | None = None,
    asked: Mapping[str, Any] = NOTHING,
) -> LockedDocument:
    """Hand a cheque to its payee, who signs for it.

    Raises:
        NotFound, StaleDocument, UnableToTakeStep: see ``documents.begin_step``; it is stale.
    """
    day = day_of(asked)
    return _go_on("collect", document, officer, day, version)


def clear_cheque(
    *,
    document: Reference,
    officer: Officer,
    version: int | None = None,
    note: str | None = None,
    asked: Mapping[str, Any] = NOTHING,
) -> LockedDocument:
    """Tell that the bank's statement has it.

    Raises:
        NotFound, StaleDocument, UnableToTakeStep: see ``documents.begin_step``; it is stale.
    """
    day = day_of(asked)
    return _go_on("clear", document, officer, day, version)


def cancel_cheque(
    *,
    document: Reference,
    officer: Officer,
    version: int | None = None,
    note: str | None = None,
    asked: Mapping[str, Any] = NOTHING,
) -> LockedDocument:
    """Cancel a void or stale cheque: the bank has the money, the payee is owed the net again.

    Its voucher is approved again, to be paid by another cheque; its number stays used.

    Raises:
        NotFound, StaleDocument, UnableToTakeStep: see ``documents.begin_step``.
        UnableToPostEntry: the books refuse.
    """
    day = day_of(asked)
    begun = _begin("cancel", document, officer, version, note)
    begun.assert_may()
    content = begun.document.contents.content
    voucher = documents.lock(kind=DIKA.kind, document=UUID(content["voucher"]))
    bank = account_in_use(content["bank_account"], retired_too=True)
    if voucher is None or bank is None or voucher.state != "paid":
        raise InvariantBroken("a cheque pays no voucher, or is drawn on no account")
    again = {**voucher.contents.content, "is_again": True}
    documents.move(
        document=voucher,
        action=OPEN_AGAIN,
        state="approved",
        officer=begun.officer,
        note=note,
        contents=replace(voucher.contents, content=again),
    )
    recipe = recipes.cancelled_cheque(paying.payment_of(voucher), bank=bank.account)
    post_by_rule(
        rule_id=recipe.rule,
        on=day,
        parts=recipe.parts,
        description=f"ยกเลิกเช็ค {content['cheque_no'] or begun.document.number}: {note}"[:500],
        document_id=begun.document.id,
        officer=officer,
        reference=begun.document.number,
    )
    return documents.finish_step(begun=begun)


def _go_on(
    action: str, document: Reference, officer: Officer, day: date, version: int | None
) -> LockedDocument:
    begun = _begin(action, document, officer, version)
    issued_on = begun.document.contents.document_date
    assert issued_on is not None  # every cheque is dated
    begun.assert_may(rules.stale_refusals(issued_on=issued_on, day=day))
    contents = begun.document.contents
    dated = {**contents.content, f"{action}ed_on": day.isoformat()}
    return documents.finish_step(begun=begun, contents=replace(contents, content=dated))


def _begin(
    action: str,
    document: Reference,
    officer: Officer,
    version: int | None,
    note: str | None = None,
) -> StepBegun:
    return documents.begin_step(
        workflow=rules.CHEQUE,
        document=document,
        action=action,
        officer=officer,
        note=note,
        version=version,
    )
