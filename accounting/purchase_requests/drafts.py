"""Reading a purchase request as it was sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.errors import Refusal
from accounting.reading import Reader

_FUND_SOURCE_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDraft:
    """A request as far as it could be read; ``refusals`` says what could not."""

    requested_on: date | None
    budget_line: UUID | None
    amount: Decimal | None
    description: str
    fund_source: str | None
    refusals: tuple[Refusal, ...] = ()


def read_request(raw: Mapping[str, Any]) -> RequestDraft:
    """Return the request, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only("requested_on", "budget_line", "amount", "description", "fund_source")
    return RequestDraft(
        requested_on=reader.day("requested_on"),
        budget_line=reader.id("budget_line"),
        amount=reader.amount("amount"),
        description=reader.text("description", longest=500, required=True) or "",
        fund_source=reader.text("fund_source", longest=_FUND_SOURCE_LENGTH, required=True),
        refusals=tuple(reader.refusals),
    )
