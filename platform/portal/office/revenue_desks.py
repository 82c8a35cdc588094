"""Pages of money in: receipts, slips, summaries, daily reports, banking, credits, receivables."""

import json
from collections.abc import Callable, Sequence

from django.utils import timezone

from accounting.bank_credits.credit_kinds import KINDS
from accounting.bank_credits.kind import KIND as BANK_CREDIT
from accounting.chart import queries as chart
from accounting.deposits.kind import KIND as FORFEITURE
from accounting.documents.kinds import Kind, Shown
from accounting.documents.workflow import Words
from accounting.fiscal_year import fiscal_year_of
from accounting.open_items import queries as open_items
from accounting.open_items.rules import DEPOSIT, RECEIVABLE
from accounting.receivables.kind import KIND as RECEIVABLES
from accounting.remittances.kinds import RECEIPT, SLIP, SUMMARY
from accounting.remittances.queries import slip_of, summary_of
from portal.flow.desk import (
    REVENUE,
    TODAY,
    Column,
    Desk,
    Fact,
    Field,
    Found,
    Grid,
    Search,
    Table,
    say,
)
from portal.office import cash_desks
from portal.office.cash_desks import COUNTED, ON, PAPER, column, fact, taxpayer
from thai import baht

_METHODS = {
    "cash": Words("เงินสด", "Cash"),
    "cheque": Words("เช็ค", "Cheque"),
    "transfer": Words("เงินโอน", "Transfer"),
    "qr": Words("คิวอาร์โค้ด", "QR code"),
}
_AMOUNT = Words("จำนวนเงิน", "Amount")
_MEMO = Words("หมายเหตุ", "Memo")
_WHO = Words("ชื่อ", "Name")


def _accounts(*prefixes: str) -> Search:
    """Return a search of the chart for postable accounts that begin so."""

    def search(words: str, limit: int) -> Sequence[Found]:
        year = fiscal_year_of(timezone.localdate())
        text = chart.accounts(fiscal_year=year, postable=True, q=words, limit=400)
        return [
            Found(one["code"], one["code"], one["name_th"])
            for one in json.loads(text)["items"]
            if one["code"].startswith(prefixes)
        ][:limit]

    return search


def _open_items(kind: str) -> Search:
    """Return a search of what is open, by the name or the account; what is left stands beside."""

    def search(words: str, limit: int) -> Sequence[Found]:
        text = open_items.items(kind=kind, limit=limit, only_open=True, q=words)
        return [
            Found(
                one["id"],
                one["account"],
                f"{one['party_name']} {one['purpose']}".strip(),
                baht.with_separators(one["open"]),
            )
            for one in json.loads(text)["items"]
        ]

    return search


def _table(label: Words, name: str, *columns: Column) -> Callable[[Shown], list[Table]]:
    """Return what shows one of a document's lists."""
    return lambda document: [Table(label=label, columns=columns, rows=document[name])]


_RECEIVED_ON = Words("วันที่รับเงิน", "Received on")
_COLLECTED_ON = Field(
    name="collected_on", label=Words("วันที่จัดเก็บเงิน", "Collected on"), kind="day", begins=TODAY
)
_LINES = Words("รายการ", "Lines")
_CODE = column(Words("รหัสบัญชี", "Account"), "account", "account")
_NAME = column(Words("ประเภทเงิน", "Kind of money"), "name_th")
_BAHT = column(_AMOUNT, "amount", "money")
_MEMOS = column(_MEMO, "memo")


def _upward(kind: Kind, slug: str, found: tuple[str, str | None] | None) -> Fact:
    """Return what leads from a document up to the one that sums it up."""
    if found is None:
        return fact(kind.flow.name, None)
    return fact(kind.flow.name, found[1] or say(kind.flow.states["draft"]), of=(slug, found[0]))


def _receipt_facts(document: Shown) -> list[Fact]:
    payer = taxpayer(document["payer_id"])
    return [
        fact(Words("ได้รับเงินจาก", "Received from"), document["payer"], of=payer),
        fact(_RECEIVED_ON, document["received_on"], "day"),
        fact(Words("โดย", "By"), _METHODS[document["method"]].th),
        fact(Words("เช็คหรือการโอน", "Cheque or transfer"), document["reference"]),
        fact(Words("รวมเงิน", "Total"), document["total"], "money"),
        _upward(SLIP, "remittances", slip_of(receipt=document["id"])),
    ]


