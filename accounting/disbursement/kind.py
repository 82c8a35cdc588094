"""What a ฎีกา is to the API and to the pages."""

import re
from collections.abc import Mapping
from typing import Any

from accounting.disbursement import operations
from accounting.disbursement.queries import with_treasury_number
from accounting.disbursement.rules import FLOW, PROPOSE
from accounting.documents.kinds import Kind, OtherNumber, Shown

# The six boxes of the form, in its order: the step that signs each, and what it says.
BOXES = (
    ("request", "หน่วยงานผู้เบิก ขอเบิกเงินรายจ่ายตามรายการข้างต้น"),
    ("receive", "ได้ตรวจสอบแล้วมีเงินคงเหลือเพียงพอที่จะเบิกจ่ายได้"),
    ("examine", "ได้ตรวจสอบเอกสารประกอบฎีกาครบถ้วนถูกต้องแล้ว ผู้ตรวจฎีกา"),
    (PROPOSE, "เรียน ปลัด: เห็นควรให้เบิกจ่ายได้ตามจำนวนเงินข้างต้น"),
    ("endorse", "เรียน นายก: เห็นควรอนุมัติให้เบิกจ่ายได้ตามจำนวนเงินข้างต้น"),
    ("approve", "อนุมัติให้เบิกจ่ายได้"),
)
_BEGINS_AGAIN = "return"
_SHOWN = (
    *("net", "payee_name", "account", "fund_source", "line", "received_on", "approved_on"),
    *("treasury_no", "payment"),
)


def _shown(head: Shown, content: Mapping[str, Any]) -> Shown:
    """Show what was asked, and the numbers, figures and signatures that the form has."""
    return {
        **content["said"],
        **{name: content.get(name) for name in _SHOWN},
        "requester_no": head["number"],
        "gross": head["amount"],
        "funds": content.get("funds", []),
        "signatures": signatures(head["history"], content),
    }


def signatures(history: list[dict[str, Any]], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the six boxes; empty ones wait, and those before a return count no more."""
    signed: dict[str, dict[str, Any]] = {}
    for step in history:
        if step["action"] == _BEGINS_AGAIN:
            signed.clear()
        signed[step["action"]] = step
    days = content.get("signed_on", {})
    return [
        {
            "box": place,
            "action": action,
            "says_th": says,
            "officer_name_th": signed[action]["officer_name_th"] if action in signed else None,
            "position_th": signed[action]["position_th"] if action in signed else None,
            "is_acting": bool(action in signed and signed[action]["is_acting"]),
            "acting_order": signed[action]["acting_order"] if action in signed else None,
            "signed_on": days.get(action) if action in signed else None,
        }
        for place, (action, says) in enumerate(BOXES, start=1)
    ]


VOUCHERS = Kind(
    flow=FLOW,
    create=lambda *, raw, officer: operations.draft_voucher(raw=raw, officer=officer).id,
    change=operations.change_voucher,
    steps={
        "request": operations.request_voucher,
        "receive": operations.receive_voucher,
        "examine": operations.examine_voucher,
        "endorse": operations.endorse_voucher,
        "approve": operations.approve_voucher,
        "pay": operations.await_payment,
        "return": operations.return_voucher,
        "cancel": operations.cancel_voucher,
    },
    show=_shown,
    other_number=OtherNumber(form=re.compile(r"[0-9]{5,}-[0-9]{2}"), find=with_treasury_number),
)
