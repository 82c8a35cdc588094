"""When money held for others is forfeited. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents.workflow import Step, Words, Workflow
from accounting.errors import Refusal
from accounting.open_items.rules import Item
from accounting.reading import Reader

MAKERS = frozenset({"SUPPLY", "FIN_OFFICER"})
EXECUTIVE = frozenset({"EXECUTIVE"})
GUARANTEES = ("2112", "2208")
REVENUES = ("4401040110.001", "4401100199.001")  # of a forfeited guarantee; the first is usual

FORFEITURES = Workflow(
    kind="FORFEIT",
    name=Words("ใบริบเงินประกัน", "forfeiture of a guarantee"),
    drafts=MAKERS,
    states={
        "draft": Words("รออนุมัติ", "to be approved"),
        "approved": Words("ริบแล้ว", "forfeited"),
        "cancelled": Words("ยกเลิก", "cancelled"),
    },
    steps=(
        Step(
            action="approve",
            name=Words("อนุมัติให้ริบ", "Approve"),
            comes_from=("draft",),
            leads_to="approved",
            roles=EXECUTIVE,
            differs_from=("draft",),
            signs=True,
        ),
        Step(
            action="cancel",
            name=Words("ไม่ริบ", "Cancel"),
            comes_from=("draft",),
            leads_to="cancelled",
            roles=MAKERS | EXECUTIVE,
            needs_note=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForfeitureDraft:
    """A forfeiture as far as it could be read; ``refusals`` says what could not."""

    forfeited_on: date | None
    deposit: UUID | None
    amount: Decimal | None
    revenue: str
    reason: str
    refusals: tuple[Refusal, ...] = ()


def read_forfeiture(raw: Mapping[str, Any]) -> ForfeitureDraft:
    """Return the forfeiture that a request holds, with a refusal for what cannot be read."""
    reader = Reader(raw=raw)
    reader.only("forfeited_on", "deposit", "amount", "revenue", "reason")
    return ForfeitureDraft(
        forfeited_on=reader.day("forfeited_on"),
        deposit=reader.id("deposit"),
        amount=reader.amount("amount"),
        revenue=reader.choice("revenue", REVENUES, required=False) or REVENUES[0],
        reason=reader.text("reason", longest=200, required=True) or "",
        refusals=tuple(reader.refusals),
    )


def forfeiture_refusals(draft: ForfeitureDraft, item: Item | None) -> Iterator[Refusal]:
    """Yield every reason to refuse, besides what is open of the deposit."""
    yield from draft.refusals
    if item and not item.account.startswith(GUARANTEES):
        yield Refusal(
            code="no_guarantee",
            pointer="/deposit",
            message_th="ริบได้เฉพาะเงินประกัน เงินรับฝากเป็นของผู้ฝาก",
            message_en="only a guarantee is forfeited; a deposit belongs to its owner",
            rule="DP03",
        )
