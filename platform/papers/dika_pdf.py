"""A ฎีกา as its paper, told from the books; the caller has opened the body's transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.disbursement.kind import VOUCHERS
from accounting.disbursement.queries import names_on_form
from accounting.documents.operations import Reference
from accounting.errors import NotFound
from papers.printing import print_form
from tenants.directory.records import BodyRecord
from thai import baht, buddhist, orders

TITLE = "ฎีกาเบิกเงินรายจ่าย"
_DEDUCTIONS = {
    "wht": "หัก ภาษีหัก ณ ที่จ่าย",
    "fine": "หัก ค่าปรับ",
    "retention": "หัก เงินประกันผลงาน",
    "advance": "หัก เงินจ่ายล่วงหน้า",
    "guarantee": "หัก เงินประกันสัญญา",
    "social_security": "หัก เงินประกันสังคม",
    "pension_fund": "หัก กบข.",
    "provident_fund": "หัก กสจ.",
    "cooperative": "หัก เงินสหกรณ์และอื่น ๆ",
}
_OUT = {"cancelled": "ยกเลิกแล้ว", "returned": "คืนหน่วยงานผู้เบิก", "paid": "จ่ายเงินแล้ว"}


def of_voucher(*, body: BodyRecord, voucher: Reference | UUID) -> tuple[str, bytes] | None:
    """Return a voucher's paper as it stands, with the name of its file; None without one."""
    try:
        shown = VOUCHERS.shown(voucher)
    except NotFound:
        return None
    names = names_on_form(
        line=shown["line"], fund_source=shown["fund_source"], fiscal_year=shown["fiscal_year"]
    )
    made_at = datetime.fromisoformat(shown["history"][-1]["at"])
    return shown["requester_no"], print_form("dika", _told(body, shown, names), made_at=made_at)


def _told(body: BodyRecord, shown: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    made_at = datetime.fromisoformat(shown["history"][-1]["at"])
    return {
        "title": TITLE,
        "body": f"{body.full_name_th} จังหวัด{body.province_th}",
        "year": f"ประจำปีงบประมาณ {shown['fiscal_year']}",
        "number": shown["requester_no"],
        "state": [_OUT[shown["state"]]] if shown["state"] in _OUT else [],
        "header": _header(shown, names),
        "description": shown["description"],
        "payee": shown["payee_name"] or "ตามบัญชีรายชื่อแนบ",
        "amounts": _amounts(shown),
        "words": baht.in_words(shown["net"]),
        "boxes": [_box(one, shown, names) for one in shown["signatures"]],
        "payment": _payment(shown),
        "footer": _footer(shown["payment"]),
        "complete": f"{shown['requester_no']} · ขั้นตอนล่าสุดเมื่อ {buddhist.moment_in_words(made_at)}",
    }


def _header(shown: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        ("แผนงาน", names["plan"]),
        ("งาน", names["task"]),
        ("รายจ่าย", names["category"]),
        ("ประเภทรายจ่าย", names["type"]),
        ("เลขที่ผู้เบิก", shown["requester_no"]),
        ("วันที่จัดทำ", _day(shown["document_date"])),
        ("เลขที่คลังรับ", shown["treasury_no"] or ""),
        ("วันที่คลังรับ", _day(shown["received_on"])),
    ]


def _amounts(shown: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    gross, vat = Decimal(shown["gross"]), Decimal(shown.get("vat") or "0.00")
    deductions = shown.get("deductions") or []
    return [
        ("มูลค่าสินค้าหรือบริการ", _baht(gross - vat), False),
        ("บวก ภาษีมูลค่าเพิ่ม", _baht(vat), False),
        ("จำนวนเงินที่ขอเบิก", _baht(gross), True),
        *[(_DEDUCTIONS[one["kind"]], _baht(Decimal(one["amount"])), False) for one in deductions],
        ("จำนวนเงินที่จ่ายสุทธิ", _baht(Decimal(shown["net"])), True),
    ]


def _box(
    one: Mapping[str, Any], shown: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, Any]:
    says = one["says_th"]
    if one["action"] == "approve":
        says = f"{says} จำนวน {_baht(Decimal(shown['gross']))} บาท"
    funds = shown["funds"] if one["action"] == "receive" else []
    return {
        "says": says,
        "funds": [
            {
                "name": f"แหล่งเงินที่ขอเบิก {names['fund_source']}",
                "brought": _baht(Decimal(fund["brought_forward"])),
                "carried": _baht(Decimal(fund["carried_forward"])),
            }
            for fund in funds
        ],
        "name": one["officer_name_th"] or "",
        "position": one["position_th"] or "",
        "order": orders.in_words(one["acting_order"]) if one["acting_order"] else "",
        "day": _day(one["signed_on"]),
    }


def _payment(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    paid = shown["payment"] or {}
    bank = paid.get("bank") or {}
    return [
        ("ธนาคาร", bank.get("name_th", "")),
        ("บัญชีเลขที่", bank.get("number", "")),
        ("เลขที่เช็ค", paid.get("cheque_no") or paid.get("cheque") or ""),
        ("ลงวันที่", _day(paid.get("paid_on"))),
        ("จำนวนเงินสุทธิ", _baht(Decimal(shown["net"]))),
        ("จ่ายให้", shown["payee_name"]),
    ]


def _footer(paid: Mapping[str, Any] | None) -> str:
    if paid is None:
        return f"การจ่ายเงินเป็นไปตามรายงานการจัดทำเช็ค/ใบถอน เลขที่ {'.' * 20} ลงวันที่ {'.' * 20}"
    return (
        f"การจ่ายเงินเป็นไปตามรายงานการจัดทำเช็ค/ใบถอน เลขที่ {paid['report_number']}"
        f" ลงวันที่ {_day(paid['paid_on'])}"
    )


def _baht(amount: Decimal) -> str:
    return baht.with_separators(amount)


def _day(text: str | None) -> str:
    return buddhist.in_words(date.fromisoformat(text)) if text else ""
