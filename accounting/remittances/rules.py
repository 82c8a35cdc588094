"""When slips are handed over and received, and a day is summed up. Pure: no ORM, clock or I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents.workflow import MONEY_REGULATION, Step, Words, Workflow
from accounting.errors import Refusal
from accounting.reading import Reader

COLLECTOR = frozenset({"COLLECTOR"})
FIN_OFFICER = frozenset({"FIN_OFFICER"})
FIN_DIRECTOR = frozenset({"FIN_DIRECTOR"})

SLIPS = Workflow(
    kind="REMIT",
    name=Words("ใบนำส่งเงิน", "remittance slip"),
    drafts=COLLECTOR,
    states={
        "draft": Words("รอรับเงิน", "handed over"),
        "received": Words("รับเงินแล้ว", "received"),
        "summarised": Words("สรุปแล้ว", "summarised"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action="receive",
            name=Words("นับและรับเงิน", "Count and receive"),
            comes_from=("draft",),
            leads_to="received",
            roles=FIN_OFFICER,
            differs_from=("draft",),
            signs=True,
        ),
        Step(
            action="summarise",
            name=Words("สรุปใบนำส่งของวัน", "Sum up the day"),
            comes_from=("received",),
            leads_to="summarised",
            roles=FIN_OFFICER,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิกใบนำส่ง", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=COLLECTOR | FIN_OFFICER,
            needs_note=True,
        ),
    ),
)
SUMMARIES = Workflow(
    kind="REMSUM",
    name=Words("ใบสำคัญสรุปใบนำส่งเงิน", "remittance summary"),
    drafts=FIN_OFFICER,
    states={
        "draft": Words("รอตรวจ", "to be checked"),
        "checked": Words("ตรวจแล้ว", "checked"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action="check",
            name=Words("ตรวจสอบ", "Check"),
            comes_from=("draft",),
            leads_to="checked",
            roles=FIN_DIRECTOR,
            differs_from=("draft",),
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ยกเลิก", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=FIN_OFFICER | FIN_DIRECTOR,
            needs_note=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What a day's summary depends on.

    Attributes:
        not_remitted: numbers of receipts of the day that are in no slip.
        not_received: numbers of the day's slips that nobody has received.
        received: how many slips it would sum up.
    """

    not_remitted: Sequence[str]
    not_received: Sequence[str]
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAsked:
    """The day that a slip or a summary is made of; ``refusals`` says why it cannot be read."""

    day: date | None
    refusals: tuple[Refusal, ...]


def read_day(raw: Mapping[str, Any]) -> DayAsked:
    """Return the day that a request names."""
    reader = Reader(raw=raw)
    reader.only("collected_on")
    return DayAsked(day=reader.day("collected_on"), refusals=tuple(reader.refusals))


def slip_refusals(*, receipts: int) -> Iterator[Refusal]:
    """Yield the reason why there is nothing to hand over."""
    if not receipts:
        yield _refusal(
            "nothing_to_remit",
            "ไม่มีใบเสร็จของท่านในวันนี้ที่ยังไม่ได้นำส่ง",
            "there are no receipts of yours of that day that are not remitted",
            pointer="/collected_on",
        )


def remitting_refusals(*, is_own: bool) -> Iterator[Refusal]:
    """Yield the reason why a collector does not hand over what another one collected."""
    if not is_own:
        yield _refusal(
            "another_collector",
            "ใบเสร็จนี้ผู้จัดเก็บคนอื่นเป็นผู้ออก ผู้ออกต้องนำส่งเอง",
            "another collector issued this receipt, and hands its money over",
        )


def receiving_refusals(*, in_hand: Decimal, counted: Decimal) -> Iterator[Refusal]:
    """Yield the reason why what was counted is not what the slip says; the arithmetic is told.

    Rule: whoever receives counts; cash and cheques equal the receipts (MOI-MONEY-2566).
    """
    if in_hand != counted:
        less = "ขาด" if counted < in_hand else "เกิน"
        yield _refusal(
            "count_differs",
            f"ตามใบเสร็จ {in_hand:,.2f} นับได้ {counted:,.2f}"
            f" {less} {abs(in_hand - counted):,.2f} บาท",
            f"the receipts say {in_hand:,.2f}, counted {counted:,.2f},"
            f" off by {abs(in_hand - counted):,.2f}",
            pointer="/counted",
        )


def summary_refusals(facts: DayFacts) -> Iterator[Refusal]:
    """Yield every reason why a day cannot be summed up yet, each unfinished paper by itself.

    Rule: the summary has all slips of the day (MOI-MONEY-2566; internal-audit manual).
    """
    for number in facts.not_remitted:
        yield _refusal(
            "receipt_not_remitted",
            f"ใบเสร็จ {number} ยังไม่ได้นำส่ง",
            f"receipt {number} is in no remittance slip",
        )
    for number in facts.not_received:
        yield _refusal(
            "remittance_not_received",
            f"ใบนำส่งเงิน {number} ยังไม่มีผู้รับเงิน",
            f"nobody has received remittance slip {number}",
        )
    if not facts.received:
        yield _refusal(
            "nothing_to_summarise",
            "ไม่มีใบนำส่งเงินของวันนี้ที่ยังไม่ได้สรุป",
            "there are no received slips of that day that are not summarised",
        )


def bookkeeper_refusals(
    *, officer_id: UUID, hands: Sequence[UUID], is_waived: bool
) -> Iterator[Refusal]:
    """Yield the reason why who collected or received the money does not enter it in the book.

    Rule: collector, cashier and bookkeeper are three officers (MOI-MONEY-2566).
    """
    if officer_id in hands and not is_waived:
        yield _refusal(
            "separation_of_duties",
            "ผู้จัดเก็บหรือผู้รับเงินของใบนำส่งในสรุปนี้ ตรวจและลงสมุดเงินสดรับเองไม่ได้",
            "whoever collected or received the money may not check it into the cash receipts book",
        )


def _refusal(code: str, message_th: str, message_en: str, *, pointer: str = "") -> Refusal:
    return Refusal(
        code=code,
        message_th=message_th,
        message_en=message_en,
        pointer=pointer,
        of_the_books=True,
        rule="REMITTANCE",
        regulation=MONEY_REGULATION,
    )
