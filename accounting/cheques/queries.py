"""Reading what a report pays by transfer, as the bank's file."""

import json
from datetime import date
from decimal import Decimal

from accounting import books
from accounting.bank_files import krungthai
from accounting.bank_files.krungthai import DoesNotFit, Sender, Transfer
from accounting.errors import AccountingError, Refusal

_ACCOUNTS = """
SELECT d.id::text, coalesce(p.bank_code, ''), coalesce(p.bank_account_no, ''),
       coalesce(p.bank_account_name, p.name), d.content ->> 'source_kind'
  FROM document d LEFT JOIN party p ON p.id = (d.content -> 'said' ->> 'payee')::uuid
 WHERE d.id = ANY(%(ids)s::uuid[])
 ORDER BY array_position(%(ids)s::text[], d.id::text)
"""


class UnableToWriteFile(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_write_file"


def bank_file(*, report: str, sender_name: str, product: str, company_id: str) -> bytes:
    """Return Krungthai's file of a report's transfers, of one product.

    Raises:
        UnableToWriteFile: it is no report of transfers that is signed, or somebody has no account.
    """
    head = json.loads(report)
    content = head["content"]
    if head["state"] != "signed" or content["method"] != "transfer":
        raise UnableToWriteFile([_NOT_TO_TRANSFER])
    lines = {line["id"]: line for line in content["vouchers"]}
    rows = books.rows(_ACCOUNTS, {"ids": list(lines)})
    transfers = [
        Transfer(
            bank_code=bank_code,
            account_no=account_no,
            account_name=name or lines[id_]["payee_name"],
            amount=Decimal(lines[id_]["net"]),
            reference=lines[id_]["treasury_no"],
        )
        for id_, bank_code, account_no, name, _ in sorted(
            rows, key=lambda row: list(lines).index(row[0])
        )
    ]
    refusals = krungthai.transfer_refusals(content["bank"]["bank_code"], transfers, company_id)
    if reasons := list(refusals):
        raise UnableToWriteFile(reasons)
    try:
        return krungthai.file_of(
            sender=Sender(
                name=sender_name, account_no=content["bank"]["number"], company_id=company_id
            ),
            transfers=transfers,
            effective_on=date.fromisoformat(head["document_date"]),
            product=product,
            paid="salary" if all(row[4] == "payroll" for row in rows) else "goods",
        )
    except DoesNotFit as error:
        raise UnableToWriteFile([_does_not_fit(error)]) from error


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
