"""Everything that changes a contract. Locks the contract or its request, then the budget line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from accounting import books, money
from accounting.budget import operations as budget
from accounting.budget.operations import Wanted
from accounting.contracts import rules
from accounting.contracts.drafts import ContractDraft, read_annex, read_contract
from accounting.days import day_of
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import (
    Contents,
    LockedDocument,
    StepBegun,
    UnableToDraft,
)
from accounting.errors import NotFound, Refusal
from accounting.officers import Officer
from accounting.purchase_requests import rules as requests
from accounting.purchase_requests.drafts import read_request

_VENDOR = """
SELECT name, is_active FROM party WHERE id = %(id)s AND kind = 'vendor' FOR SHARE
"""
_ACCEPTED = """
SELECT coalesce(sum(amount), 0) FROM document
 WHERE kind = 'INSPECT' AND state = 'accepted' AND content ->> 'contract' = %(contract)s
"""


def record_contract(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Record a signed contract or order: what was held for its request is obligated (EX01).

    What the request held beyond the contract is free again.

    Raises:
        UnableToDraft: the role lacks it, or something in it is refused.
        UnableToTakeStep: the request is not approved, or has its contract.
        UnableToMoveBudget: the ledger refuses.
    """
    draft = read_contract(raw)
    begun = _request_of(draft, officer)
    vendor = books.row(_VENDOR, {"id": draft.vendor}) if draft.vendor else None
    refusals = [*draft.refusals, *_vendor_refusals(draft, vendor)]
    if begun is None:
        raise UnableToDraft([*refusals, *_unknown_request(draft)])
    request = begun.document
    refusals += _request_refusals(draft, request)
    if not refusals:
        begun.assert_may()
    assert vendor is not None or refusals
    contract = documents.draft(
        workflow=rules.FLOW,
        contents=_contents(raw, draft, request, vendor[0] if vendor else ""),
        officer=officer,
        others=refusals,
    )
    assert draft.amount is not None  # nothing was refused
    assert draft.signed_on is not None
    budget.obligate(
        document_id=contract.id,
        wanted=[Wanted(line_id=_line_of(contract), amount=draft.amount, pointer="/amount")],
        day=draft.signed_on,
        officer=officer,
        of=request.id,
        release_rest=True,
    )
    documents.finish_step(begun=begun)
    year = contract.contents.fiscal_year or 0
    number = numbering.next_number(kind=contract.kind, fiscal_year=year)
    return documents.give_number(document=contract, number=number)


def amend_contract(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Record an annex (บันทึกต่อท้ายสัญญา): the contract is for less, or on other terms.

    One that leaves nothing more to deliver completes it: its last inspection has been.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToMoveBudget: the ledger refuses.
    """
    annex = read_annex(asked)
    contract, refusals = begun.document, list(annex.refusals)
    before, amount = contract.contents.amount, annex.amount or money.ZERO
    delivered = accepted(contract=contract.id)
    if not refusals:
        refusals += rules.amendment_refusals(amount=amount, before=before, accepted=delivered)
    begun.assert_may(refusals)
    assert annex.signed_on is not None  # nothing was refused
    if amount < before:
        budget.release(
            document_id=contract.id,
            day=annex.signed_on,
            officer=begun.officer,
            amounts={_line_of(contract): before - amount},
        )
    content = contract.contents.content
    told = {"amount": str(amount), "signed_on": annex.signed_on.isoformat(), "reason": begun.note}
    annexes = [*content.get("annexes", []), told]
    contents = replace(contract.contents, amount=amount, content={**content, "annexes": annexes})
    leads_to = rules.state_after_annex(amount=amount, accepted=delivered)
    return documents.finish_step(begun=begun, contents=contents, leads_to=leads_to)


def complete_contract(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Tell that nothing more will be delivered; what was never accepted is free again.

    Raises:
        UnableToTakeStep: the flow refuses.
    """
    day = day_of(asked)
    begun.assert_may()
    return _end(begun, day, begun.officer)


def terminate_contract(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """End a contract early; what was never accepted is free again.

    Raises:
        UnableToTakeStep: the flow refuses.
    """
    day = day_of(asked)
    begun.assert_may()
    return _end(begun, day, begun.officer)


def accepted(*, contract: UUID) -> Any:
    """Return what was accepted of a contract; exact while its row is held."""
    found = books.row(_ACCEPTED, {"contract": str(contract)})
    assert found is not None  # an aggregate has one row
    return found[0]


def _end(begun: StepBegun, day: date, officer: Officer) -> LockedDocument:
    """Give back what was never accepted, and what was accepted stays bound until it is paid."""
    contract = begun.document
    rest = contract.contents.amount - accepted(contract=contract.id)
    if rest > money.ZERO:
        budget.release(
            document_id=contract.id, day=day, officer=officer, amounts={_line_of(contract): rest}
        )
    return documents.finish_step(begun=begun)


def _request_of(draft: ContractDraft, officer: Officer) -> StepBegun | None:
    if draft.purchase_request is None:
        return None
    try:
        return documents.begin_step(
            workflow=requests.FLOW,
            document=draft.purchase_request,
            action="contract",
            officer=officer,
        )
    except NotFound:
        return None


def _contents(
    raw: Mapping[str, Any], draft: ContractDraft, request: LockedDocument, vendor_name: str
) -> Contents:
    asked = request.contents
    return Contents(
        fiscal_year=asked.fiscal_year,
        document_date=draft.signed_on,
        description=draft.description or asked.description,
        amount=draft.amount or money.ZERO,
        content={
            "said": dict(raw),
            "vendor": raw.get("vendor"),
            "vendor_name": vendor_name,
            "budget_line": asked.content["said"]["budget_line"],
            "fund_source": asked.content["said"]["fund_source"],
            "purchase_request_number": request.number,
            "requested_by": str(request.prepared_by),
        },
    )


def _line_of(contract: LockedDocument) -> UUID:
    return UUID(contract.contents.content["budget_line"])


def _unknown_request(draft: ContractDraft) -> Iterable[Refusal]:
    if draft.purchase_request is not None:
        yield _about(
            "unknown_purchase_request",
            "/purchase_request",
            "ไม่พบใบขอซื้อขอจ้างนี้",
            "there is no such purchase request",
        )


def _request_refusals(draft: ContractDraft, request: LockedDocument) -> list[Refusal]:
    asked = read_request(request.contents.content["said"])
    if draft.amount is None or draft.signed_on is None or asked.requested_on is None:
        return []
    return list(
        rules.contract_refusals(
            amount=draft.amount,
            requested=request.contents.amount,
            signed_on=draft.signed_on,
            requested_on=asked.requested_on,
        )
    )


def _vendor_refusals(draft: ContractDraft, vendor: tuple[Any, ...] | None) -> Iterator[Refusal]:
    if draft.vendor is not None and vendor is None:
        yield _about("unknown_vendor", "/vendor", "ไม่พบผู้ขายในทะเบียน", "there is no such vendor")
    elif vendor is not None and not vendor[1]:
        yield _about("retired_vendor", "/vendor", "ผู้ขายเลิกใช้แล้ว", "the vendor is retired")


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, pointer=pointer, message_th=message_th, message_en=message_en, rule="EX01"
    )
