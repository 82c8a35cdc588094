"""Reading a cheque report as it was sent. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounting.errors import Refusal
from accounting.reading import Reader

METHODS = ("cheque", "withdrawal", "transfer", "gfmis")
PAID_BY_STATE = "gfmis"
_MOST_VOUCHERS = 100
_CHEQUE_NO = re.compile(r"[0-9]{4,20}")
_BANK_ACCOUNT_LENGTH, _REFERENCE_LENGTH = 24, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A report as far as it could be read; ``refusals`` says what could not.

    Attributes:
        vouchers: by id or number, as paths write them.
        cheque_nos: printed on the cheques, in the order of the vouchers; empty when not known yet.
    """

    paid_on: date | None
    bank_account: str | None
    vouchers: tuple[str, ...]
    method: str
    cheque_nos: tuple[str, ...]
    refusals: tuple[Refusal, ...] = ()


def read_report(raw: Mapping[str, Any]) -> ReportDraft:
    """Return the report, with a refusal for whatever cannot be read."""
    reader = Reader(raw=raw)
    reader.only("paid_on", "bank_account", "vouchers", "method", "cheque_nos")
    method = reader.choice("method", METHODS, required=False) or METHODS[0]
    vouchers = _texts(reader, "vouchers", required=True)
    cheque_nos = _texts(reader, "cheque_nos", required=False)
    if cheque_nos and len(cheque_nos) != len(vouchers):
        reader.refuse(
            "cheque_nos",
            "one_for_each_voucher",
            "ต้องมีเลขที่เช็คครบทุกฎีกา ตามลำดับ",
            "there must be one for each voucher, in their order",
        )
    for place, number in enumerate(cheque_nos):
        if not _CHEQUE_NO.fullmatch(number):
            _below(reader, "cheque_nos").refuse(
                str(place), "bad_cheque_no", "เลขที่เช็คเป็นตัวเลข", "has 4 to 20 digits"
            )
    for name, given in (("vouchers", vouchers), ("cheque_nos", cheque_nos)):
        if len(set(given)) != len(given):
            reader.refuse(name, "repeated", "มีรายการซ้ำ", "one stands there twice")
    return ReportDraft(
        paid_on=reader.day("paid_on"),
        bank_account=reader.text(
            "bank_account", longest=_BANK_ACCOUNT_LENGTH, required=method != PAID_BY_STATE
        ),
        vouchers=vouchers,
        method=method,
        cheque_nos=cheque_nos,
        refusals=tuple(reader.refusals),
    )


def _texts(reader: Reader, name: str, *, required: bool) -> tuple[str, ...]:
    value = reader.raw.get(name)
    if value is None and not required:
        return ()
    if not isinstance(value, list) or not value:
        reader.refuse(name, "required", "ต้องมีอย่างน้อยหนึ่งรายการ", "a list with items is required")
        return ()
    if len(value) > _MOST_VOUCHERS:
        reader.refuse(
            name, "too_many", f"เกิน {_MOST_VOUCHERS} รายการ", f"over {_MOST_VOUCHERS} items"
        )
        return ()
    found = []
    for place, item in enumerate(value):
        if isinstance(item, str) and 0 < len(item) <= _REFERENCE_LENGTH and item.isprintable():
            found.append(item.replace("/", "-"))
        else:
            _below(reader, name).refuse(
                str(place), "not_a_string", "ต้องเป็นข้อความ", "must be a string"
            )
    return tuple(found)


def _below(reader: Reader, name: str) -> Reader:
    return Reader(raw={}, pointer=f"/{name}", refusals=reader.refusals)