RECEIPTS = Desk(
    kind=RECEIPT,
    slug="receipts",
    module=REVENUE,
    plural=Words("ใบเสร็จรับเงิน", "Receipts"),
    facts=_receipt_facts,
    tables=_table(_LINES, "lines", _CODE, _MEMOS, _BAHT),
    fields=(
        Field(name="received_on", label=_RECEIVED_ON, kind="day", begins=TODAY),
        Field(name="payer", label=Words("ได้รับเงินจาก", "Received from")),
        Field(
            name="method",
            label=Words("วิธีรับเงิน", "Method"),
            kind="choice",
            choices=tuple(_METHODS.items()),
        ),
        Field(
            name="reference", label=Words("เลขที่เช็คหรือการโอน", "Cheque or transfer"), optional=True
        ),
        Field(
            name="book_no",
            label=Words("เล่มที่ (ใบเสร็จเขียนมือ)", "Book (hand-written)"),
            optional=True,
        ),
        Field(name="receipt_no", label=Words("เลขที่ในเล่ม", "Number in the book"), optional=True),
        Field(
            name="booked_on",
            label=Words("วันที่บันทึก (ใบเสร็จเขียนมือ)", "Booked on (hand-written)"),
            kind="day",
            optional=True,
        ),
    ),
    grids=(
        Grid(
            name="lines",
            label=_LINES,
            fields=(
                Field(
                    name="revenue",
                    label=Words("รายได้หรือเงินรับ", "Revenue"),
                    search=_accounts("4401", "2103", "2109", "2111", "2112", "2208"),
                ),
                Field(
                    name="receivable",
                    label=Words("ชำระลูกหนี้", "Settles"),
                    search=_open_items(RECEIVABLE),
                    optional=True,
                ),
                Field(name="amount", label=_AMOUNT, kind="money"),
                Field(name="memo", label=_MEMO, optional=True),
            ),
            total="amount",
        ),
    ),
    asks={"reverse": (ON,)},
    paper=PAPER,
)


def _slip_facts(document: Shown) -> list[Fact]:
    return [
        fact(_COLLECTED_ON.label, document["collected_on"], "day"),
        fact(Words("รวมตามใบเสร็จ", "By the receipts"), document["amount"], "money"),
        fact(Words("เงินสดและเช็ค", "Cash and cheques"), document["in_hand"], "money"),
        _upward(SUMMARY, "remittance-summaries", summary_of(slip=document["id"])),
    ]


REMITTANCES = Desk(
    kind=SLIP,
    slug="remittances",
    module=REVENUE,
    plural=Words("ใบนำส่งเงิน", "Remittance slips"),
    facts=_slip_facts,
    tables=_table(
        Words("ใบเสร็จรับเงิน", "Receipts"),
        "receipts",
        Column(label=Words("เลขที่", "Number"), name="number", slug="receipts"),
        column(Words("ได้รับเงินจาก", "Received from"), "payer"),
        _BAHT,
    ),
    fields=(_COLLECTED_ON,),
    asks={"receive": (COUNTED,)},
    paper=PAPER,
)


def _summary_tables(document: Shown) -> list[Table]:
    slips = (
        Column(label=Words("ใบนำส่งเลขที่", "Slip"), name="number", slug="remittances"),
        column(Words("ผู้นำส่ง", "Collector"), "collector"),
        _BAHT,
    )
    return [
        Table(
            label=Words("ตามประเภทเงิน", "By kind"),
            columns=(_CODE, _NAME, _BAHT),
            rows=document["kinds"],
        ),
        Table(label=Words("ใบนำส่งเงิน", "Slips"), columns=slips, rows=document["remittances"]),
    ]


SUMMARIES = Desk(
    kind=SUMMARY,
    slug="remittance-summaries",
    module=REVENUE,
    plural=Words("ใบสำคัญสรุปใบนำส่งเงิน", "Remittance summaries"),
    facts=lambda document: [
        fact(_COLLECTED_ON.label, document["collected_on"], "day"),
        fact(_AMOUNT, document["amount"], "money"),
        cash_desks.report_of_day(document["collected_on"]),
    ],
    tables=_summary_tables,
    fields=(_COLLECTED_ON,),
    paper=PAPER,
)


def _credit_facts(document: Shown) -> list[Fact]:
    said = document["credit"]
    return [
        fact(Words("ประเภท", "Kind"), KINDS[said["kind"]].name.th),
        fact(Words("ผู้โอน", "From"), said.get("payer"), of=taxpayer(said.get("payer_id"))),
        fact(Words("วันที่เงินเข้า", "Credited on"), said["credited_on"], "day"),
        fact(Words("เงินเข้าบัญชี", "Credited"), document["amount"], "money"),
    ]


