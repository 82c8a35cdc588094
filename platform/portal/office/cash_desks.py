"""Pages of cash: what is banked, and the daily report that closes a day."""

from datetime import date
from typing import Any

from accounting.bankings.kind import KIND as BANKING
from accounting.daily_status.kind import KIND as DAILY_REPORT
from accounting.daily_status.queries import report_of
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Words
from accounting.remittances.kinds import SUMMARY
from accounting.remittances.queries import summaries_of
from portal.flow.desk import REVENUE, TODAY, Column, Desk, Fact, Field, Table, say

PAPER = "document_paper"
AMOUNT = Words("จำนวนเงิน", "Amount")
ON = Field(
    name="on",
    label=Words("วันที่ในบัญชี", "Date in the books"),
    kind="day",
    optional=True,
    hint=Words("เว้นว่างไว้หมายถึงวันนี้", "Today when left empty"),
)
COUNTED = Field(name="counted", label=Words("นับได้ (บาท)", "Counted (baht)"), kind="money")


def fact(label: Words, value: Any, kind: str = "text", of: tuple[str, str] | None = None) -> Fact:
    """Return a line of what a document says."""
    return Fact(label=label, value=value, kind=kind, of=of)


def taxpayer(party_id: str | None) -> tuple[str, str] | None:
    """Return where somebody stands whom a document names by id; None when it names nobody."""
    return ("taxpayers", party_id) if party_id else None


def column(label: Words, name: str, kind: str = "text") -> Column:
    """Return a column of a table of a document's lines."""
    return Column(label=label, name=name, kind=kind)


def report_of_day(day: str) -> Fact:
    """Return what leads up to the daily report of a day."""
    report = report_of(day=date.fromisoformat(day))
    of = (DAILY_REPORTS.slug, report) if report else None
    return fact(DAILY_REPORT.flow.name, day if report else None, "day", of=of)


BAHT = column(AMOUNT, "amount", "money")
BANKINGS = Desk(
    kind=BANKING,
    slug="bankings",
    module=REVENUE,
    plural=Words("นำฝากธนาคาร", "Cash banked"),
    facts=lambda document: [
        fact(Words("ใบนำฝาก", "Pay-in slip"), document["slip_no"]),
        fact(AMOUNT, document["amount"], "money"),
    ],
    fields=(
        Field(name="banked_on", label=Words("วันที่นำฝาก", "Banked on"), kind="day", begins=TODAY),
        Field(name="amount", label=AMOUNT, kind="money"),
        Field(name="slip_no", label=Words("เลขที่ใบนำฝาก", "Slip number"), optional=True),
    ),
    asks={"reverse": (ON,)},
)
_CASH_ROWS = {
    "brought_forward": "ยอดยกมา",
    "received": "รับเงิน",
    "banked": "นำฝากธนาคาร",
    "paid": "จ่าย",
    "carried_forward": "คงเหลือยกไป",
}


def _daily_tables(document: Shown) -> list[Table]:
    figures: dict[str, Any] = document["figures"]
    rows = [{"name_th": name, "amount": figures["cash"][key]} for key, name in _CASH_ROWS.items()]
    banks = (
        column(Words("บัญชี", "Account"), "name_th"),
        column(Words("ยกมา", "Brought forward"), "brought_forward", "money"),
        column(Words("ฝาก", "Deposited"), "deposited", "money"),
        column(Words("จ่าย", "Paid"), "paid", "money"),
        column(Words("คงเหลือ", "Carried forward"), "carried_forward", "money"),
    )
    cash = (column(Words("รายการ", "Item"), "name_th"), BAHT)
    summaries = summaries_of(day=date.fromisoformat(document["document_date"]))
    draft = say(SUMMARY.flow.states["draft"])
    number = Column(label=Words("เลขที่", "Number"), name="number", slug="remittance-summaries")
    return [
        Table(label=Words("เงินสด", "Cash"), columns=cash, rows=rows),
        Table(label=Words("เงินฝากธนาคาร", "Banks"), columns=banks, rows=figures["banks"]),
        Table(
            label=SUMMARY.flow.name,
            columns=(number, BAHT),
            rows=[{**one, "number": one["number"] or draft} for one in summaries],
        ),
    ]


DAILY_REPORTS = Desk(
    kind=DAILY_REPORT,
    slug="daily-reports",
    module=REVENUE,
    plural=Words("รายงานสถานะการเงินประจำวัน", "Daily cash position"),
    facts=lambda document: [
        fact(Words("นับได้ในที่เก็บรักษาเงิน", "Counted in the vault"), document["counted"], "money"),
    ],
    tables=_daily_tables,
    fields=(Field(name="date", label=Words("วันที่", "Date"), kind="day", begins=TODAY), COUNTED),
    asks={"recount": (COUNTED,)},
    paper=PAPER,
)
DESKS = (DAILY_REPORTS, BANKINGS)
