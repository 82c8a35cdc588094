"""Everything that changes a ฎีกา, up to its approval; cheques pay it.

Locks the voucher, then budget lines, commitments, deposits, numbers, periods, the journal's head.
A step may name the day on which it was signed (``on``), for papers keyed in later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from accounting import books
from accounting.asked import today
from accounting.budget import operations as budget
from accounting.budget.operations import Moved
from accounting.days import day_of
from accounting.deposits import operations as deposits
from accounting.disbursement import making, recipes, rules, year_end
from accounting.disbursement.drafts import CHARGED_BY_ITSELF, VoucherDraft, read_voucher
from accounting.disbursement.facts import known_of
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, Reference, StepBegun
from accounting.documents.series import VOUCHERS
from accounting.errors import InvariantBroken, Refusal
from accounting.journal import operations as journal
from accounting.journal.undoing import reverse_entries_of
from accounting.officers import Officer
from accounting.posting_rules.operations import posting_by_rule

_KEPT = ("treasury_no", "received_on", "signed_on")  # whatever a change says
_RECEIVED = """
UPDATE payment_voucher SET treasury_no = %(treasury_no)s WHERE id = %(id)s RETURNING id
"""
_OVER = """
UPDATE payment_voucher SET is_live = false WHERE id = %(id)s RETURNING id
"""
_OBLIGATED = """
SELECT coalesce(sum(amount - drawn - released), 0) FROM commitment
 WHERE document_id = %(contract)s AND line_id = %(line)s AND kind = 'obligation'
"""


def draft_voucher(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Make a voucher, with its requester's number (เลขที่ผู้เบิก), which it keeps for ever.

    Raises:
        UnableToDraft: the role lacks it, or something in it is refused.
    """
    day = today()
    draft, known, refusals = making.read(raw, day, own=None)
    voucher = documents.draft(
        workflow=rules.FLOW,
        contents=making.contents_of(raw, draft, known, day),
        officer=officer,
        others=refusals,
    )
    making.keep(voucher, draft)
    return documents.give_number(document=voucher, number=making.requester_number(draft, known))


