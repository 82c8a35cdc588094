"""The general voucher (ใบผ่านรายการบัญชีทั่วไป) as a paper: of a posted entry, and of a draft."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounting.chart.queries import account_names
from accounting.documents import queries as documents
from accounting.general_vouchers.operations import KIND
from accounting.general_vouchers.queries import voucher_of_entry
from accounting.journal import queries
from accounting.journal.entry_number import read_number
from portal import baht, buddhist, replies
from portal.doors import Visit, in_body
from portal.office import entry_form
from portal.office.known import moment_of_file
from portal.papers.voucher import Voucher, VoucherLine, posted_at_once, signatures
from portal.papers.voucher_pdf import paper
from tenants.transactions import tenant_transaction

_STATES = {
    "draft": "ร่าง ฉบับที่ {} ยังไม่ได้บันทึกบัญชี",
    "checked": "ตรวจแล้ว ฉบับที่ {} ยังไม่ได้บันทึกบัญชี",
    "cancelled": "ยกเลิกแล้ว ไม่ได้บันทึกบัญชี",
}


@require_safe
@in_body
def of_entry(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Send a posted entry's paper; as known then, it tells no reversal recorded later."""
    known_at = moment_of_file(request)
    with tenant_transaction(visit.body, read_only=True):
        entry = _entry(number)
        undone = _entry(entry["reversed_by"]) if entry and entry["reversed_by"] else None
        found = voucher_of_entry(event_no=entry["event_no"]) if entry else None
    if entry is None or not _is_known(entry, known_at):
        raise Http404
    history = json.loads(found)["history"] if found else None
    told = _told_of_entry(visit, entry, history, undone if _is_known(undone, known_at) else None)
    return _send(told)


@require_safe
@in_body
def of_voucher(request: HttpRequest, visit: Visit, voucher_id: UUID) -> HttpResponse:
    """Send the paper of a voucher as it stands; a posted one's is its entry's."""
    with tenant_transaction(visit.body, read_only=True):
        found = documents.document(kind=KIND, document_id=voucher_id)
        if found is None:
            raise Http404
        document = json.loads(found)
        names = account_names(entry_form.accounts_named(document["content"]))
    if document["number"]:
        number = document["number"].replace("/", "-")
        return HttpResponseRedirect(reverse("entry_pdf", args=[visit.path, number]))
    return _send(_told_of_voucher(visit, document, names))


def _send(told: Voucher) -> HttpResponse:
    name = f"{told.file_name}.pdf"
    return replies.send_file(paper(told), name=name, content_type="application/pdf")


def _entry(number: str) -> dict[str, Any] | None:
    wanted = read_number(number)
    found = queries.entry(number=wanted) if wanted else None
    return json.loads(found) if found else None


def _is_known(entry: dict[str, Any] | None, known_at: datetime | None) -> bool:
    if entry is None:
        return False
    return known_at is None or datetime.fromisoformat(entry["posted_at"]) <= known_at


def _told_of_entry(
    visit: Visit,
    entry: dict[str, Any],
    history: list[dict[str, Any]] | None,
    undone: dict[str, Any] | None,
) -> Voucher:
    posted_at = datetime.fromisoformat(entry["posted_at"])
    state = [f"รายการกลับของ {entry['reverses']}"] if entry["reverses"] else []
    if undone:
        state.append(f"ถูกกลับรายการด้วย {undone['number']}")
    return Voucher(
        body_words=_body_words(visit),
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


def _told_of_voucher(visit: Visit, document: dict[str, Any], names: dict[str, str]) -> Voucher:
    form, day = entry_form.of_draft(document, names), document["document_date"]
    codes = [line.account.partition(" ") for line in form.lines]
    return Voucher(
        body_words=_body_words(visit),
        number=None,
        day=buddhist.in_words(date.fromisoformat(day)) if day else form.entry_date or "–",
        reference=form.reference,
        description=form.description or "(ยังไม่มีคำอธิบาย)",
        state=[_STATES[document["state"]].format(document["version"])],
        lines=[
            VoucherLine(
                account=code, name_th=name, debit=line.debit, credit=line.credit, memo=line.memo
            )
            for (code, _, name), line in zip(codes, form.lines, strict=True)
            if not line.is_empty
        ],
        amount=document["amount"],
        signatures=signatures(document["history"]),
        made_at=datetime.fromisoformat(document["history"][-1]["at"]),
    )


def _body_words(visit: Visit) -> str:
    return f"{visit.body.full_name_th} จังหวัด{visit.body.province_th}"
