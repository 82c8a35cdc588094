"""The paper of a journal entry or of a general voucher, told from the books.

The caller has opened the body's transaction.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounting import money
from accounting.chart.queries import account_names
from accounting.documents import queries as documents
from accounting.general_vouchers.operations import KIND
from accounting.general_vouchers.queries import voucher_of_entry
from accounting.journal import queries
from accounting.journal.entry_number import EntryNumber, read_number
from papers.voucher import Voucher, VoucherLine, posted_at_once, signatures
from tenants.directory.records import BodyRecord
from thai import baht, buddhist

_STATES = {
    "draft": "ร่าง ฉบับที่ {} ยังไม่ได้บันทึกบัญชี",
    "checked": "ตรวจแล้ว ฉบับที่ {} ยังไม่ได้บันทึกบัญชี",
    "cancelled": "ยกเลิกแล้ว ไม่ได้บันทึกบัญชี",
}


def of_entry(
    *, body: BodyRecord, number: EntryNumber, known_at: datetime | None = None
) -> Voucher | None:
    """Return a posted entry's paper; None when the books had none of that number then.

    As known then, it tells no reversal recorded later.
    """
    entry = _entry(number)
    if entry is None or not _is_known(entry, known_at):
        return None
    undone = _entry(read_number(entry["reversed_by"])) if entry["reversed_by"] else None
    found = voucher_of_entry(event_no=entry["event_no"])
    history = json.loads(found)["history"] if found else None
    return _told_of_entry(body, entry, history, undone if _is_known(undone, known_at) else None)


def of_voucher(*, body: BodyRecord, voucher_id: UUID) -> Voucher | None:
    """Return a voucher's paper as it stands, a posted one's of its entry; None without one."""
    found = documents.document(kind=KIND, document_id=voucher_id)
    if found is None:
        return None
    document = json.loads(found)
    if number := read_number(document["number"] or ""):
        return of_entry(body=body, number=number)
    return _told_of_draft(body, document)


def _entry(number: EntryNumber | None) -> dict[str, Any] | None:
    found = queries.entry(number=number) if number else None
    return json.loads(found) if found else None


def _is_known(entry: Mapping[str, Any] | None, known_at: datetime | None) -> bool:
    if entry is None:
        return False
    return known_at is None or datetime.fromisoformat(entry["posted_at"]) <= known_at


def _told_of_entry(
    body: BodyRecord,
    entry: Mapping[str, Any],
    history: list[dict[str, Any]] | None,
    undone: Mapping[str, Any] | None,
) -> Voucher:
    posted_at = datetime.fromisoformat(entry["posted_at"])
    state = [f"รายการกลับของ {entry['reverses']}"] if entry["reverses"] else []
    if undone:
        state.append(f"ถูกกลับรายการด้วย {undone['number']}")
    return Voucher(
        body_words=_body_words(body),
        number=entry["number"],
        day=buddhist.in_words(date.fromisoformat(entry["entry_date"])),
        reference=entry["reference"] or "",
        description=entry["description"],
        state=state,
        lines=[
            VoucherLine(
                account=line["account"],
                name_th=line["name_th"],
                debit=baht.or_blank(line["debit"]),
                credit=baht.or_blank(line["credit"]),
                memo=line["memo"] or "",
            )
            for line in entry["lines"]
        ],
        amount=entry["total"],
        signatures=signatures(history)
        if history
        else posted_at_once(entry["posted_by"], posted_at),
        made_at=posted_at,
        hash=entry["hash"],
    )


def _told_of_draft(body: BodyRecord, document: Mapping[str, Any]) -> Voucher:
    content, day = document["content"], document["document_date"]
    lines = [line for line in content.get("lines") or [] if isinstance(line, dict)]
    names = account_names({code for line in lines if (code := _text(line, "account"))})
    return Voucher(
        body_words=_body_words(body),
        number=None,
        day=buddhist.in_words(date.fromisoformat(day)) if day else _text(content, "entry_date"),
        reference=_text(content, "reference"),
        description=_text(content, "description") or "(ยังไม่มีคำอธิบาย)",
        state=[_STATES[document["state"]].format(document["version"])],
        lines=[shown for line in lines if (shown := _line_of_draft(line, names))],
        amount=document["amount"],
        signatures=signatures(document["history"]),
        made_at=datetime.fromisoformat(document["history"][-1]["at"]),
    )


def _line_of_draft(line: Mapping[str, Any], names: Mapping[str, str]) -> VoucherLine | None:
    """Return a draft's line as far as a draft keeps it; None when it says nothing."""
    texts = {name: _text(line, name) for name in ("account", "debit", "credit", "memo")}
    if not any(texts.values()):
        return None
    for side in ("debit", "credit"):
        with suppress(money.NotMoney):
            texts[side] = baht.with_separators(money.read(texts[side]))
    return VoucherLine(name_th=names.get(texts["account"], ""), **texts)


def _text(holder: Mapping[str, Any], name: str) -> str:
    """Return a text; a draft that a program sent may hold anything else there."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def _body_words(body: BodyRecord) -> str:
    return f"{body.full_name_th} จังหวัด{body.province_th}"
