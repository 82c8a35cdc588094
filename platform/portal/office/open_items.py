"""What is open: deposits and guarantees held, and receivables; each with what moved it."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from accounting.chart.queries import account_names
from accounting.documents.queries import kind_of
from accounting.open_items import queries
from accounting.open_items.rules import DEPOSIT, RECEIVABLE
from portal.desks import DESKS
from portal.doors import Visit, in_body
from portal.flow.opening import href
from portal.office.accounts import plain_words
from portal.replies import show
from tenants.transactions import tenant_transaction

_PAGE = 25  # items
_NAMES = {
    DEPOSIT: gettext_noop("ทะเบียนเงินรับฝากและเงินประกัน"),
    RECEIVABLE: gettext_noop("ทะเบียนลูกหนี้คงค้าง"),
}
_PAGES = {DEPOSIT: "deposits", RECEIVABLE: "open_receivables"}
_DESKS = {desk.kind.flow.kind: desk for desk in DESKS}


@require_safe
@in_body
def register(request: HttpRequest, visit: Visit, kind: str) -> HttpResponse:
    """List what is open of a kind, the latest first; settled items too when asked for."""
    words, is_all = plain_words(request), "all" in request.GET
    before = request.GET.get("before", "")
    with tenant_transaction(visit.body, read_only=True):
        text = queries.items(
            kind=kind, limit=_PAGE, before=_id(before), only_open=not is_all, q=words
        )
        found = json.loads(text)
        names = account_names({item["account"] for item in found["items"]})
    for item in found["items"]:
        item["href"] = reverse("open-items_one", args=[visit.path, item["id"]])
        item["account_name"] = names.get(item["account"], "")
    facts = {
        "visit": visit,
        "here": _PAGES[kind],
        "title": gettext(_NAMES[kind]),
        "items": found["items"],
        "next": found["next"],
        "is_first": not before,
        "is_all": is_all,
        "q": request.GET.get("q", ""),
        "is_deposit": kind == DEPOSIT,
    }
    return show(request, "open_items.html", facts)


@require_safe
@in_body
def one(request: HttpRequest, visit: Visit, item_id: UUID) -> HttpResponse:
    """Show an item: what it was, what is left, and every movement with its document."""
    with tenant_transaction(visit.body, read_only=True):
        text = queries.item(item_id=item_id)
        if text is None:
            raise Http404
        item = json.loads(text)
        addresses = {
            document: _address(visit, document)
            for document in {
                item["document_id"],
                *(move["document_id"] for move in item["movements"]),
            }
        }
        names = account_names({item["account"]})
    for move in item["movements"]:
        move["href"] = addresses[move["document_id"]]
    facts = {
        "visit": visit,
        "item": item,
        "account_name": names.get(item["account"], ""),
        "came_from": addresses[item["document_id"]],
        "here": _PAGES[item["kind"]],
        "list_title": gettext(_NAMES[item["kind"]]),
        "list_href": reverse(_PAGES[item["kind"]], args=[visit.path]),
    }
    return show(request, "open_item.html", facts)


def _address(visit: Visit, document: str) -> str:
    """Return the address of the document that moved an item; empty when it has no page."""
    found = kind_of(reference=UUID(document), kinds=list(_DESKS))
    return href(_DESKS[found[1]], visit, document) if found else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error
