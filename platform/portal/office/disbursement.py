"""The desks of the disbursement side: from purchase request to cheque and tax return."""

from collections.abc import Callable, Sequence
from typing import Any

from accounting.cheques import choices
from accounting.cheques.choices import Choice
from accounting.cheques.kind import CHEQUES, REPORTS
from accounting.contracts.kind import CONTRACTS
from accounting.disbursement.kind import VOUCHERS
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from accounting.inspections.kind import INSPECTIONS
from accounting.purchase_requests.kind import PURCHASE_REQUESTS
from accounting.withholding_tax.kind import RETURNS
from accounting.withholding_tax.rules import FORMS
from portal.flow.desk import EXPENDITURE, Column, Desk, Fact, Field, Found, Grid, Search, Table
from portal.office.account_choices import accounts
from portal.office.disbursement_words import (
    AMOUNT,
    DAY,
    DEDUCTIONS,
    FUND,
    FUNDS,
    METHODS,
    PAYEE,
    SOURCES,
)


def _search(found: Callable[[str, int], Sequence[Choice]]) -> Search:
    return lambda words, limit: [Found(*one) for one in found(words, limit)]


def _documents(kind: str, *states: str) -> Search:
    return _search(
        lambda words, limit: choices.documents(words, limit, kind=kind, states=list(states))
    )


def _facts(*told: tuple[Words, str, str]) -> Callable[[Shown], Sequence[Fact]]:
    return lambda shown: [
        Fact(label=label, value=shown.get(name), kind=kind) for label, name, kind in told
    ]


REQUESTS = Desk(
    kind=PURCHASE_REQUESTS,
    slug="purchase-requests",
    module=EXPENDITURE,
    plural=Words("ขอซื้อขอจ้าง", "Purchase requests"),
    facts=_facts((FUND, "fund_source", "text")),
    fields=[
        Field(name="requested_on", label=DAY, kind="day"),
        Field(
            name="budget_line",
            label=Words("รายการงบประมาณ", "Budget line"),
            kind="search",
            search=_search(choices.budget_lines),
        ),
        Field(name="fund_source", label=FUND, kind="choice", choices=FUNDS),
        Field(name="amount", label=AMOUNT, kind="money"),
        Field(name="description", label=Words("รายการที่ขอ", "What is asked for"), kind="long"),
    ],
    as_typed=dict,
)
CONTRACT_DESK = Desk(
    kind=CONTRACTS,
    slug="contracts",
    module=EXPENDITURE,
    plural=Words("สัญญาและใบสั่ง", "Contracts and orders"),
    facts=_facts(
        (Words("ผู้ขาย", "Vendor"), "vendor_name", "text"),
        (Words("ใบขอซื้อขอจ้าง", "Purchase request"), "purchase_request_number", "text"),
        (Words("โครงการ e-GP", "e-GP project"), "e_gp_no", "text"),
        (FUND, "fund_source", "text"),
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
            search=_documents("PR", "approved"),
        ),
        Field(
            name="vendor",
            label=Words("ผู้ขายหรือผู้รับจ้าง", "Vendor"),
            kind="search",
            search=_search(choices.vendors),
        ),
        Field(name="amount", label=Words("วงเงินสัญญา", "Amount"), kind="money"),
        Field(name="signed_on", label=Words("วันลงนาม", "Signed on"), kind="day"),
        Field(
            name="e_gp_no",
            label=Words("เลขที่โครงการ e-GP (11 หลัก)", "e-GP project (11 digits)"),
            optional=True,
        ),
        Field(name="description", label=Words("รายการ", "Description"), kind="long", optional=True),
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
    facts=_facts(
        (Words("สัญญา", "Contract"), "contract_number", "text"),
        (Words("ผู้ขาย", "Vendor"), "payee_name", "text"),
        (Words("ภาษีมูลค่าเพิ่มในจำนวนเงิน", "VAT in the amount"), "vat", "money"),
        (FUND, "fund_source", "text"),
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
            search=_documents("CONTRACT", "signed", "amended"),
        ),
        Field(name="accepted_on", label=Words("วันตรวจรับ", "Accepted on"), kind="day"),
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
)


