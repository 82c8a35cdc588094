"""What may be taken out of an open item. Pure: no ORM, no clock, no I/O."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting.errors import Refusal

RECEIVABLE, DEPOSIT = "receivable", "deposit"
_WORDS = {RECEIVABLE: ("ลูกหนี้", "receivable"), DEPOSIT: ("เงินรับฝาก", "deposit")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An open item whose row the transaction holds."""

    id: UUID
    kind: str
    account: str
    party_id: UUID | None
    party_name: str
    purpose: str
    opened_on: date
    amount: Decimal
    open: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An amount that a document takes out of an item; ``pointer`` is where the request says so."""

    item_id: UUID
    amount: Decimal
    pointer: str = ""


def taking_refusals(wanted: Wanted, item: Item | None, *, kind: str) -> Iterator[Refusal]:
    """Yield every reason why an amount may not be taken out; the arithmetic is told.

    Rule: what was paid or given back is never more than what there was.
    """
    name_th, name_en = _WORDS[kind]
    if item is None or item.kind != kind:
        yield Refusal(
            code=f"unknown_{kind}",
            pointer=wanted.pointer,
            message_th=f"ไม่มีรายการ{name_th}นี้",
            message_en=f"there is no such {name_en}",
            rule="OPEN-ITEM",
        )
    elif wanted.amount > item.open:
        short = wanted.amount - item.open
        yield Refusal(
            code=f"{kind}_not_enough",
            pointer=wanted.pointer,
            message_th=(
                f"{name_th} {item.party_name} คงเหลือ {item.open:,.2f}"
                f" ขอใช้ {wanted.amount:,.2f} เกินไป {short:,.2f} บาท"
            ),
            message_en=(
                f"{name_en} of {item.party_name}: open {item.open:,.2f},"
                f" asked {wanted.amount:,.2f}, {short:,.2f} too much"
            ),
            of_the_books=True,
            rule="OPEN-ITEM",
        )
