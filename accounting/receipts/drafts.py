"""Reading a receipt as it was sent, with a refusal for whatever cannot be read. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.documents.series import SERIES
from accounting.errors import Refusal
from accounting.reading import Reader

METHODS = ("cash", "cheque", "transfer", "qr")
TO_HAND = frozenset({"cash", "cheque"})  # what the collector holds, and hands over
MAX_LINES = 100
_FIELDS = (
    *("received_on", "booked_on", "payer", "payer_id", "method", "bank_account", "reference"),
    *("book_no", "receipt_no", "lines"),
)
_LINE_FIELDS = ("revenue", "receivable", "amount", "memo")
_OURS = SERIES["RECEIPT"].mark
_BOOK = re.compile(r"[0-9A-Z]{1,12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """What part of the money is for: an account, a receivable that it settles, or its surcharge."""

    pointer: str
    account: str | None
    receivable: UUID | None
    amount: Decimal | None
    memo: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDraft:
    """A receipt as far as it could be read; ``refusals`` says what could not.

    Attributes:
        received_on: the day on the paper.
        booked_on: the day in the books; a hand-written receipt may be keyed in on a later day.
        book_no: of a hand-written book, with the ``receipt_no`` printed in it; else None.
        reference: the cheque, or the transfer.
    """

    received_on: date | None
    booked_on: date | None
    payer: str
    payer_id: UUID | None
    method: str | None
    bank_account: str | None
    reference: str | None
    book_no: str | None
    receipt_no: str | None
    lines: tuple[ReceiptLine, ...]
    refusals: tuple[Refusal, ...] = ()

    @property
    def total(self) -> Decimal:
        """The sum of what could be read."""
        return sum((line.amount or Decimal(0) for line in self.lines), Decimal("0.00"))

    @property
    def is_hand_written(self) -> bool:
        """Whether it was written in a book of paper and is keyed in now."""
        return self.book_no is not None


def read_receipt(raw: Mapping[str, Any]) -> ReceiptDraft:
    """Return the receipt that a request holds, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only(*_FIELDS)
    received_on = reader.day("received_on")
    booked_on = reader.day("booked_on", required=False) or received_on
    book_no, receipt_no = _paper(reader)
    if received_on and booked_on and booked_on != received_on:
        _refuse_booking_day(reader, received_on, booked_on, is_hand_written=book_no is not None)
    method = reader.choice("method", METHODS)
    bank_account = reader.text("bank_account", longest=24)
    if bank_account and method in TO_HAND:
        reader.refuse(
            "bank_account",
            "no_bank_account",
            "เงินสดและเช็คไม่เข้าบัญชีธนาคารเมื่อรับ ให้นำฝากภายหลัง",
            "cash and cheques reach no bank account until they are banked",
        )
    return ReceiptDraft(
        received_on=received_on,
        booked_on=booked_on,
        payer=reader.text("payer", longest=200, required=True) or "",
        payer_id=reader.id("payer_id", required=False),
        method=method,
        bank_account=bank_account,
        reference=reader.text("reference", longest=60),
        book_no=book_no,
        receipt_no=receipt_no,
        lines=tuple(_line(line) for line in reader.items("lines", most=MAX_LINES)),
        refusals=tuple(reader.refusals),
    )


def _paper(reader: Reader) -> tuple[str | None, str | None]:
    found = {name: reader.text(name, longest=12) for name in ("book_no", "receipt_no")}
    for name, value in found.items():
        if value is None and any(found.values()):
            reader.refuse(
                name, "required", "ต้องระบุทั้งเล่มที่และเลขที่", "book and number belong together"
            )
        elif value and not _BOOK.fullmatch(value):
            reader.refuse(
                name,
                "bad_book_number",
                "เล่มที่และเลขที่มีได้เฉพาะตัวเลขและ A-Z",
                "has digits and A to Z only",
            )
        elif value and value.upper().startswith(_OURS):
            reader.refuse(
                name,
                "bad_book_number",
                f"{_OURS} เป็นเลขที่ของใบเสร็จที่ระบบออกเท่านั้น",
                f"{_OURS} is what the system's own receipts are numbered with",
            )
    return found["book_no"], found["receipt_no"]


def _refuse_booking_day(
    reader: Reader, received_on: date, booked_on: date, *, is_hand_written: bool
) -> None:
    if not is_hand_written:
        reader.refuse(
            "booked_on",
            "only_hand_written",
            "เฉพาะใบเสร็จที่เขียนด้วยมือบันทึกบัญชีต่างวันได้",
            "only a hand-written receipt is booked on another day",
        )
    elif booked_on < received_on:
        reader.refuse(
            "booked_on",
            "before_received",
            "วันที่บันทึกบัญชีต้องไม่ก่อนวันที่รับเงิน",
            "must not be before the money was received",
        )


def _line(reader: Reader) -> ReceiptLine:
    reader.only(*_LINE_FIELDS)
    receivable = reader.id("receivable", required=False)
    return ReceiptLine(
        pointer=reader.pointer,
        account=reader.account("revenue", required=receivable is None),
        receivable=receivable,
        amount=reader.amount("amount"),
        memo=reader.text("memo", longest=200),
    )
