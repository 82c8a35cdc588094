"""The journal: the list of entries, one of them, and what proves it."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounting.general_vouchers.queries import voucher_of_entry
from accounting.journal import proofs, queries
from accounting.journal.entry_number import EntryNumber, read_number
from portal.doors import Visit, in_body
from portal.office.known import known_asked
from portal.office.ledger import ACCOUNT, span_asked
from portal.replies import show
from tenants.transactions import tenant_transaction

_PAGE = 25  # entries


@require_safe
@in_body
def entries(request: HttpRequest, visit: Visit) -> HttpResponse:
    """List entries, the latest first; ``before`` is where the page before ended."""
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < len(str(2**63))):
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        found = json.loads(
            queries.entry_list(limit=_PAGE, before_event_no=int(before) if before else None)
        )
    facts = {
        "visit": visit,
        "entries": found["items"],
        "next": found["next_event_no"],
        "is_first": not before,
    }
    return show(request, "journal.html", facts)


@require_safe
@in_body
def entry(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Show one entry as it was posted, with its seal, and the way back to where it was found."""
    wanted = _number(number)
    with tenant_transaction(visit.body, read_only=True):
        found = queries.entry(number=wanted)
    if found is None:
        raise Http404
    shown = json.loads(found)
    facts = {
        "visit": visit,
        "entry": shown,
        "is_new": "posted" in request.GET,
        "back": _ledger_come_from(request, visit),
        "as_known": urlencode(known_asked(request).query),
        "may_reverse": visit.may_post
        and visit.is_writable
        and not (shown["reverses"] or shown["reversed_by"]),
    }
    return show(request, "entry.html", facts)


@require_safe
@in_body
def history(request: HttpRequest, visit: Visit, number: str) -> HttpResponse:
    """Show who did what to an entry, what undid it, and the text and hashes that prove it."""
    wanted = _number(number)
    with tenant_transaction(visit.body, read_only=True):
        found = queries.entry(number=wanted)
        proved = proofs.proof(number=wanted, limit=1)
        if found is None or proved is None:
            raise Http404
        shown = json.loads(found)
        voucher = voucher_of_entry(event_no=shown["event_no"])
    facts = {
        "visit": visit,
        "entry": shown,
        "proof": json.loads(proved),
        "voucher": json.loads(voucher) if voucher else None,
    }
    return show(request, "entry_history.html", facts)


def _number(text: str) -> EntryNumber:
    number = read_number(text)
    if number is None:
        raise Http404
    return number


def _ledger_come_from(request: HttpRequest, visit: Visit) -> dict[str, Any] | None:
    """Return the ledger from which the entry was opened, as its address told."""
    account = request.GET.get("ledger", "")
    if not ACCOUNT.fullmatch(account):
        return None
    address = reverse("ledger", args=[visit.path, account])
    return {"account": account, "address": f"{address}?{span_asked(request).query}"}
