"""Reading a contract or order as it was sent. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.contracts.rules import E_GP_NUMBER
from accounting.errors import Refusal
from accounting.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractDraft:
    """A contract as far as it could be read; ``refusals`` says what could not."""

    purchase_request: UUID | None
    vendor: UUID | None
    amount: Decimal | None
    signed_on: date | None
    e_gp_no: str | None
    description: str | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexDraft:
    """What a contract is for from now on (บันทึกต่อท้ายสัญญา)."""

    amount: Decimal | None
    signed_on: date | None
    refusals: tuple[Refusal, ...] = ()


def read_contract(raw: Mapping[str, Any]) -> ContractDraft:
    """Return the contract, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only("purchase_request", "vendor", "amount", "signed_on", "e_gp_no", "description")
    e_gp_no = reader.text("e_gp_no", longest=11)
    if e_gp_no is not None and not E_GP_NUMBER.fullmatch(e_gp_no):
        reader.refuse("e_gp_no", "bad_e_gp_no", "เลขที่โครงการ e-GP มี 11 หลัก", "has 11 digits")
    return ContractDraft(
        purchase_request=reader.id("purchase_request"),
        vendor=reader.id("vendor"),
        amount=reader.amount("amount"),
        signed_on=reader.day("signed_on"),
        e_gp_no=e_gp_no,
        description=reader.text("description", longest=500),
        refusals=tuple(reader.refusals),
    )


def read_annex(raw: Mapping[str, Any]) -> AnnexDraft:
    """Return the annex, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only("amount", "signed_on")
    return AnnexDraft(
        amount=reader.amount("amount"),
        signed_on=reader.day("signed_on"),
        refusals=tuple(reader.refusals),
    )