def change_voucher(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> LockedDocument:
    """Replace what a draft, or a returned voucher, says; its number stays.

    Raises:
        NotFound, StaleDocument, UnableToTakeStep: see ``documents.begin_step``.
    """
    begun = documents.begin_step(
        workflow=rules.FLOW, document=document, action="change", officer=officer, version=version
    )
    voucher = begun.document
    day = today()
    draft, known, refusals = making.read(raw, day, own=voucher.id)
    begun.assert_may(
        [*refusals, *rules.number_refusals(voucher.number, making.prefix_of(draft, known))]
    )
    contents = making.contents_of(raw, draft, known, day)
    before = voucher.contents.content
    kept: dict[str, Any] = {name: before[name] for name in _KEPT if name in before}
    contents = replace(contents, content={**contents.content, **kept})
    changed = documents.change(document=voucher, contents=contents, officer=begun.officer)
    making.keep(changed, draft)
    return changed


def request_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Sign as head of the division that asks; what it names must still be so."""
    day = day_of(asked)
    said = begun.document.contents.content["said"]
    begun.assert_may([*_lapse(begun, day), *making.read(said, day, own=begun.document.id)[2]])
    return documents.finish_step(begun=begun, contents=_signed(begun, day))


def receive_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Take a voucher into the treasury: it is enough, says the finance officer, and gives a number.

    A voucher without an obligation holds its gross of the budget line now; what was left before and
    after stands on the form, by fund source.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToMoveBudget: the line has less.
    """
    day = day_of(asked)
    begun.assert_may(_lapse(begun, day))
    voucher = begun.document
    draft = read_voucher(voucher.contents.content["said"])
    funds = _funds(voucher, draft, day, begun.officer)
    content = voucher.contents.content
    number = content.get("treasury_no")
    if not number:
        year = voucher.contents.fiscal_year or 0
        no = numbering.take(series=VOUCHERS, fiscal_year=year)
        number = numbering.printed(no=no, fiscal_year=year)
        books.row(_RECEIVED, {"id": voucher.id, "treasury_no": number})
    received = _signed(begun, day, treasury_no=number, received_on=day.isoformat(), funds=funds)
    return documents.finish_step(begun=begun, contents=received)


def examine_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Sign two boxes as director of finance: examined, and proposed to the chief administrator."""
    day = day_of(asked)
    begun.assert_may(_lapse(begun, day))
    contents = _signed(begun, day, also=rules.PROPOSE)
    examined = documents.finish_step(begun=begun, contents=contents)
    documents.move(
        document=examined, action=rules.PROPOSE, state=examined.state, officer=begun.officer
    )
    return replace(examined, version=examined.version + 1)


def endorse_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Sign as chief administrator: proposed to the executive."""
    day = day_of(asked)
    begun.assert_may(_lapse(begun, day))
    return documents.finish_step(begun=begun, contents=_signed(begun, day))


def approve_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Approve the gross: the budget is spent; a debt that no inspection set up arises (EX02, EX09).

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToMoveBudget, UnableToTakeOut, UnableToPostEntry: the books refuse.
    """
    day = day_of(asked)
    begun.assert_may(_lapse(begun, day))
    voucher = begun.document
    draft, content = read_voucher(voucher.contents.content["said"]), voucher.contents.content
    if draft.budget_line and draft.charged:
        budget.disburse(
            document_id=voucher.id,
            wanted=[_wanted(draft)],
            day=day,
            officer=begun.officer,
            of=UUID(content["contract"]) if content["contract"] else voucher.id,
        )
    if draft.source_kind == "deposit":
        _take_out(voucher, draft, day, begun.officer)
    postings = [
        posting_by_rule(
            rule_id=recipe.rule,
            on=day,
            parts=recipe.parts,
            description=voucher.contents.description,
            document_id=voucher.id,
            reference=voucher.number,
        )
        for recipe in recipes.approval(
            kind=content["source_kind"],
            sector=content["sector"],
            account=content["account"],
            gross=voucher.contents.amount,
            fund_source=content["fund_source"],
        )
    ]
    if postings:
        journal.post_entries(postings=postings, officer=begun.officer)
    approved = _signed(begun, day, approved_on=day.isoformat())
    return documents.finish_step(begun=begun, contents=approved)


def return_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Send a voucher back to its division, with the reason; its numbers stay, its hold ends."""
    day = day_of(asked)
    begun.assert_may()
    voucher = begun.document
    if voucher.state != "requested":
        _release_own_hold(voucher, day, begun.officer)
    return documents.finish_step(begun=begun)


def cancel_voucher(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Give a voucher up: what its approval spent and posted is undone; its numbers stay used.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToReverseEntry: the month of ``day`` is closed.
    """
    day = day_of(asked)
    voucher = begun.document
    begun.assert_may(rules.cancel_refusals(is_again=bool(voucher.contents.content.get("is_again"))))
    if voucher.state == "approved":
        _undo_approval(voucher, day, begun.officer, begun.note or "")
    books.row(_OVER, {"id": voucher.id})
    return documents.finish_step(begun=begun)


def _lapse(begun: StepBegun, day: date) -> Iterator[Refusal]:
    """Yield why a voucher that spends a budget is too late on a day; a deposit waits for ever."""
    contents = begun.document.contents
    if contents.content["line"] and contents.fiscal_year:
        yield from year_end.lapse_refusals(fiscal_year=contents.fiscal_year, day=day)


def _signed(begun: StepBegun, day: date, *, also: str = "", **others: object) -> Contents:
    """Return what a voucher says with the day on which its next box was signed."""
    contents = begun.document.contents
    actions = [begun.step.action, also] if also else [begun.step.action]
    days = contents.content.get("signed_on", {}) | dict.fromkeys(actions, day.isoformat())
    return replace(contents, content={**contents.content, **others, "signed_on": days})


def _wanted(draft: VoucherDraft) -> budget.Wanted:
    assert draft.budget_line is not None  # asked before
    return budget.Wanted(line_id=draft.budget_line, amount=draft.charged, pointer="/gross")


def _funds(
    voucher: LockedDocument, draft: VoucherDraft, day: date, officer: Officer
) -> list[dict[str, str]]:
    """Return what was left of the fund source, and is after this voucher, for the form."""
    if draft.budget_line is None:
        return []
    content = voucher.contents.content
    if draft.source_kind in CHARGED_BY_ITSELF:
        moved = budget.reserve(
            document_id=voucher.id, wanted=[_wanted(draft)], day=day, officer=officer
        )
        return [_fund(content["fund_source"], moved)]
    known = known_of(draft)
    assert known.line is not None  # lines are never deleted
    facts = {"contract": content["contract"], "line": draft.budget_line}
    obligated = books.row(_OBLIGATED, facts)
    before = known.line.available + (obligated[0] if obligated else 0)
    return [
        _fund(
            content["fund_source"],
            [Moved(line_id=draft.budget_line, before=before, after=before - draft.charged)],
        )
    ]


def _fund(fund_source: str, moved: Sequence[Moved]) -> dict[str, str]:
    (one,) = moved
    return {
        "fund_source": fund_source,
        "brought_forward": str(one.before),
        "carried_forward": str(one.after),
    }


def _take_out(voucher: LockedDocument, draft: VoucherDraft, day: date, officer: Officer) -> None:
    assert draft.source_id is not None  # asked before
    deposits.take_out(
        deposit_id=draft.source_id,
        amount=voucher.contents.amount,
        document_id=voucher.id,
        day=day,
        officer=officer,
        pointer="/gross",
    )


def _release_own_hold(voucher: LockedDocument, day: date, officer: Officer) -> None:
    if voucher.contents.content["source_kind"] in CHARGED_BY_ITSELF:
        budget.release(document_id=voucher.id, day=day, officer=officer)


def _undo_approval(voucher: LockedDocument, day: date, officer: Officer, reason: str) -> None:
    draft = read_voucher(voucher.contents.content["said"])
    if draft.budget_line and draft.charged:
        budget.restore(document_id=voucher.id, day=day, officer=officer)
        _release_own_hold(voucher, day, officer)
    if draft.source_kind == "deposit":
        assert draft.source_id is not None  # asked before
        deposits.put_back(
            deposit_id=draft.source_id, document_id=voucher.id, day=day, officer=officer
        )
    reverse_entries_of(document_id=voucher.id, entry_date=day, reason=reason, officer=officer)


def await_payment(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Refuse to call a voucher paid: a report of cheques does that, when it is signed."""
    begun.assert_may([rules.PAID_BY_REPORT])
    raise InvariantBroken("a refusal refuses")
