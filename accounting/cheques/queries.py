"""Reading what a report pays by transfer: who is paid into which account, and the bank's files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from accounting import books, money
from accounting.bank_accounts.known import company_id_of
from accounting.bank_files import krungthai
from accounting.bank_files.krungthai import PRODUCTS, DoesNotFit, Sender, Transfer
from accounting.errors import AccountingError, Refusal

_ACCOUNTS = """
SELECT d.id::text, coalesce(p.bank_code, ''), coalesce(p.bank_account_no, ''),
       coalesce(p.bank_account_name, p.name, ''), d.content ->> 'source_kind', p.id::text
  FROM document d LEFT JOIN party p ON p.id = (d.content -> 'said' ->> 'payee')::uuid
 WHERE d.id = ANY(%(ids)s::uuid[])
 ORDER BY array_position(%(ids)s::text[], d.id::text)
"""
_MANY = "ตามบัญชีรายชื่อแนบ"  # as papers say of a voucher that pays many


class UnableToWriteFile(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_write_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A voucher that a report pays by transfer; ``payee`` is the id of the party, when it has one.

    Attributes:
        product: the file that it stands in.
        refusals: why it cannot stand there.
    """

    voucher: str
    number: str
    payee: str | None
    transfer: Transfer
    product: str
    refusals: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFiles:
    """The files of a report: to accounts of Krungthai's own, and to those of other banks.

    Attributes:
        effective_on: when the bank is to pay.
        paid: goods or salary.
        refusals: why there are none, of the whole and of each row.
    """

    sender: Sender
    effective_on: date
    paid: str
    rows: Sequence[Row]
    refusals: Sequence[Refusal]

    def rows_of(self, product: str) -> list[Row]:
        """Return the rows of a product's file, in its order."""
        return [row for row in self.rows if row.product == product]

    def total(self, product: str) -> Decimal:
        """Return what a product's file pays, baht."""
        amounts = (row.transfer.amount for row in self.rows_of(product))
        return sum(amounts, money.ZERO)

    def content(self, product: str) -> bytes:
        """Return a product's file.

        Raises:
            UnableToWriteFile: at least one rule refuses, or nobody is paid by it.
        """
        if self.refusals:
            raise UnableToWriteFile(self.refusals)
        if not self.rows_of(product):
            raise UnableToWriteFile([_NOBODY])
        return self.written(product)

    def written(self, product: str) -> bytes:
        """Return a product's file as it would be.

        Raises:
            DoesNotFit: an account number or an amount has too many digits.
        """
        return krungthai.file_of(
            sender=self.sender,
            transfers=[row.transfer for row in self.rows],
            effective_on=self.effective_on,
            product=product,
            paid=self.paid,
        )


def bank_files(*, report: str, sender_name: str, company_id: str = "") -> BankFiles:
    """Return Krungthai's files of a report's transfers, and all that is wrong with them.

    Args:
        report: the document, as JSON.
        sender_name: of the body.
        company_id: as the bank gave it; empty for the one kept with the bank account.

    Raises:
        UnableToWriteFile: it is no report of transfers that is signed.
    """
    head = json.loads(report)
    content = head["content"]
    if head["state"] != "signed" or content["method"] != "transfer":
        raise UnableToWriteFile([_NOT_TO_TRANSFER])
    kept = company_id or company_id_of(content["bank_account"])
    lines = {line["id"]: line for line in content["vouchers"]}
    found = books.rows(_ACCOUNTS, {"ids": list(lines)})
    transfers = [_transfer(lines[row[0]], *row[1:4]) for row in found]
    refusals = list(krungthai.transfer_refusals(content["bank"]["bank_code"], transfers, kept))
    files = BankFiles(
        sender=Sender(name=sender_name, account_no=content["bank"]["number"], company_id=kept),
        effective_on=date.fromisoformat(head["document_date"]),
        paid="salary" if all(row[4] == "payroll" for row in found) else "goods",
        rows=[
            Row(
                voucher=row[0],
                number=lines[row[0]]["treasury_no"],
                payee=row[5],
                transfer=transfer,
                product=krungthai.product_of(transfer),
                refusals=[one for one in refusals if one.pointer == f"/transfers/{place}"],
            )
            for place, (row, transfer) in enumerate(zip(found, transfers, strict=True))
        ],
        refusals=refusals,
    )
    # What does not fit is found by writing it, once all else is right.
    return files if refusals else _fitting(files)


def _transfer(line: dict[str, Any], bank_code: str, account_no: str, name: str) -> Transfer:
    return Transfer(
        bank_code=bank_code,
        account_no=account_no,
        account_name=name or line["payee_name"] or _MANY,
        amount=Decimal(line["net"]),
        reference=line["treasury_no"],
    )


def _fitting(files: BankFiles) -> BankFiles:
    try:
        for product in PRODUCTS:
            files.written(product)
    except DoesNotFit as error:
        return replace(files, refusals=[_does_not_fit(error)])
    return files


def _does_not_fit(error: DoesNotFit) -> Refusal:
    return Refusal(
        code="does_not_fit",
        message_th=f"ข้อมูลยาวเกินช่อง {error.key} ของแฟ้มธนาคาร ({error.length} หลัก)",
        message_en=f"a value is longer than the field {error.key} of the file ({error.length})",
        of_the_books=True,
        rule="KTB-IPAY",
    )


_NOT_TO_TRANSFER = Refusal(
    code="not_to_transfer",
    message_th="ต้องเป็นรายงานการโอนเงินที่ลงนามแล้ว",
    message_en="only a signed report of transfers has a file",
    of_the_books=True,
    rule="KTB-IPAY",
)
_NOBODY = Refusal(
    code="nobody_to_pay",
    message_th="ไม่มีผู้รับเงินที่อยู่ในไฟล์ประเภทนี้",
    message_en="nobody is paid by this kind of file",
    of_the_books=True,
    rule="KTB-IPAY",
)
