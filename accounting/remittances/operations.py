"""Everything that changes remittance slips and their daily summaries.

A slip locks its receipts, a summary its slips, each in the order of their ids.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.asked import count_of
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import StepBegun
from accounting.documents.rows import Contents, LockedDocument
from accounting.documents.together import move_together
from accounting.fiscal_year import fiscal_year_of
from accounting.officers import Officer
from accounting.receipts import rules as receipts
from accounting.receipts.drafts import TO_HAND
from accounting.remittances import rules
from accounting.remittances.rules import SLIPS, SUMMARIES, DayFacts

# Receipts that wait are few at any time: the index of kind and state holds no others.
_WAITING_RECEIPTS = """
SELECT id, number, amount, content->>'method' FROM document
 WHERE kind = 'RECEIPT' AND state = 'issued' AND document_date = %(day)s
   AND (%(collector)s::uuid IS NULL OR prepared_by = %(collector)s::uuid)
 ORDER BY id FOR UPDATE
"""
_SLIPS_OF_DAY = """
SELECT id, state, amount, description
  FROM document
 WHERE kind = 'REMIT' AND state IN ('draft', 'received') AND document_date = %(day)s
 ORDER BY id FOR UPDATE
"""
_STILL_REMITTED = """
SELECT id FROM document
 WHERE id = ANY(%(ids)s::uuid[]) AND state = 'remitted' ORDER BY id FOR UPDATE
"""
_HANDS = """
SELECT array_agg(DISTINCT s.officer_id), array_agg(DISTINCT s.officer_id)
                 FILTER (WHERE s.acting_order IS NOT NULL)
  FROM document_step s
 WHERE s.document_id = ANY(%(ids)s::uuid[]) AND s.action IN ('draft', 'receive')
"""


def hand_over(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Make the slip of a collector's receipts of a day that are in no slip yet; return its id.

    Raises:
        UnableToDraft: the role lacks it, or there is nothing to hand over.
    """
    asked = rules.read_day(raw)
    day = asked.day
    found = books.rows(_WAITING_RECEIPTS, {"day": day, "collector": officer.id})
    slip = documents.draft(
        workflow=SLIPS,
        contents=_slip(day, found, officer),
        officer=officer,
        others=[*asked.refusals, *rules.slip_refusals(receipts=len(found))],
    )
    move_together(
        kind=receipts.FLOW.kind,
        ids=[row[0] for row in found],
        comes_from="issued",
        action="remit",
        leads_to="remitted",
        officer=officer.in_office(receipts.COLLECTOR),
    )
    return slip.id


