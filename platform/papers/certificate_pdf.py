"""A certificate of tax withheld (หนังสือรับรองการหักภาษี ณ ที่จ่าย) as its paper."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from accounting.withholding_tax.rules import FORMS
from papers.printing import print_form
from tenants.directory.records import BodyRecord
from thai import baht, buddhist

TITLE = "หนังสือรับรองการหักภาษี ณ ที่จ่าย"


def of_json(body: BodyRecord, certificate: str) -> bytes:
    """Return the paper of a certificate as the books tell it; the same one, the same bytes."""
    told = json.loads(certificate)
    payee, tax = told["payee"], Decimal(told["tax"])
    paid_on = date.fromisoformat(told["paid_on"])
    payer = f"{body.full_name_th} จังหวัด{body.province_th}"
    return print_form(
        "certificate",
        {
            "title": TITLE,
            "law": "ตามมาตรา 50 ทวิ แห่งประมวลรัษฎากร",
            "number": told["certificate_no"],
            "body": payer,
            "people": [
                ["ผู้มีหน้าที่หักภาษี ณ ที่จ่าย", [["ชื่อ", payer]]],
                [
                    "ผู้ถูกหักภาษี ณ ที่จ่าย",
                    [
                        ["ชื่อ", payee["name"]],
                        ["เลขประจำตัวผู้เสียภาษีอากร", f"{payee['tax_id']} สาขา {payee['branch_no']}"],
                        ["ที่อยู่", payee["address"] or "-"],
                    ],
                ],
            ],
            "form": FORMS[told["form"]],
            "line": [
                told["income_th"],
                buddhist.in_words(paid_on),
                told["rate_percent"] or "-",
                baht.with_separators(Decimal(told["base"])),
                baht.with_separators(tax),
            ],
            "words": baht.in_words(told["tax"]),
            "voucher": told["voucher_number"],
            "description": told["description"],
            "day": buddhist.in_words(paid_on),
            "complete": f"เลขที่ {told['certificate_no']}",
        },
        made_at=datetime(paid_on.year, paid_on.month, paid_on.day, tzinfo=UTC),
    )