def _voucher_raw(raw: dict[str, Any]) -> dict[str, Any]:
    """Gather the fields of the source; nothing typed is nothing sent."""
    source = {"kind": raw.pop("source", None), "id": raw.pop("source_id", None)}
    return {**raw, "source": {key: value for key, value in source.items() if value is not None}}


def _voucher_typed(shown: Shown) -> dict[str, Any]:
    source = shown.get("source") or {}
    return {**shown, "source": source.get("kind"), "source_id": source.get("id")}


def _voucher_tables(shown: Shown) -> list[Table]:
    words = dict(DEDUCTIONS)
    funds = dict(FUNDS)
    tables = [
        Table(
            label=Words("ลายมือชื่อหกช่อง", "Six signature boxes"),
            columns=[
                Column(label=Words("ช่อง", "Box"), name="box"),
                Column(label=Words("ข้อความ", "Says"), name="says_th"),
                Column(label=Words("ผู้ลงนาม", "Signed by"), name="officer_name_th"),
                Column(label=Words("ตำแหน่ง", "Position"), name="position_th"),
                Column(label=DAY, name="signed_on", kind="day"),
            ],
            rows=shown["signatures"],
        )
    ]
    if shown["funds"]:
        rows = [{**one, "name": funds[one["fund_source"]].th} for one in shown["funds"]]
        tables.insert(
            0,
            Table(
                label=Words("เงินคงเหลือ", "What is left"),
                columns=[
                    Column(label=FUND, name="name"),
                    Column(label=Words("ยกมา", "Before"), name="brought_forward", kind="money"),
                    Column(label=Words("ยกไป", "After"), name="carried_forward", kind="money"),
                ],
                rows=rows,
            ),
        )
    if shown.get("deductions"):
        rows = [{**one, "name": words[one["kind"]].th} for one in shown["deductions"]]
        tables.insert(
            0,
            Table(
                label=Words("รายการหัก", "Deductions"),
                columns=[
                    Column(label=Words("รายการ", "Kind"), name="name"),
                    Column(label=AMOUNT, name="amount", kind="money"),
                ],
                rows=rows,
            ),
        )
    return tables