def remit_receipt(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Hand over a receipt, with all others of its collector and its day: the slip is made of them.

    Raises:
        UnableToTakeStep: it is another collector's, or not issued.
    """
    is_own = begun.document.prepared_by == begun.officer.id
    begun.assert_may(rules.remitting_refusals(is_own=is_own))
    day = begun.document.contents.document_date
    assert day is not None  # issued receipts have one
    hand_over(raw={"collected_on": day.isoformat()}, officer=begun.officer)
    return begun.document.id


def receive(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Count what is handed over and sign for it.

    Raises:
        UnableToTakeStep: one's own slip, or what was counted is not what it says.
    """
    content = begun.document.contents.content
    in_hand = Decimal(content["in_hand"])
    count = count_of(asked)
    refusals = rules.receiving_refusals(in_hand=in_hand, counted=count.counted)
    begun.assert_may(count.refusals or refusals)
    documents.finish_step(begun=begun, number=_number(begun.document))
    return begun.document.id


def cancel_slip(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Give a slip up before it is received; its receipts wait for another one.

    Raises:
        UnableToTakeStep: it was received, or the role lacks it.
    """
    begun.assert_may()
    documents.finish_step(begun=begun)
    ids = [UUID(id_) for id_ in begun.document.contents.content["receipts"]]
    standing = books.rows(_STILL_REMITTED, {"ids": ids})
    move_together(
        kind=receipts.FLOW.kind,
        ids=[row[0] for row in standing],
        comes_from="remitted",
        action="take-back",
        leads_to="issued",
        officer=begun.officer,
        note=begun.note,
    )
    return begun.document.id


def sum_up(*, raw: Mapping[str, Any], officer: Officer) -> UUID:
    """Make the summary of all slips of a day; return its id.

    Raises:
        UnableToDraft: the role lacks it, or a receipt or slip of the day is not finished.
    """
    asked = rules.read_day(raw)
    day = asked.day
    waiting = books.rows(_WAITING_RECEIPTS, {"day": day, "collector": None})
    slips = books.rows(_SLIPS_OF_DAY, {"day": day})
    received = [slip for slip in slips if slip[1] == "received"]
    facts = DayFacts(
        not_remitted=[row[1] for row in waiting],
        not_received=[slip[3] for slip in slips if slip[1] == "draft"],
        received=len(received),
    )
    summary = documents.draft(
        workflow=SUMMARIES,
        contents=Contents(
            fiscal_year=fiscal_year_of(day) if day else None,
            document_date=day,
            description=f"สรุปใบนำส่งเงิน {len(received)} ฉบับ",
            amount=sum((slip[2] for slip in received), Decimal("0.00")),
            content={"remittances": [str(slip[0]) for slip in received]},
        ),
        officer=officer,
        others=[*asked.refusals, *rules.summary_refusals(facts)],
    )
    move_together(
        kind=SLIPS.kind,
        ids=[slip[0] for slip in received],
        comes_from="received",
        action="summarise",
        leads_to="summarised",
        officer=officer.in_office(rules.FIN_OFFICER),
    )
    return summary.id


def summarise_slip(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Sum up the day of a slip: the summary is made of it and all others of the day.

    Raises:
        UnableToTakeStep: nobody has received it, or the role lacks it.
        UnableToDraft: another paper of the day is not finished.
    """
    begun.assert_may()
    day = begun.document.contents.document_date
    assert day is not None  # a slip is of a day
    sum_up(raw={"collected_on": day.isoformat()}, officer=begun.officer)
    return begun.document.id


def check_summary(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Check a summary: from now on its receipts stand in the cash receipts book.

    Raises:
        UnableToTakeStep: one's own, or the officer collected or received what it sums up.
    """
    found = books.row(_HANDS, {"ids": _slips_of(begun.document)})
    hands, under_order = found or ([], [])
    refusals = rules.bookkeeper_refusals(
        officer_id=begun.officer.id,
        hands=hands or [],
        is_waived=bool(begun.officer.acting_order) or begun.officer.id in (under_order or []),
    )
    begun.assert_may(refusals)
    documents.finish_step(begun=begun, number=_number(begun.document))
    return begun.document.id


def cancel_summary(*, begun: StepBegun, asked: Mapping[str, Any]) -> UUID:
    """Give a summary up before it is checked; its slips wait for another one.

    Raises:
        UnableToTakeStep: it was checked, or the role lacks it.
    """
    begun.assert_may()
    documents.finish_step(begun=begun)
    move_together(
        kind=SLIPS.kind,
        ids=_slips_of(begun.document),
        comes_from="summarised",
        action="take-back",
        leads_to="received",
        officer=begun.officer,
        note=begun.note,
    )
    return begun.document.id


def _slip(
    day: date | None, found: list[tuple[UUID, str, Decimal, str]], officer: Officer
) -> Contents:
    in_hand = [row[2] for row in found if row[3] in TO_HAND]
    return Contents(
        fiscal_year=fiscal_year_of(day) if day else None,
        document_date=day,
        description=f"นำส่งเงินตามใบเสร็จ {len(found)} ฉบับ โดย {officer.name_th}",
        amount=sum((row[2] for row in found), Decimal("0.00")),
        content={
            "receipts": [str(row[0]) for row in found],
            "in_hand": f"{sum(in_hand, Decimal(0)):.2f}",
        },
    )


def _number(document: LockedDocument) -> str:
    """Take the number of a slip or a summary, in its own series: ``00012/69``."""
    year = document.contents.fiscal_year
    assert year is not None  # both are of a day
    return numbering.next_number(kind=document.kind, fiscal_year=year)


def _slips_of(summary: LockedDocument) -> list[UUID]:
    return [UUID(id_) for id_ in summary.contents.content["remittances"]]
