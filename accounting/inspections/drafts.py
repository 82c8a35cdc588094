"""Reading an inspection as it was sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import money
from accounting.errors import Refusal
from accounting.inspections.recipes import WORKS_IN_PROGRESS, is_in_parts
from accounting.reading import Reader

_MOST_LINES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectedLine:
    """What was delivered.

    Attributes:
        amount: with VAT, which the body cannot claim back; ``vat`` says how much of it that is.
        asset: the account of the finished asset, on the last part of what came in parts.
    """

    account: str | None
    amount: Decimal | None
    vat: Decimal
    asset: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionDraft:
    """An inspection as far as it could be read; ``refusals`` says what could not.

    Attributes:
        deposit: which deposit pays for it, when the budget line's money is a deposit.
    """

    contract: UUID | None
    accepted_on: date | None
    lines: tuple[InspectedLine, ...]
    deposit: UUID | None
    refusals: tuple[Refusal, ...] = ()

    @property
    def amount(self) -> Decimal:
        """What is owed to the seller for it."""
        return sum((line.amount or money.ZERO for line in self.lines), money.ZERO)

    @property
    def vat(self) -> Decimal:
        """How much of that is VAT."""
        return sum((line.vat for line in self.lines), money.ZERO)


def read_inspection(raw: Mapping[str, Any]) -> InspectionDraft:
    """Return the inspection, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only("contract", "accepted_on", "lines", "deposit")
    return InspectionDraft(
        contract=reader.id("contract"),
        accepted_on=reader.day("accepted_on"),
        lines=tuple(_read_line(item) for item in reader.items("lines", most=_MOST_LINES)),
        deposit=reader.id("deposit", required=False),
        refusals=tuple(reader.refusals),
    )


def _read_line(item: Reader) -> InspectedLine:
    item.only("account", "amount", "vat", "asset")
    account, amount = item.account("account"), item.amount("amount")
    vat = item.amount("vat", required=False, may_be_zero=True) or money.ZERO
    if amount is not None and vat > amount:
        item.refuse("vat", "vat_over_amount", "ภาษีมูลค่าเพิ่มเกินจำนวนเงิน", "is over the amount")
    asset = item.account("asset", required=False)
    if asset and account and not (is_in_parts(account) or account == WORKS_IN_PROGRESS):
        item.refuse(
            "asset",
            "not_in_parts",
            "ระบุบัญชีสินทรัพย์เฉพาะงวดสุดท้ายของบัญชีพักหรืองานระหว่างก่อสร้าง",
            "only what came in parts becomes another account's asset",
        )
    return InspectedLine(account=account, amount=amount, vat=vat, asset=asset)
