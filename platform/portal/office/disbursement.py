"""The desks of the disbursement side: from purchase request to cheque and tax return."""

import re
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import money
from accounting.cheques import choices
from accounting.cheques.kind import CHEQUES, REPORTS
from accounting.contracts.kind import CONTRACTS
from accounting.disbursement.kind import VOUCHERS
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from accounting.inspections.kind import INSPECTIONS
from accounting.purchase_requests.kind import PURCHASE_REQUESTS
from accounting.withholding_tax.kind import RETURNS
from accounting.withholding_tax.queries import withheld_in_return
from accounting.withholding_tax.rules import FORMS
from portal.flow.desk import EXPENDITURE, TODAY, Beside, Column, Desk, Field, Grid, Onward, Table
from portal.office.account_choices import accounts
from portal.office.choosing import chosen, documents_of, facts_of, line_chosen, search_of
from portal.office.dika_desk import VOUCHER_DESK
from portal.office.disbursement_words import (
    AMOUNT,
    DAY,
    FUND,
    FUNDS,
    METHODS,
    PAYEE,
)
from thai import baht, buddhist


def _request_typed(shown: Shown) -> dict[str, Any]:
    line = line_chosen(shown["budget_line"]) if shown.get("budget_line") else {}
    return {**shown, "budget_line_name": line.get("budget_line")}


REQUESTS = Desk(
    kind=PURCHASE_REQUESTS,
    slug="purchase-requests",
    module=EXPENDITURE,
    plural=Words("ขอซื้อขอจ้าง", "Purchase requests"),
    facts=facts_of((FUND, "fund_source", "text")),
    fields=[
        Field(name="requested_on", label=DAY, kind="day", begins=TODAY),
        Field(
            name="budget_line",
            label=Words("รายการงบประมาณ", "Budget line"),
            kind="search",
            search=search_of(choices.budget_lines),
        ),
        Field(name="fund_source", label=FUND, kind="choice", choices=FUNDS),
        Field(name="amount", label=AMOUNT, kind="money"),
        Field(name="description", label=Words("รายการที่ขอ", "What is asked for"), kind="long"),
    ],
    onward=[
        Onward(
            name=Words("บันทึกสัญญาหรือใบสั่ง", "Record the contract"),
            slug="contracts",
            kind=CONTRACTS,
            states=["approved"],
            instead_of="contract",
            fills=lambda shown: {
                **chosen("purchase_request", shown["id"], shown["number"], shown["description"]),
                "amount": shown["amount"],
                "description": shown["description"],
            },
        )
    ],
    as_typed=_request_typed,
)
CONTRACT_DESK = Desk(
    kind=CONTRACTS,
    slug="contracts",
    module=EXPENDITURE,
    plural=Words("สัญญาและใบสั่ง", "Contracts and orders"),
    facts=facts_of(
        (Words("ผู้ขาย", "Vendor"), "vendor_name", "text"),
        (Words("ใบขอซื้อขอจ้าง", "Purchase request"), "purchase_request_number", "text"),
        (Words("โครงการ e-GP", "e-GP project"), "e_gp_no", "text"),
        (FUND, "fund_source", "text"),
        of={
            "purchase_request_number": ("purchase-requests", "purchase_request"),
            "vendor_name": ("vendors", "vendor"),
        },
    ),
    tables=lambda shown: (
        [
            Table(
                label=Words("บันทึกต่อท้ายสัญญา", "Annexes"),
                columns=[
                    Column(label=DAY, name="signed_on", kind="day"),
                    Column(label=AMOUNT, name="amount", kind="money"),
                    Column(label=Words("เหตุผล", "Reason"), name="reason"),
                ],
                rows=shown["annexes"],
            )
        ]
        if shown.get("annexes")
        else []
    ),
    fields=[
        Field(
            name="purchase_request",
            label=Words("ใบขอซื้อขอจ้างที่อนุมัติแล้ว", "Approved purchase request"),
            kind="search",
            search=documents_of("PR", "approved"),
        ),
        Field(
            name="vendor",
            label=Words("ผู้ขายหรือผู้รับจ้าง", "Vendor"),
            kind="search",
            search=search_of(choices.vendors),
        ),
        Field(name="amount", label=Words("วงเงินสัญญา", "Amount"), kind="money"),
        Field(name="signed_on", label=Words("วันลงนาม", "Signed on"), kind="day", begins=TODAY),
        Field(
            name="e_gp_no",
            label=Words("เลขที่โครงการ e-GP (11 หลัก)", "e-GP project (11 digits)"),
            optional=True,
        ),
        Field(name="description", label=Words("รายการ", "Description"), kind="long", optional=True),
    ],
    onward=[
        Onward(
            name=Words("ตรวจรับ", "Inspect a delivery"),
            slug="inspections",
            kind=INSPECTIONS,
            states=["signed", "amended"],
            fills=lambda shown: {
                **chosen("contract", shown["id"], shown["number"], shown["description"]),
                "lines-amount": shown["amount"],
            },
        )
    ],
    asks={
        "amend": [
            Field(name="amount", label=Words("วงเงินใหม่", "New amount"), kind="money"),
            Field(name="signed_on", label=Words("วันลงนาม", "Signed on"), kind="day"),
        ]
    },
)
INSPECTION_DESK = Desk(
    kind=INSPECTIONS,
    slug="inspections",
    module=EXPENDITURE,
    plural=Words("ตรวจรับ", "Inspections"),
    facts=facts_of(
        (Words("สัญญา", "Contract"), "contract_number", "text"),
        (Words("ผู้ขาย", "Vendor"), "payee_name", "text"),
        (Words("ภาษีมูลค่าเพิ่มในจำนวนเงิน", "VAT in the amount"), "vat", "money"),
        (FUND, "fund_source", "text"),
        of={"contract_number": ("contracts", "contract"), "payee_name": ("vendors", "payee")},
    ),
    tables=lambda shown: [
        Table(
            label=Words("รายการที่ตรวจรับ", "What was delivered"),
            columns=[
                Column(label=Words("บัญชี", "Account"), name="account", kind="account"),
                Column(label=AMOUNT, name="amount", kind="money"),
                Column(label=Words("สินทรัพย์ที่เสร็จ", "Finished asset"), name="asset"),
            ],
            rows=shown["lines"],
        )
    ],
    fields=[
        Field(
            name="contract",
            label=Words("สัญญาหรือใบสั่ง", "Contract"),
            kind="search",
            search=documents_of("CONTRACT", "signed", "amended"),
        ),
        Field(name="accepted_on", label=Words("วันตรวจรับ", "Accepted on"), kind="day", begins=TODAY),
    ],
    grids=[
        Grid(
            name="lines",
            label=Words("รายการที่ตรวจรับ", "What was delivered"),
            total="amount",
            fields=[
                Field(
                    name="account",
                    label=Words("บัญชี", "Account"),
                    kind="search",
                    search=accounts,
                ),
                Field(name="amount", label=Words("จำนวนเงินรวม VAT", "With VAT"), kind="money"),
                Field(name="vat", label=Words("VAT", "VAT"), kind="money", optional=True),
            ],
        )
    ],
    onward=[
        Onward(
            name=Words("จัดทำฎีกาเบิกเงิน", "Draw up the voucher"),
            slug="dika",
            kind=VOUCHERS,
            states=["accepted"],
            fills=lambda shown: {
                "fiscal_year": shown["fiscal_year"],
                "source": "inspection",
                **chosen("source_id", shown["id"], shown["number"], shown["description"]),
                **line_chosen(shown["budget_line"]),
                **chosen("payee", shown["payee"], shown["payee_name"]),
                "description": shown["description"],
                "gross": shown["amount"],
                "vat": shown["vat"],
            },
        )
    ],
    as_typed=lambda shown: {**shown, "contract_name": shown.get("contract_number")},
)


