"""The desk of ฎีกา: its form, its figures, its six signature boxes."""

from typing import Any

from accounting.cheques import choices
from accounting.cheques.kind import REPORTS
from accounting.disbursement import year_end
from accounting.disbursement.kind import VOUCHERS
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from portal.flow.desk import (
    EXPENDITURE,
    THIS_YEAR,
    Column,
    Desk,
    Fact,
    Field,
    Grid,
    Onward,
    Table,
    say,
)
from portal.office.choosing import chosen, divisions, search_of
from portal.office.disbursement_words import (
    AMOUNT,
    DAY,
    DEDUCTIONS,
    FUND,
    FUNDS,
    PAYEE,
    SOURCES,
)

# Where the documents are that a voucher may come from; a deposit is no document of its own.
_SLUGS = {"inspection": "inspections", "advance": "contracts"}


def _voucher_raw(raw: dict[str, Any]) -> dict[str, Any]:
    """Gather the fields of the source; nothing typed is nothing sent."""
    source = {"kind": raw.pop("source", None), "id": raw.pop("source_id", None)}
    return {**raw, "source": {key: value for key, value in source.items() if value is not None}}


def _voucher_typed(shown: Shown) -> dict[str, Any]:
    source, line = shown.get("source") or {}, shown.get("line") or {}
    return {
        **shown,
        "source": source.get("kind"),
        "source_id": source.get("id"),
        "source_id_name": shown["description"] if source.get("id") else None,
        "budget_line_name": " ".join(
            line[name] for name in ("task", "expenditure_type", "name") if line.get(name)
        ),
    }


def _voucher_facts(shown: Shown) -> list[Fact]:
    """Tell the voucher's own figures, what it comes from and how it was paid."""
    source, paid = shown.get("source") or {}, shown.get("payment") or {}
    slug, source_id = _SLUGS.get(source.get("kind", "")), source.get("id")
    return [
        Fact(label=Words("เลขที่คลังรับ", "Treasury number"), value=shown["treasury_no"]),
        Fact(
            label=PAYEE,
            value=shown["payee_name"],
            of=("vendors", shown["payee"]) if shown.get("payee") else None,
        ),
        Fact(label=Words("จ่ายสุทธิ", "Net"), value=shown["net"], kind="money"),
        Fact(label=Words("คลังรับวันที่", "Received on"), value=shown["received_on"], kind="day"),
        Fact(
            label=Words("ที่มา", "Source"),
            value=say(dict(SOURCES)[source["kind"]]) if source.get("kind") in dict(SOURCES) else "",
            of=(slug, str(source_id)) if slug and source_id else None,
        ),
        Fact(
            label=Words("จ่ายโดยรายงานเลขที่", "Paid by report"),
            value=paid.get("report_number"),
            of=("cheque-reports", paid["report"]) if paid.get("report") else None,
        ),
        Fact(
            label=Words("เช็ค/ใบถอน", "Cheque"),
            value=paid.get("cheque"),
            of=("cheques", paid["cheque"].replace("/", "-")) if paid.get("cheque") else None,
        ),
    ]


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
    facts=_voucher_facts,
    tables=_voucher_tables,
    notice=year_end.notice,
    fields=[
        Field(
            name="fiscal_year",
            label=Words("ปีงบประมาณ", "Fiscal year"),
            kind="number",
            begins=THIS_YEAR,
        ),
        Field(
            name="unit",
            label=Words("กอง/สำนักผู้เบิก", "Division"),
            kind="search",
            search=divisions,
            hint=Words("พิมพ์รหัสสองหลักหรือชื่อ", "Two digits, or the name"),
        ),
        Field(name="source", label=Words("ที่มา", "Source"), kind="choice", choices=SOURCES),
        Field(
            name="source_id",
            label=Words("ใบตรวจรับหรือสัญญา", "Inspection or contract"),
            kind="search",
            search=search_of(
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
            search=search_of(choices.every_budget_line),
            optional=True,
        ),
        Field(
            name="payee",
            label=PAYEE,
            kind="search",
            search=search_of(choices.payees),
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
    onward=[
        Onward(
            name=Words("จัดทำรายงานการจัดทำเช็ค/ใบถอน", "Draw up the cheque report"),
            slug="cheque-reports",
            kind=REPORTS,
            states=["approved"],
            instead_of="pay",
            fills=lambda shown: chosen(
                "lines-voucher", shown["id"], shown["treasury_no"], shown["description"]
            ),
        )
    ],
    as_raw=_voucher_raw,
    as_typed=_voucher_typed,
    paper="dika_pdf",
)
