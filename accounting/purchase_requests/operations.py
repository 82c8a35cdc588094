"""Everything that changes a purchase request. Locks the request, then its budget line.

``day`` is the date of the step in the books; the edge says it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from accounting import money
from accounting.budget import operations as budget
from accounting.budget.operations import Wanted
from accounting.budget.queries import KnownLine, lines_known
from accounting.days import day_of
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, Reference, StepBegun
from accounting.errors import InvariantBroken, Refusal
from accounting.officers import Officer
from accounting.purchase_requests.drafts import RequestDraft, read_request
from accounting.purchase_requests.rules import FLOW

_BY_CONTRACT = Refusal(
    code="by_contract",
    message_th="บันทึกสัญญาหรือใบสั่งของใบขอซื้อขอจ้างนี้ แล้วสถานะจะเปลี่ยนเอง",
    message_en="record the contract of this request: that takes the step",
    of_the_books=True,
    rule="EX01",
)


def draft_request(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Make a request as a draft.

    Raises:
        UnableToDraft: the role lacks it, or something in it is refused.
    """
    contents, refusals = _read(raw)
    return documents.draft(workflow=FLOW, contents=contents, officer=officer, others=refusals)


def change_request(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> LockedDocument:
    """Replace what a draft says; see ``documents.change_draft``."""
    contents, refusals = _read(raw)
    return documents.change_draft(
        workflow=FLOW,
        document=document,
        version=version,
        contents=contents,
        officer=officer,
        others=refusals,
    )


def approve_request(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Approve a request: it gets its number, and the line's money is held for it.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToMoveBudget: the line has less than is asked.
    """
    day = day_of(asked)
    begun.assert_may()
    request = begun.document
    draft = read_request(request.contents.content["said"])
    assert draft.budget_line is not None  # a draft is kept whole
    assert draft.amount is not None
    wanted = [Wanted(line_id=draft.budget_line, amount=draft.amount, pointer="/amount")]
    budget.reserve(document_id=request.id, wanted=wanted, day=day, officer=begun.officer)
    year = request.contents.fiscal_year or 0
    number = numbering.next_number(kind=request.kind, fiscal_year=year)
    return documents.finish_step(begun=begun, number=number)


def cancel_request(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Give a request up; what was held for it is free again.

    Raises:
        UnableToTakeStep: the flow refuses.
    """
    day = day_of(asked)
    begun.assert_may()
    if begun.document.state == "approved":
        budget.release(document_id=begun.document.id, day=day, officer=begun.officer)
    return documents.finish_step(begun=begun)


def _read(raw: Mapping[str, Any]) -> tuple[Contents, list[Refusal]]:
    """Return what a request says, and every reason against it."""
    draft = read_request(raw)
    line = lines_known([draft.budget_line]).get(draft.budget_line) if draft.budget_line else None
    contents = Contents(
        fiscal_year=line.fiscal_year if line else None,
        document_date=draft.requested_on,
        description=draft.description,
        amount=draft.amount or money.ZERO,
        content={"said": dict(raw)},
    )
    return contents, [*draft.refusals, *_line_refusals(draft, line)]


def _line_refusals(draft: RequestDraft, line: KnownLine | None) -> Iterator[Refusal]:
    if draft.budget_line is not None and line is None:
        yield _about("/budget_line", "unknown_budget_line", "ไม่พบรายการงบประมาณนี้", "no such line")
    if line and draft.fund_source and draft.fund_source != line.fund_source:
        yield _about(
            "/fund_source",
            "other_fund_source",
            f"รายการนี้จ่ายจากแหล่งเงิน {line.fund_source}",
            f"the line is paid from {line.fund_source}",
        )


def _about(pointer: str, code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, pointer=pointer, message_th=message_th, message_en=message_en, rule="EX01"
    )


def await_contract(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Refuse to call a request contracted: its contract does that, when it is recorded."""
    begun.assert_may([_BY_CONTRACT])
    raise InvariantBroken("a refusal refuses")