def _report_raw(raw: dict[str, Any]) -> dict[str, Any]:
    lines = raw.pop("lines", [])
    numbers = [line["cheque_no"] for line in lines if "cheque_no" in line]
    vouchers = [line.get("voucher") for line in lines]
    return {**raw, "vouchers": vouchers, **({"cheque_nos": numbers} if numbers else {})}


def _report_typed(shown: Shown) -> dict[str, Any]:
    lines = [
        {"voucher": one["id"], "voucher_name": one["number"], "cheque_no": one["cheque_no"]}
        for one in shown["vouchers"]
    ]
    return {**shown, "lines": lines}


REPORT_DESK = Desk(
    kind=REPORTS,
    slug="cheque-reports",
    module=EXPENDITURE,
    plural=Words("รายงานการจัดทำเช็ค/ใบถอน", "Cheque reports"),
    facts=facts_of((Words("บัญชีธนาคาร", "Bank account"), "bank_account", "text")),
    tables=lambda shown: [
        Table(
            label=Words("ฎีกาที่จ่าย", "Vouchers paid"),
            columns=[
                Column(
                    label=Words("เลขที่คลังรับ", "Treasury number"),
                    name="treasury_no",
                    slug="dika",
                ),
                Column(label=PAYEE, name="payee_name"),
                Column(label=Words("เลขที่เช็ค", "Cheque"), name="cheque_no"),
                Column(label=Words("จ่ายสุทธิ", "Net"), name="net", kind="money"),
            ],
            rows=shown["vouchers"],
        )
    ],
    fields=[
        Field(name="paid_on", label=Words("วันที่จ่าย", "Paid on"), kind="day", begins=TODAY),
        Field(
            name="bank_account",
            label=Words("บัญชีธนาคาร", "Bank account"),
            kind="search",
            search=search_of(choices.bank_accounts),
        ),
        Field(name="method", label=Words("วิธีจ่าย", "Method"), kind="choice", choices=METHODS),
    ],
    grids=[
        Grid(
            name="lines",
            label=Words("ฎีกาที่จ่าย", "Vouchers to pay"),
            fields=[
                Field(
                    name="voucher",
                    label=Words("ฎีกาที่อนุมัติแล้ว", "Approved voucher"),
                    kind="search",
                    search=documents_of("DIKA", "approved"),
                ),
                Field(name="cheque_no", label=Words("เลขที่เช็ค", "Cheque"), optional=True),
            ],
        )
    ],
    as_raw=_report_raw,
    as_typed=_report_typed,
    paper="cheque_report_pdf",
    beside=(
        Beside(
            name=Words("ไฟล์โอนเงินกรุงไทย", "Krungthai transfer file"),
            address="bank_file",
            has=lambda shown: shown["state"] == "signed" and shown["method"] == "transfer",
        ),
    ),
)
CHEQUE_DESK = Desk(
    kind=CHEQUES,
    slug="cheques",
    module=EXPENDITURE,
    plural=Words("ทะเบียนเช็ค", "Cheques"),
    facts=facts_of(
        (PAYEE, "payee_name", "text"),
        (Words("เลขที่เช็ค", "Cheque"), "cheque_no", "text"),
        (Words("ฎีกา", "Voucher"), "voucher_number", "text"),
        (Words("รายงานการจัดทำเช็ค/ใบถอน", "Cheque report"), "report_number", "text"),
        (Words("บัญชีธนาคาร", "Bank account"), "bank_account", "text"),
        (Words("รับเช็ควันที่", "Collected on"), "collected_on", "day"),
        of={
            "voucher_number": ("dika", "voucher"),
            "report_number": ("cheque-reports", "report"),
        },
    ),
)
_MONTH = re.compile(r"([0-9]{1,2})/(25[0-9]{2})")
_BUDDHIST_ERA = 543  # years


