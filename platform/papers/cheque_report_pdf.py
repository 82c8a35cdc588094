"""A report of cheques (รายงานการจัดทำเช็ค/ใบถอน) as its paper, told from the books."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting.cheques.kind import REPORTS
from accounting.documents.operations import Reference
from accounting.errors import NotFound
from papers.printing import print_form
from papers.signatures import place, signed_for
from tenants.directory.records import BodyRecord
from thai import baht, buddhist

TITLE = "รายงานการจัดทำเช็ค/ใบถอน"
_METHODS = {
    "cheque": "เช็ค",
    "withdrawal": "ใบถอน",
    "transfer": "โอนเข้าบัญชี",
    "gfmis": "จ่ายตรงผ่าน New GFMIS",
}
_SIGNERS = {"draft": "ผู้จัดทำ", "approve": "ผู้อนุมัติ", "sign": "ผู้ลงนามในเช็ค/ใบถอน"}


def of_report(*, body: BodyRecord, report: Reference | UUID) -> tuple[str, bytes] | None:
    """Return a report's paper as it stands, with the name of its file; None without one."""
    try:
        shown = REPORTS.shown(report)
    except NotFound:
        return None
    made_at = datetime.fromisoformat(shown["history"][-1]["at"])
    bank = shown["bank"]
    lines = [
        [
            str(place),
            line["treasury_no"] or line["number"],
            line["payee_name"] or "ตามบัญชีรายชื่อแนบ",
            line["cheque_no"] or "",
            baht.with_separators(Decimal(line["net"])),
        ]
        for place, line in enumerate(shown["vouchers"], start=1)
    ]
    told = {
        "title": TITLE,
        "body": f"{body.full_name_th} จังหวัด{body.province_th}",
        "number": shown["number"],
        "day": buddhist.in_words(date.fromisoformat(shown["document_date"])),
        "bank": f"{bank['name_th']} {bank['number']}" if bank else "-",
        "method": _METHODS[shown["method"]],
        "lines": lines,
        "amount": baht.with_separators(Decimal(shown["amount"])),
        "words": baht.in_words(shown["amount"]),
        "signatures": [
            place(signed_for(_SIGNERS[step["action"]], step))
            for step in shown["history"]
            if step["action"] in _SIGNERS
        ][-4:],
        "complete": f"{shown['number']} · ขั้นตอนล่าสุดเมื่อ {buddhist.moment_in_words(made_at)}",
    }
    return shown["number"], print_form("cheque_report", told, made_at=made_at)
