"""Everything that changes a daily report, and the closing of its day.

It locks the report, then the month's period: postings of the month wait, so the figures stand.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.asked import count_of
from accounting.audit import operations as audit
from accounting.closing import days
from accounting.daily_status import queries, rules
from accounting.daily_status.rules import FLOW, CloseFacts
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument
from accounting.errors import Refusal
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer
from accounting.posting_rules.operations import post_by_rule
from accounting.posting_rules.rules import Part

# The places of BK01: Dr shortage Cr cash, or Dr cash Cr overage.
_SHORT, _OVER = (1, 2), (3, 4)
_ALONE = """
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'daily' || %(day)s::text, 3))
"""


def begin_report(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Begin the report of a day with what was counted in the vault; return its id.

    Raises:
        UnableToDraft: the role lacks it, the day has one, or something cannot be read.
    """
    draft = rules.read_daily(raw)
    refusals = list(draft.refusals)
    if draft.day:
        books.row(_ALONE, {"day": draft.day})
        if queries.report_of(day=draft.day):
            refusals.append(_has_one(draft.day))
    figures = queries.figures(day=draft.day) if draft.day else {}
    contents = _contents(draft.day, draft.counted or Decimal(0), figures)
    return documents.draft(workflow=FLOW, contents=contents, officer=officer, others=refusals).id


def recount(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Put what was counted again, and the books as they are now, into the report; all sign anew.

    Raises:
        UnableToTakeStep: the day is closed, or the role lacks it.
    """
    count = count_of(asked)
    begun.assert_may(count.refusals)
    _finish(begun, count.counted)
    return begun.document.id


def settle_difference(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Record what is short or over (BK01), so that the book is what the vault has; all sign anew.

    Raises:
        UnableToTakeStep: there is no difference, or whoever counted would record it.
        UnableToPostEntry: the month is closed.
    """
    paper = begun.document
    day, counted = _day(paper), _counted(paper)
    in_book = queries.cash_in_hand(day=day)
    begun.assert_may(rules.settling_refusals(in_book=in_book, counted=counted))
    amount = abs(in_book - counted)
    places = _SHORT if counted < in_book else _OVER
    post_by_rule(
        rule_id="BK01",
        on=day,
        parts=[Part(place=place, amount=amount) for place in places],
        description=f"เงิน{'ขาด' if counted < in_book else 'เกิน'}บัญชี: {begun.note}"[:500],
        document_id=paper.id,
        officer=begun.officer,
    )
    _finish(begun, counted)
    return paper.id


def sign_report(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Sign as one of the cash-keeping committee; the third signature completes it.

    Raises:
        UnableToTakeStep: signed before, the vault differs, or the role lacks it.
    """
    paper = begun.document
    refusals = rules.signing_refusals(
        officer_id=begun.officer.id,
        history=paper.history,
        in_book=queries.cash_in_hand(day=_day(paper)),
        counted=_counted(paper),
    )
    begun.assert_may(refusals)
    signed = len(rules.signatures(paper.history)) + 1
    documents.finish_step(begun=begun, leads_to=None if signed >= rules.SIGNERS else "draft")
    return paper.id


def close_day(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Close the day: nothing dated on it enters cash or a bank any more.

    Raises:
        UnableToTakeStep: book, vault and report differ, or something of the day is not finished.
    """
    paper = begun.document
    day = _day(paper)
    days.hold_month(day=day)
    figures = queries.figures(day=day)
    facts = CloseFacts(
        in_book=Decimal(figures["cash"]["carried_forward"]),
        counted=_counted(paper),
        is_current=paper.contents.content["figures"] == figures,
        unfinished=queries.unfinished(day=day),
    )
    begun.assert_may(rules.closing_refusals(facts))
    days.close(day=day)
    contents = _contents(day, _counted(paper), figures)
    documents.finish_step(begun=begun, contents=contents)
    audit.record(action="day_closed", subject=day.isoformat(), officer=begun.officer)
    return paper.id


def reopen_day(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Open a closed day again; the reason is kept in the audit's register, and all sign anew.

    Raises:
        UnableToTakeStep: the day is open, or the role lacks it.
    """
    begun.assert_may()
    day = _day(begun.document)
    days.hold_month(day=day)
    days.reopen(day=day)
    documents.finish_step(begun=begun)
    audit.record(
        action="day_reopened", subject=day.isoformat(), officer=begun.officer, reason=begun.note
    )
    return begun.document.id


def _finish(begun: StepBegun, counted: Decimal) -> None:
    """Put the books as they are now and the count into the report."""
    day = _day(begun.document)
    contents = _contents(day, counted, queries.figures(day=day))
    documents.finish_step(begun=begun, contents=contents)


def _contents(day: date | None, counted: Decimal, figures: Mapping[str, Any]) -> Contents:
    return Contents(
        fiscal_year=fiscal_year_of(day) if day else None,
        document_date=day,
        description="รายงานสถานะการเงินประจำวัน",
        amount=counted,
        content={"counted": f"{counted:.2f}", "figures": dict(figures)},
    )


def _day(document: LockedDocument) -> date:
    assert document.contents.document_date is not None  # a report is of a day
    return document.contents.document_date


def _counted(document: LockedDocument) -> Decimal:
    return Decimal(document.contents.content["counted"])


def _has_one(day: date) -> Refusal:
    return Refusal(
        code="reported_already",
        pointer="/date",
        message_th=f"วันที่ {day:%Y-%m-%d} มีรายงานแล้ว ให้นับใหม่ในรายงานเดิม",
        message_en=f"{day:%Y-%m-%d} has a report already; count again in it",
        of_the_books=True,
        rule="DAY-CLOSE",
    )