def _return_raw(raw: dict[str, Any]) -> dict[str, Any]:
    """Send a month as offices write it, 11/2569, as the API does, 2026-11."""
    month = _MONTH.fullmatch(baht.arabic_digits(str(raw.get("month", ""))))
    if month is None:
        return raw
    return {**raw, "month": f"{int(month[2]) - _BUDDHIST_ERA}-{int(month[1]):02}"}


def _in_file(shown: Shown) -> dict[str, Any]:
    """Return how many rows the file of a return has, and what they come to."""
    rows = withheld_in_return(return_id=UUID(shown["id"]))
    return {
        "rows": str(len(rows)),
        "base": str(sum((Decimal(row["base"]) for row in rows), money.ZERO)),
        "tax": str(sum((Decimal(row["tax"]) for row in rows), money.ZERO)),
    }


RETURN_DESK = Desk(
    kind=RETURNS,
    slug="withholding-returns",
    module=EXPENDITURE,
    plural=Words("ยื่นภาษีหัก ณ ที่จ่าย", "Withholding-tax returns"),
    facts=lambda shown: facts_of(
        (Words("แบบ", "Form"), "form", "text"),
        (Words("เดือน", "Month"), "month", "text"),
        (Words("นำส่งภายใน", "Due on"), "due_on", "day"),
        (Words("นำส่งแล้ววันที่", "Remitted on"), "paid_on", "day"),
        (Words("รายการในไฟล์", "Rows in the file"), "rows", "text"),
        (Words("เงินได้ในไฟล์รวม", "Income in the file"), "base", "money"),
        (Words("ภาษีในไฟล์รวม", "Tax in the file"), "tax", "money"),
    )(
        {
            **shown,
            **_in_file(shown),
            "form": FORMS[shown["form"]],
            "month": buddhist.month_in_words(date.fromisoformat(f"{shown['month']}-01")),
        }
    ),
    as_raw=_return_raw,
    paper="withholding_return_file",
    paper_name=Words("ไฟล์ส่งสรรพากร", "File for the Revenue Department"),
    fields=[
        Field(
            name="form",
            label=Words("แบบ", "Form"),
            kind="choice",
            choices=[(form, Words(name, form)) for form, name in FORMS.items()],
        ),
        Field(
            name="month",
            label=Words("เดือนที่จ่าย", "Month of payment"),
            hint=Words("เดือน/ปี พ.ศ. เช่น 11/2569", "Month and Buddhist year, 11/2569"),
        ),
    ],
    asks={
        "remit": [
            Field(name="paid_on", label=Words("วันที่นำส่ง", "Remitted on"), kind="day"),
            Field(
                name="bank_account",
                label=Words("บัญชีธนาคาร", "Bank account"),
                kind="search",
                search=search_of(choices.bank_accounts),
            ),
        ]
    },
)
DESKS = (
    *(REQUESTS, CONTRACT_DESK, INSPECTION_DESK, VOUCHER_DESK),
    *(REPORT_DESK, CHEQUE_DESK, RETURN_DESK),
)