BANK_CREDITS = Desk(
    kind=BANK_CREDIT,
    slug="bank-credits",
    module=REVENUE,
    plural=Words("เงินโอนเข้าบัญชี", "Bank credits"),
    facts=_credit_facts,
    tables=lambda document: [
        Table(label=_LINES, columns=(_CODE, _MEMOS, _BAHT), rows=document["credit"]["lines"])
    ],
    fields=(
        Field(
            name="credited_on", label=Words("วันที่เงินเข้า", "Credited on"), kind="day", begins=TODAY
        ),
        Field(
            name="kind",
            label=Words("ประเภท", "Kind"),
            kind="choice",
            choices=tuple((key, kind.name) for key, kind in KINDS.items()),
        ),
        Field(name="payer", label=Words("ผู้โอน", "From"), optional=True),
        Field(
            name="clears",
            label=Words("ล้างเงินรอตรวจสอบ", "Clears money of unknown origin"),
            search=_open_items(DEPOSIT),
            optional=True,
        ),
        Field(name="reference", label=Words("อ้างอิง", "Reference"), optional=True),
        Field(
            name="deducted",
            label=Words("ส่วนลดหรือค่าใช้จ่ายที่หักไว้", "Kept back"),
            kind="money",
            optional=True,
        ),
    ),
    grids=(
        Grid(
            name="lines",
            label=_LINES,
            fields=(
                Field(
                    name="account",
                    label=Words("บัญชี", "Account"),
                    search=_accounts("44", "21", "2208"),
                    optional=True,
                ),
                Field(
                    name="receivable",
                    label=Words("ชำระลูกหนี้", "Settles"),
                    search=_open_items(RECEIVABLE),
                    optional=True,
                ),
                Field(name="amount", label=_AMOUNT, kind="money"),
                Field(name="memo", label=_MEMO, optional=True),
            ),
            total="amount",
        ),
    ),
    asks={"reverse": (ON,)},
    as_typed=lambda document: document["credit"],
    paper=PAPER,
)


def _receivable_facts(document: Shown) -> list[Fact]:
    said, item = document["receivable"], document["open_item"] or {}
    return [
        fact(Words("ลูกหนี้", "Debtor"), said["debtor"], of=taxpayer(said.get("debtor_id"))),
        fact(Words("เรื่อง", "For"), said["purpose"]),
        fact(Words("ฎีกาที่จ่ายเกิน", "Voucher that overpaid"), said.get("voucher")),
        fact(Words("ครบกำหนด", "Due on"), said["due_on"], "day"),
        fact(Words("ตั้งไว้", "Principal"), document["amount"], "money"),
        fact(Words("ชำระแล้ว", "Paid"), item.get("settled"), "money"),
        fact(Words("คงค้าง", "Open"), item.get("open"), "money"),
    ]


RECEIVABLE_DESK = Desk(
    kind=RECEIVABLES,
    slug="receivables",
    module=REVENUE,
    plural=Words("ลูกหนี้", "Receivables"),
    facts=_receivable_facts,
    fields=(
        Field(
            name="recorded_on", label=Words("วันที่ตั้งลูกหนี้", "Recorded on"), kind="day", begins=TODAY
        ),
        Field(name="due_on", label=Words("วันครบกำหนด", "Due on"), kind="day"),
        Field(name="debtor", label=Words("ลูกหนี้", "Debtor")),
        Field(
            name="account",
            label=Words("บัญชีลูกหนี้", "Receivable account"),
            search=_accounts("11020501", "1103020110"),
        ),
        Field(
            name="revenue",
            label=Words("บัญชีรายได้ หรือค่าใช้จ่ายที่จ่ายเกิน", "Revenue, or expense overpaid"),
            search=_accounts("44", "5", "12"),
        ),
        Field(name="amount", label=_AMOUNT, kind="money"),
        Field(name="purpose", label=Words("เรื่อง", "For")),
        Field(
            name="voucher",
            label=Words("เลขที่ฎีกาที่จ่ายเกิน (เงินรอรับคืน)", "Voucher that overpaid"),
            optional=True,
        ),
    ),
    asks={"reverse": (ON,)},
    as_typed=lambda document: document["receivable"],
)
FORFEITURES = Desk(
    kind=FORFEITURE,
    slug="forfeitures",
    module=REVENUE,
    plural=Words("ริบเงินประกัน", "Forfeitures"),
    facts=lambda document: [
        fact(Words("เหตุผล", "Reason"), document["forfeiture"]["reason"]),
        fact(_AMOUNT, document["amount"], "money"),
    ],
    fields=(
        Field(name="forfeited_on", label=Words("วันที่ริบ", "Forfeited on"), kind="day", begins=TODAY),
        Field(
            name="deposit", label=Words("เงินประกันของ", "Guarantee of"), search=_open_items(DEPOSIT)
        ),
        Field(name="amount", label=_AMOUNT, kind="money"),
        Field(name="reason", label=Words("เหตุผล", "Reason")),
    ),
)
DESKS = (
    RECEIPTS,
    REMITTANCES,
    SUMMARIES,
    *cash_desks.DESKS,
    BANK_CREDITS,
    RECEIVABLE_DESK,
    FORFEITURES,
)
