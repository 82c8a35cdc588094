"""Reading a bank credit as it was sent, with a refusal for whatever cannot be read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.bank_credits.credit_kinds import KINDS
from accounting.errors import Refusal
from accounting.reading import Reader

MAX_LINES = 100
_FIELDS = (
    *("credited_on", "kind", "payer", "payer_id", "bank_account", "clears", "reference"),
    *("deducted", "lines"),
)
_LINE_FIELDS = ("account", "receivable", "amount", "memo")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What part of the money is for; without an account it is the kind's only one."""

    pointer: str
    account: str | None
    receivable: UUID | None
    amount: Decimal | None
    memo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditDraft:
    """A bank credit as far as it could be read; ``refusals`` says what could not.

    Attributes:
        clears: money of unknown origin that turned out to be this: nothing comes to the bank now.
        deducted: what an agent kept; the lines are gross.
    """

    credited_on: date | None
    kind: str | None
    payer: str
    payer_id: UUID | None
    bank_account: str | None
    clears: UUID | None
    reference: str | None
    deducted: Decimal
    lines: tuple[CreditLine, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def gross(self) -> Decimal:
        """The sum of the lines that could be read."""
        return sum((line.amount or Decimal(0) for line in self.lines), Decimal("0.00"))

    @property
    def net(self) -> Decimal:
        """What comes to the bank."""
        return self.gross - self.deducted


def read_credit(raw: Mapping[str, Any]) -> CreditDraft:
    """Return the bank credit that a request holds, with a refusal for what cannot be read."""
    reader = Reader(raw=raw)
    reader.only(*_FIELDS)
    credited_on = reader.day("credited_on")
    kind = reader.choice("kind", tuple(KINDS))
    needs_payer = kind not in {"interest", "unidentified"}
    payer = reader.text("payer", longest=200, required=needs_payer)
    deducted = reader.amount("deducted", required=False, may_be_zero=True) or Decimal("0.00")
    if deducted and kind and KINDS[kind].deducts is None:
        reader.refuse(
            "deducted",
            "nothing_is_deducted",
            "หักได้เฉพาะภาษีที่ส่วนราชการรับชำระแทน",
            "only an agent that collects tax keeps a part",
        )
    return CreditDraft(
        credited_on=credited_on,
        kind=kind,
        payer=payer or "",
        payer_id=reader.id("payer_id", required=False),
        bank_account=reader.text("bank_account", longest=24),
        clears=reader.id("clears", required=False),
        reference=reader.text("reference", longest=60),
        deducted=deducted,
        lines=tuple(_line(line, kind) for line in reader.items("lines", most=MAX_LINES)),
        refusals=tuple(reader.refusals),
    )


def _line(reader: Reader, kind: str | None) -> CreditLine:
    reader.only(*_LINE_FIELDS)
    is_receivable = kind == "receivable"
    return CreditLine(
        pointer=reader.pointer,
        account=None if is_receivable else _account(reader, kind),
        receivable=reader.id("receivable", required=is_receivable),
        amount=reader.amount("amount"),
        memo=reader.text("memo", longest=200),
    )


def _account(reader: Reader, kind: str | None) -> str | None:
    """Return the account that the line names, or the only one that its kind has."""
    only = {"unidentified": KINDS["unidentified"].accounts[0], "interest": "4401070101.001"}
    only["specific_grant"] = "2103010102.001"
    usual = only.get(kind or "")
    return reader.account("account", required=usual is None) or usual