VOUCHER_DESK = Desk(
    kind=VOUCHERS,
    slug="dika",
    module=EXPENDITURE,
    plural=Words("ฎีกาเบิกเงินรายจ่าย", "Disbursement vouchers"),
    facts=_facts(
        (Words("เลขที่คลังรับ", "Treasury number"), "treasury_no", "text"),
        (PAYEE, "payee_name", "text"),
        (Words("จ่ายสุทธิ", "Net"), "net", "money"),
        (Words("คลังรับวันที่", "Received on"), "received_on", "day"),
    ),
    tables=_voucher_tables,
    fields=[
        Field(name="fiscal_year", label=Words("ปีงบประมาณ", "Fiscal year"), kind="number"),
        Field(name="unit", label=Words("รหัสกอง/สำนัก", "Division (two digits)")),
        Field(name="source", label=Words("ที่มา", "Source"), kind="choice", choices=SOURCES),
        Field(
            name="source_id",
            label=Words("ใบตรวจรับหรือสัญญา", "Inspection or contract"),
            kind="search",
            search=_search(
                lambda words, limit: [
                    *choices.documents(words, limit, kind="INSPECT", states=["accepted"]),
                    *choices.documents(words, limit, kind="CONTRACT", states=["signed", "amended"]),
                ]
            ),
            optional=True,
        ),
        Field(
            name="budget_line",
            label=Words("รายการงบประมาณ", "Budget line"),
            kind="search",
            search=_search(choices.every_budget_line),
            optional=True,
        ),
        Field(
            name="payee",
            label=PAYEE,
            kind="search",
            search=_search(choices.payees),
            optional=True,
        ),
        Field(name="description", label=Words("รายการ", "Description"), kind="long"),
        Field(
            name="gross",
            label=Words("จำนวนเงินที่ขอเบิก (รวม VAT)", "Gross with VAT"),
            kind="money",
        ),
        Field(name="vat", label=Words("ภาษีมูลค่าเพิ่ม", "VAT"), kind="money", optional=True),
        Field(name="made_on", label=Words("วันที่จัดทำ", "Made on"), kind="day", optional=True),
    ],
    grids=[
        Grid(
            name="deductions",
            label=Words("รายการหัก", "Deductions"),
            total="amount",
            lines=2,
            fields=[
                Field(
                    name="kind",
                    label=Words("รายการ", "Kind"),
                    kind="choice",
                    choices=DEDUCTIONS,
                ),
                Field(name="amount", label=AMOUNT, kind="money"),
            ],
        )
    ],
    as_raw=_voucher_raw,
    as_typed=_voucher_typed,
    paper="dika_pdf",
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
    facts=_facts((Words("บัญชีธนาคาร", "Bank account"), "bank_account", "text")),
    tables=lambda shown: [
        Table(
            label=Words("ฎีกาที่จ่าย", "Vouchers paid"),
            columns=[
                Column(label=Words("เลขที่คลังรับ", "Treasury number"), name="treasury_no"),
                Column(label=PAYEE, name="payee_name"),
                Column(label=Words("เลขที่เช็ค", "Cheque"), name="cheque_no"),
                Column(label=Words("จ่ายสุทธิ", "Net"), name="net", kind="money"),
            ],
            rows=shown["vouchers"],
        )
    ],
    fields=[
        Field(name="paid_on", label=Words("วันที่จ่าย", "Paid on"), kind="day"),
        Field(
            name="bank_account",
            label=Words("บัญชีธนาคาร", "Bank account"),
            kind="search",
            search=_search(choices.bank_accounts),
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
                    search=_documents("DIKA", "approved"),
                ),
                Field(name="cheque_no", label=Words("เลขที่เช็ค", "Cheque"), optional=True),
            ],
        )
    ],
    as_raw=_report_raw,
    as_typed=_report_typed,
    paper="cheque_report_pdf",
)
CHEQUE_DESK = Desk(
    kind=CHEQUES,
    slug="cheques",
    module=EXPENDITURE,
    plural=Words("ทะเบียนเช็ค", "Cheques"),
    facts=_facts(
        (PAYEE, "payee_name", "text"),
        (Words("เลขที่เช็ค", "Cheque"), "cheque_no", "text"),
        (Words("ฎีกา", "Voucher"), "voucher_number", "text"),
        (Words("บัญชีธนาคาร", "Bank account"), "bank_account", "text"),
        (Words("รับเช็ควันที่", "Collected on"), "collected_on", "day"),
    ),
)
RETURN_DESK = Desk(
    kind=RETURNS,
    slug="withholding-returns",
    module=EXPENDITURE,
    plural=Words("ยื่นภาษีหัก ณ ที่จ่าย", "Withholding-tax returns"),
    facts=_facts(
        (Words("แบบ", "Form"), "form", "text"),
        (Words("เดือน", "Month"), "month", "text"),
        (Words("นำส่งภายใน", "Due on"), "due_on", "day"),
        (Words("นำส่งแล้ววันที่", "Remitted on"), "paid_on", "day"),
    ),
    fields=[
        Field(
            name="form",
            label=Words("แบบ", "Form"),
            kind="choice",
            choices=[(form, Words(name, form)) for form, name in FORMS.items()],
        ),
        Field(
            name="month",
            label=Words("เดือนที่จ่าย (ปปปป-ดด ค.ศ.)", "Month of payment (YYYY-MM)"),
        ),
    ],
    asks={
        "remit": [
            Field(name="paid_on", label=Words("วันที่นำส่ง", "Remitted on"), kind="day"),
            Field(
                name="bank_account",
                label=Words("บัญชีธนาคาร", "Bank account"),
                kind="search",
                search=_search(choices.bank_accounts),
            ),
        ]
    },
)
DESKS = (
    *(REQUESTS, CONTRACT_DESK, INSPECTION_DESK, VOUCHER_DESK),
    *(REPORT_DESK, CHEQUE_DESK, RETURN_DESK),
)
