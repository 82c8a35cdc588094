"""What the documents of the budget say, as they were sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from accounting.errors import Refusal
from accounting.ordinances.reading import Reader

LINES_MAX = 2_000
NAME_MAX, PROJECT_MAX, TEXT_MAX, REASON_MAX = 200, 100, 500, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A line that is to have money; a key that could not be read is empty."""

    pointer: str
    fund_source: str
    plan: str
    task: str
    expenditure_type: str
    project: str
    name: str
    amount: Decimal
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """ประมาณการรายรับ: what is expected of a kind of revenue, named by its ledger account."""

    pointer: str
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdinanceDraft:
    """An ordinance, a supplementary one, or an appropriation outside the budget.

    Attributes:
        day: from which the money counts; None for the first day of the fiscal year.
        authority: the council's resolution, the grant letter, the loan contract; appropriations'.
    """

    fiscal_year: int
    title: str
    day: date | None
    estimates: tuple[Estimate, ...]
    lines: tuple[DraftLine, ...]
    authority: str = ""
    is_disaster: bool = False
    refusals: tuple[Refusal, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the lines come to."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def estimated(self) -> Decimal:
        """What the estimates come to."""
        return sum((one.amount for one in self.estimates), Decimal("0.00"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDraft:
    """A transfer from a line to another, or to a new item.

    Attributes:
        changes_item: it changes the nature, quantity or quality of an item (ข้อ 27).
    """

    fiscal_year: int
    day: date | None
    from_line: UUID | None
    to_line: UUID | None
    new_item: DraftLine | None
    amount: Decimal
    reason: str
    changes_item: bool
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationDraft:
    """คำชี้แจงงบประมาณ: the new text that says what a line is spent on."""

    day: date | None
    line: UUID | None
    explanation: str
    reason: str
    changes_item: bool
    refusals: tuple[Refusal, ...] = ()


Draft = TypeVar("Draft", OrdinanceDraft, TransferDraft, ExplanationDraft)


def read_ordinance(raw: Mapping[str, Any], *, is_supplementary: bool = False) -> OrdinanceDraft:
    """Return the ordinance that a request holds."""
    reader = Reader(raw)
    draft = OrdinanceDraft(
        fiscal_year=reader.fiscal_year(),
        title=reader.text("title", longest=NAME_MAX),
        day=reader.day("effective_on", required=is_supplementary),
        estimates=reader.each("revenue_estimates", _estimate, most=LINES_MAX),
        lines=reader.each("lines", _line, most=LINES_MAX),
    )
    return _whole(draft, reader)


def read_appropriation(raw: Mapping[str, Any]) -> OrdinanceDraft:
    """Return the appropriation outside the budget that a request holds."""
    reader = Reader(raw)
    draft = OrdinanceDraft(
        fiscal_year=reader.fiscal_year(),
        title=reader.text("title", longest=NAME_MAX),
        day=reader.day("effective_on"),
        authority=reader.text("authority", longest=NAME_MAX),
        is_disaster=reader.flag("is_disaster"),
        estimates=(),
        lines=reader.each("lines", _line, most=LINES_MAX),
    )
    return _whole(draft, reader)


def read_transfer(raw: Mapping[str, Any]) -> TransferDraft:
    """Return the transfer that a request holds."""
    reader = Reader(raw)
    new_items: tuple[DraftLine, ...] = ()
    if raw.get("new_item") is not None:
        new_items = Reader({"new_item": [raw["new_item"]]}, refusals=reader.refusals).each(
            "new_item", _new_item, most=1
        )
        reader.named.add("new_item")
    draft = TransferDraft(
        fiscal_year=reader.fiscal_year(),
        day=reader.day("transferred_on", required=False),
        from_line=reader.id("from"),
        to_line=reader.id("to", required=raw.get("new_item") is None),
        new_item=next(iter(new_items), None),
        amount=reader.amount("amount"),
        reason=reader.text("reason", longest=REASON_MAX),
        changes_item=reader.flag("changes_item"),
    )
    if draft.new_item and draft.to_line:
        reader.refuse(
            "new_item", "both_targets", "ระบุ to หรือ new_item อย่างใดอย่างหนึ่ง", "is beside to: say one"
        )
    return _whole(draft, reader)


def read_explanation(raw: Mapping[str, Any]) -> ExplanationDraft:
    """Return the change of an explanation that a request holds."""
    reader = Reader(raw)
    draft = ExplanationDraft(
        day=reader.day("changed_on", required=False),
        line=reader.id("budget_line"),
        explanation=reader.text("explanation", longest=TEXT_MAX),
        reason=reader.text("reason", longest=REASON_MAX),
        changes_item=reader.flag("changes_item"),
    )
    return _whole(draft, reader)


def _line(reader: Reader) -> DraftLine:
    return DraftLine(
        pointer=reader.pointer,
        fund_source=reader.text("fund_source", longest=16),
        plan=reader.text("plan", longest=5),
        task=reader.text("task", longest=5),
        expenditure_type=reader.text("expenditure_type", longest=6),
        project=reader.text("project", longest=PROJECT_MAX, required=False),
        name=reader.text("name", longest=NAME_MAX),
        amount=reader.amount("amount"),
        explanation=reader.text("explanation", longest=TEXT_MAX, required=False),
    )


def _new_item(reader: Reader) -> DraftLine:
    """Read a line whose amount is that of the transfer, and whose money is the other line's."""
    return DraftLine(
        pointer="/new_item",
        fund_source="",
        plan=reader.text("plan", longest=5),
        task=reader.text("task", longest=5),
        expenditure_type=reader.text("expenditure_type", longest=6),
        project=reader.text("project", longest=PROJECT_MAX, required=False),
        name=reader.text("name", longest=NAME_MAX),
        amount=Decimal("0.00"),
        explanation=reader.text("explanation", longest=TEXT_MAX, required=False),
    )


def _estimate(reader: Reader) -> Estimate:
    return Estimate(
        pointer=reader.pointer,
        account=reader.text("account", longest=20),
        amount=reader.amount("amount"),
    )


def _whole(draft: Draft, reader: Reader) -> Draft:
    """Return a draft with the reasons against it, those of unknown fields last."""
    reader.refuse_unknown()
    return replace(draft, refusals=tuple(reader.refusals))
