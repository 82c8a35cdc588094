"""A body's first page: what waits for me, what I sent off, what was posted last, the totals."""

import json
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.documents.waiting import awaited_roles
from accounting.documents.waiting import waiting as documents_waiting
from accounting.fiscal_year import fiscal_year_of
from accounting.general_vouchers.queries import waiting_for
from accounting.journal import queries, reports
from portal.desks import DESKS
from portal.doors import Visit, in_body
from portal.flow.desk import Desk, say
from portal.flow.opening import href
from portal.office.announcements import from_the_centre
from portal.replies import show
from tenants.transactions import tenant_transaction

_LATEST, _WAITING = 8, 6  # entries, vouchers
_OF_EACH, _SENT = 5, 8  # documents of each kind and step, documents sent off
_DESKS = {desk.kind.flow.kind: desk for desk in DESKS}


@require_safe
@in_body
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what waits, the latest entries, this year's totals, and the body with its years."""
    this_year = fiscal_year_of(timezone.localdate())
    with tenant_transaction(visit.body, read_only=True):
        years = fiscal_years()
        latest = json.loads(queries.entry_list(limit=_LATEST))
        documents = documents_waiting(
            flows=[desk.kind.flow for desk in DESKS],
            officer=visit.access.officer(),
            of_each=_OF_EACH,
            sent=_SENT,
        )
        waiting = waiting_for(officer_id=visit.access.officer_id, roles=visit.access.roles)
        balance = json.loads(reports.trial_balance(fiscal_year=this_year))
    groups = [
        _group(visit, _DESKS[kind], action, list(found))
        for (kind, action), found in groupby(
            documents["waiting"] if visit.is_writable else [],
            key=lambda one: (one["kind"], one["action"]),
        )
    ]
    facts = {
        "visit": visit,
        **from_the_centre(visit),
        "years": years,
        "this_year": this_year,
        "waiting": waiting[:_WAITING],
        "waiting_count": len(waiting),
        "groups": groups,
        "all_count": len(waiting) + sum(group["count"] for group in groups),
        "sent": [_sent(visit, document) for document in documents["sent"]],
        "entries": latest["items"],
        "totals": balance["totals"],
        "complete_to": balance["complete_to"],
    }
    return show(request, "home.html", facts)


def _group(visit: Visit, desk: Desk, action: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what waits of a kind for one step, the longest waiting first."""
    for document in found:
        document["href"] = href(desk, visit, document["id"])
    warnings = [desk.warning(one["state"], one["budget_year"]) for one in found]
    listed = reverse(f"{desk.slug}_list", args=[visit.path])
    return {
        "name": desk.name,
        "step": say(desk.kind.flow.by_action[action][0].name),
        "count": found[0]["count"],
        "documents": found,
        "warning": next(filter(None, warnings), ""),
        "href": f"{listed}?state={found[0]['state']}",
    }


def _sent(visit: Visit, document: dict[str, Any]) -> dict[str, Any]:
    """Return a document on its way: where it is, and whose turn it is there."""
    desk = _DESKS[document["kind"]]
    return {
        **document,
        "name": desk.name,
        "state_name": say(desk.kind.flow.states[document["state"]]),
        "href": href(desk, visit, document["id"]),
        "roles": awaited_roles(desk.kind.flow, document["state"]),
    }
