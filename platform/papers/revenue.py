"""Papers of money in: receipt, remittance slip, daily summary, daily cash position report.

Each is told from a document as it is shown; the caller has opened the body's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from accounting.bank_credits.credit_kinds import KINDS
from accounting.bank_credits.kind import KIND as BANK_CREDIT
from accounting.chart.queries import account_names
from accounting.daily_status.kind import KIND as DAILY_REPORT
from accounting.documents.kinds import Kind, Shown
from accounting.remittances.kinds import RECEIPT, SLIP, SUMMARY
from papers.paper_form import AMOUNT, Column, Paper, Table, signature
from papers.signatures import Signature, signed_in_position
from tenants.directory.records import BodyRecord
from thai import baht, buddhist

_METHODS = {"cash": "เงินสด", "cheque": "เช็ค", "transfer": "เงินโอน", "qr": "คิวอาร์โค้ด"}
_VOID = {"cancelled": "ยกเลิก", "reversed": "กลับรายการแล้ว"}
_WAITING = {"draft": "ร่าง"}
_CODE, _ITEM = Column(title="รหัสบัญชี"), Column(title="รายการ", wide=True)
_NOTE = Column(title="หมายเหตุ")


def receipt(body: BodyRecord, document: Shown) -> Paper:
    """Return ใบเสร็จรับเงิน."""
    lines = [(line["account"], line["memo"] or "", line["amount"]) for line in document["lines"]]
    facts = [
        ("ได้รับเงินจาก", document["payer"]),
        ("วันที่", _day(document["received_on"])),
        ("โดย", _joined(_METHODS[document["method"]], document["reference"])),
        ("เลขที่", _receipt_number(document)),
    ]
    return _receipt(body, document, facts, lines, "issue")


def credit_receipt(body: BodyRecord, document: Shown) -> Paper:
    """Return ใบเสร็จรับเงิน for money that came to a bank account."""
    said, kind = document["credit"], KINDS[document["credit"]["kind"]]
    usual = kind.accounts[0] if len(kind.accounts[0]) == len("0000000000.000") else ""
    lines = [
        (line.get("account") or usual, line.get("memo") or kind.name.th, line["amount"])
        for line in said["lines"]
    ]
    if said.get("deducted"):
        lines.append((kind.deducts or "", "หัก ค่าใช้จ่ายหรือส่วนลด", f"-{said['deducted']}"))
    facts = [
        ("ได้รับเงินจาก", said.get("payer") or ""),
        ("วันที่", _day(said["credited_on"])),
        ("โดย", _joined("เงินโอนเข้าบัญชี", said.get("reference"))),
        ("เลขที่", document["number"] or ""),
    ]
    return _receipt(body, document, facts, lines, "check")


def slip(body: BodyRecord, document: Shown) -> Paper:
    """Return ใบนำส่งเงิน: a line for each thing that a receipt was for."""
    rows = [
        [
            one["number"],
            line["name_th"],
            "",  # รหัสงาน: revenue is kept by ledger account
            line["account"],
            baht.with_separators(line["amount"]),
            _joined(_METHODS[one["method"]], line["memo"], _VOID.get(one["state"])),
        ]
        for one in document["receipts"]
        for line in one["lines"]
    ]
    columns = [
        Column(title="เล่มที่-เลขที่ใบเสร็จ"),
        Column(title="ประเภทเงิน", wide=True),
        Column(title="รหัสงาน"),
        _CODE,
        AMOUNT,
        _NOTE,
    ]
    # The note's column stands after the amounts, so the sum has a cell of its own before it.
    total = ["รวม", baht.with_separators(document["amount"]), ""]
    return Paper(
        body=body,
        title="ใบนำส่งเงิน",
        number=document["number"] or "",
        file_name=f"remittance-{_file(document)}",
        state=_state(document),
        facts=[("วันที่", _day(document["collected_on"])), ("เลขที่", document["number"] or "-")],
        tables=[Table(columns=columns, rows=rows, total=total)],
        amount=document["amount"],
        notes=[f"เงินสดและเช็คที่นำส่ง {baht.with_separators(document['in_hand'])} บาท"],
        signatures=[
            signature("ผู้นำส่งเงิน", document["history"], "draft"),
            signature("ผู้รับเงิน", document["history"], "receive"),
        ],
        made_at=_made_at(document),
    )


def summary(body: BodyRecord, document: Shown) -> Paper:
    """Return ใบสำคัญสรุปใบนำส่งเงิน."""
    kinds = [
        [one["account"], one["name_th"], baht.with_separators(one["amount"])]
        for one in document["kinds"]
    ]
    slips = [
        [one["number"], one["collector"], baht.with_separators(one["amount"])]
        for one in document["remittances"]
    ]
    total = baht.with_separators(document["amount"])
    return Paper(
        body=body,
        title="ใบสำคัญสรุปใบนำส่งเงิน",
        number=document["number"] or "",
        file_name=f"remittance-summary-{_file(document)}",
        state=_state(document),
        facts=[("วันที่", _day(document["collected_on"])), ("เลขที่", document["number"] or "-")],
        tables=[
            Table(columns=[_CODE, Column(title="ประเภทเงิน", wide=True), AMOUNT], rows=kinds),
            Table(
                columns=[Column(title="ใบนำส่งเลขที่"), Column(title="ผู้นำส่ง", wide=True), AMOUNT],
                rows=slips,
                total=[f"รวมจำนวนเงินตามใบนำส่ง {len(slips)} ฉบับ", total],
            ),
        ],
        amount=document["amount"],
        signatures=[
            signature("ผู้จัดทำ", document["history"], "draft"),
            signature("ผู้ตรวจสอบ", document["history"], "check"),
        ],
        made_at=_made_at(document),
    )


def daily_report(body: BodyRecord, document: Shown) -> Paper:
    """Return รายงานสถานะการเงินประจำวัน."""
    figures = document["figures"]
    cash, cheques = figures["cash"], figures["cheques_not_collected"]
    rows = [
        ["ยอดยกมา", cash["brought_forward"]],
        ["บวก รับเงิน", cash["received"]],
        ["หัก นำฝากธนาคาร", cash["banked"]],
        ["หัก จ่าย", cash["paid"]],
        ["คงเหลือยกไปตามสมุดเงินสด", cash["carried_forward"]],
        ["นับได้ในที่เก็บรักษาเงิน", document["counted"]],
    ]
    banks = [
        [one["name_th"], *(_money(one[name]) for name in _BANK_COLUMNS)] for one in figures["banks"]
    ]
    columns = [
        Column(title="บัญชี", wide=True),
        *(Column(title=title, side="right") for title in _BANK_COLUMNS.values()),
    ]
    count, owed = cheques["count"], _money(cheques["amount"])
    return Paper(
        body=body,
        title="รายงานสถานะการเงินประจำวัน",
        number="",
        file_name=f"daily-report-{figures['date']}",
        heading=[_day(figures["date"])],
        state=[] if document["state"] == "closed" else ["ยังไม่ได้ปิดวัน"],
        facts=[],
        tables=[
            Table(
                title="เงินสด",
                columns=[_ITEM, AMOUNT],
                rows=[[words, _money(amount)] for words, amount in rows],
            ),
            Table(title="เงินฝากธนาคาร", columns=columns, rows=banks),
        ],
        notes=[f"เช็คที่อนุมัติแล้วผู้รับยังไม่มารับ {count} ฉบับ จำนวน {owed} บาท"],
        signatures=[
            signature("ผู้จัดทำ", document["history"], "draft", "recount"),
            *_committee(document["history"]),
        ],
        made_at=_made_at(document),
    )


_BANK_COLUMNS = {
    "brought_forward": "ยกมา",
    "deposited": "ฝาก",
    "paid": "จ่าย",
    "carried_forward": "คงเหลือ",
}
_SIGNERS = 3
PAPERS: tuple[tuple[Kind, Callable[[BodyRecord, Shown], Paper]], ...] = (
    (RECEIPT, receipt),
    (BANK_CREDIT, credit_receipt),
    (SLIP, slip),
    (SUMMARY, summary),
    (DAILY_REPORT, daily_report),
)


def _receipt(
    body: BodyRecord,
    document: Shown,
    facts: Sequence[tuple[str, str]],
    lines: Sequence[tuple[str, str, str]],
    signed: str,
) -> Paper:
    names = account_names({account for account, _, _ in lines})
    rows = [
        [account, _joined(names.get(account, ""), memo), baht.with_separators(amount)]
        for account, memo, amount in lines
    ]
    return Paper(
        body=body,
        title="ใบเสร็จรับเงิน",
        number=document["number"] or "",
        file_name=f"receipt-{_file(document)}",
        state=_state(document),
        facts=facts,
        tables=[
            Table(
                columns=[_CODE, _ITEM, AMOUNT],
                rows=rows,
                total=["รวมเงิน", baht.with_separators(document["amount"])],
            )
        ],
        amount=document["amount"],
        signatures=[signature("ผู้รับเงิน", document["history"], signed)],
        made_at=_made_at(document),
    )


def _committee(history: Sequence[Mapping[str, Any]]) -> list[Signature]:
    signed: list[Mapping[str, Any]] = []
    for step in history:
        if step["action"] == "sign":
            signed.append(step)
        elif step["action"] != "close":
            signed = []
    places = [signed_in_position("กรรมการเก็บรักษาเงิน", step) for step in signed[-_SIGNERS:]]
    return places + [Signature(title="กรรมการเก็บรักษาเงิน")] * (_SIGNERS - len(places))


def _state(document: Shown) -> list[str]:
    last = document["history"][-1]
    if void := _VOID.get(document["state"]):
        return [_joined(void, last["note"])]
    return [_WAITING[document["state"]]] if document["state"] in _WAITING else []


def _receipt_number(document: Shown) -> str:
    if document["book_no"]:
        return f"เล่มที่ {document['book_no']} เลขที่ {document['receipt_no']}"
    return document["number"] or ""


def _money(amount: str) -> str:
    return baht.with_separators(amount)


def _day(text: str) -> str:
    return buddhist.in_words(date.fromisoformat(text))


def _joined(*words: str | None) -> str:
    return " ".join(word for word in words if word)


def _file(document: Shown) -> str:
    return str(document["number"] or "draft").replace("/", "-")


def _made_at(document: Shown) -> datetime:
    return datetime.fromisoformat(document["history"][-1]["at"])
