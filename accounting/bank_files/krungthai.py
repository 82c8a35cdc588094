"""Krungthai's iPay text file: who is paid how much into which account. Pure.

Fields: ktb_ipay_text_format.csv; services: ktb_service_codes.csv. ``direct`` pays into accounts of
Krungthai, ``standard`` into those of other banks, so a payment has at most one file of each.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from accounting.bank_files.fixed_width import DoesNotFit, Field, fields_of, written
from accounting.data_files import rows_of
from accounting.errors import Refusal

KRUNGTHAI = "006"
PRODUCTS = ("direct", "standard")
ENCODING = "cp874"
LINE_END = "\r\n"
SERVICES = {  # product: what is paid -> service code
    "direct": {"goods": "14", "salary": "02"},
    "standard": {"goods": "04", "salary": "01"},
}
_FILE = "ktb_ipay_text_format.csv"
_SATANG = 100
_BRANCH_DIGITS = 4
_ACCOUNT_DIGITS, _LONGEST_ACCOUNT = 10, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who pays: the body, its account at Krungthai and the id that its branch gave it."""

    name: str
    account_no: str
    company_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One payment into an account."""

    bank_code: str
    account_no: str
    account_name: str
    amount: Decimal
    reference: str


@cache
def _fields(record: str) -> tuple[Field, ...]:
    return fields_of(_FILE, record)


def product_of(transfer: Transfer) -> str:
    """Return which file a transfer goes into."""
    return "direct" if transfer.bank_code == KRUNGTHAI else "standard"


def transfer_refusals(
    sender_bank: str, transfers: Sequence[Transfer], company_id: str
) -> Iterator[Refusal]:
    """Yield every reason why no file can be made."""
    if sender_bank != KRUNGTHAI:
        yield _refusal(
            "not_krungthai", "", "บัญชีที่จ่ายไม่ใช่ธนาคารกรุงไทย", "the account is not Krungthai's"
        )
    if not company_id:
        yield _refusal(
            "no_company_id",
            "",
            "ยังไม่มีรหัสบริษัทที่สาขาของธนาคารให้ไว้ ให้ระบุก่อน",
            "the id that the bank's branch gave the office is missing: enter it first",
        )
    elif not company_id.isascii():
        yield _refusal(
            "company_id", "", "รหัสบริษัทใช้อักษรอังกฤษและเลข", "the company id is plain ASCII"
        )
    known = {row["code"] for row in rows_of("bank_codes.csv")}
    for place, transfer in enumerate(transfers):
        where = f"/transfers/{place}"
        yield from _row_refusals(where, transfer, is_known_bank=transfer.bank_code in known)


def _row_refusals(where: str, transfer: Transfer, *, is_known_bank: bool) -> Iterator[Refusal]:
    """Yield why one transfer cannot stand in a file, and what to do about it."""
    name = transfer.account_name
    if not is_known_bank:
        yield _refusal(
            "unknown_bank",
            where,
            f"ไม่มีรหัสธนาคาร {transfer.bank_code or '-'} ของ {name} ให้เลือกธนาคารในทะเบียนของผู้รับเงิน",
            f"{name} has no bank that is known ({transfer.bank_code or '-'}):"
            " choose one in the payee's register",
        )
    if not transfer.account_no.isdigit():
        yield _refusal(
            "no_bank_account",
            where,
            f"{name} ไม่มีเลขที่บัญชีธนาคารในทะเบียน ให้เพิ่มในทะเบียนของผู้รับเงิน",
            f"{name} has no bank account in the register: add it there",
        )
    elif len(transfer.account_no) > _LONGEST_ACCOUNT:
        yield _refusal(
            "bank_account_too_long",
            where,
            f"เลขที่บัญชีของ {name} ยาวเกิน {_LONGEST_ACCOUNT} หลัก ให้ตรวจแก้ในทะเบียน หรือจ่ายเป็นเช็ค",
            f"the account of {name} has over {_LONGEST_ACCOUNT} digits:"
            " correct it in the register, or pay by cheque",
        )


def file_of(
    *, sender: Sender, transfers: Sequence[Transfer], effective_on: date, product: str, paid: str
) -> bytes:
    """Return the file of a product: a header, then a record for each transfer.

    Args:
        sender: who pays.
        transfers: all of the payment; those of the other product are left out.
        effective_on: when the bank is to pay.
        product: direct or standard.
        paid: goods or salary.

    Raises:
        DoesNotFit: an account number or an amount has too many digits.
    """
    own = [one for one in transfers if product_of(one) == product]
    total = sum((one.amount for one in own), Decimal(0))
    header = {
        "count": len(own),
        "total_satang": _satang(total),
        "effective_on": effective_on,
        "company_id": sender.company_id,
    }
    service = SERVICES[product][paid]
    records = [written(_fields("header"), header)]
    for running_no, one in enumerate(own, start=1):
        records.append(
            written(
                _fields("detail"),
                {
                    "receiver_bank": one.bank_code,
                    "receiver_branch": _branch(one.account_no),
                    "receiver_account": one.account_no,
                    "sender_branch": _branch(sender.account_no),
                    "sender_account": sender.account_no,
                    "effective_on": effective_on,
                    "service": service,
                    "amount_satang": _satang(one.amount),
                    "receiver_name": one.account_name,
                    "sender_name": sender.name,
                    "reference_1": one.reference,
                    "running_no": running_no,
                },
            )
        )
    text = "".join(record + LINE_END for record in records)
    return text.encode(ENCODING, errors="replace")


def _branch(account_no: str) -> str:
    """Return the branch, which the first three digits of an account of ten name."""
    return account_no[:3].zfill(_BRANCH_DIGITS) if len(account_no) == _ACCOUNT_DIGITS else "0"


def _satang(amount: Decimal) -> int:
    return int(amount * _SATANG)


def _refusal(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        pointer=pointer,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule="KTB-IPAY",
    )


__all__ = ["DoesNotFit", "Sender", "Transfer", "file_of", "product_of", "transfer_refusals"]
