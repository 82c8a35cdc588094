"""When a period may be closed or opened again. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounting.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedDocument:
    """A document dated in the period that is neither posted nor cancelled."""

    id: str
    kind: str
    state: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """All that the decision depends on; ``state`` is None when the body has no such period."""

    state: str | None
    fiscal_year_state: str | None
    unfinished: Sequence[UnfinishedDocument] = ()


def opening_refusals(*, latest: int | None, this_year: int) -> Iterator[Refusal]:
    """Yield why no further fiscal year (B.E.) may be opened: one year ahead is enough to prepare.

    A year's budget is prepared in the year before (ระเบียบ มท. ว่าด้วยวิธีการงบประมาณ พ.ศ. 2563).
    """
    if latest is not None and latest > this_year:
        yield Refusal(
            code="year_not_begun",
            message_th=f"ปีงบประมาณ {latest} เปิดไว้แล้วและยังไม่เริ่ม เปิดปีถัดไปได้เมื่อปีนั้นเริ่มแล้ว",
            message_en=f"fiscal year {latest} is open and has not begun; the next one waits for it",
            of_the_books=True,
            rule="YEAR-OPEN",
        )


def closing_refusals(facts: PeriodFacts) -> Iterator[Refusal]:
    """Yield every reason why a period may not be closed, each unfinished document by itself."""
    if facts.state is None:
        yield _no_such_period()
        return
    if facts.state == "closed":
        yield _of_the_books("closed_already", "งวดนี้ปิดแล้ว", "the period is closed already")
    for document in facts.unfinished:
        yield _of_the_books(
            "unfinished_document",
            f"มีเอกสารที่ยังไม่เสร็จ: {document.description} ({document.state})",
            f"{document.kind} {document.id} is {document.state}: {document.description}",
        )


def reopening_refusals(facts: PeriodFacts) -> Iterator[Refusal]:
    """Yield every reason why a period may not be opened again."""
    if facts.state is None:
        yield _no_such_period()
        return
    if facts.state == "open":
        yield _of_the_books("open_already", "งวดนี้เปิดอยู่แล้ว", "the period is open already")
    if facts.fiscal_year_state != "open":
        yield _of_the_books("fiscal_year_closed", "ปีงบประมาณนี้ปิดแล้ว", "the fiscal year is closed")


def _no_such_period() -> Refusal:
    return _of_the_books(
        "period_missing", "ยังไม่ได้เปิดปีงบประมาณของงวดนี้", "the fiscal year has not been opened"
    )


def _of_the_books(code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="PERIOD-CLOSE",
    )
