"""Reading a receivable as it was sent, with a refusal for whatever cannot be read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.errors import Refusal
from accounting.reading import Reader

_FIELDS = (
    *("recorded_on", "due_on", "debtor", "debtor_id", "account", "revenue", "amount"),
    *("purpose", "voucher"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivableDraft:
    """A receivable as far as it could be read; ``refusals`` says what could not.

    Attributes:
        revenue: the account that is credited; of an over-payment, what the voucher was charged to.
        voucher: the number of the ฎีกา that paid too much, the division's or the treasury's.
    """

    recorded_on: date | None
    due_on: date | None
    debtor: str
    debtor_id: UUID | None
    account: str | None
    revenue: str | None
    amount: Decimal | None
    purpose: str
    voucher: str | None
    refusals: tuple[Refusal, ...] = ()


def read_receivable(raw: Mapping[str, Any]) -> ReceivableDraft:
    """Return the receivable that a request holds, with a refusal for what cannot be read."""
    reader = Reader(raw=raw)
    reader.only(*_FIELDS)
    return ReceivableDraft(
        recorded_on=reader.day("recorded_on"),
        due_on=reader.day("due_on"),
        debtor=reader.text("debtor", longest=200, required=True) or "",
        debtor_id=reader.id("debtor_id", required=False),
        account=reader.account("account"),
        revenue=reader.account("revenue"),
        amount=reader.amount("amount"),
        purpose=reader.text("purpose", longest=200, required=True) or "",
        voucher=reader.text("voucher", longest=40),
        refusals=tuple(reader.refusals),
    )
