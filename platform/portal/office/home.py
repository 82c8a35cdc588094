"""A body's first page: what waits for me, what was posted last, whether the books balance."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import fiscal_year_of
from accounting.general_vouchers.queries import waiting_for
from accounting.journal import queries, reports
from portal.doors import Visit, in_body
from portal.replies import show
from tenants.transactions import tenant_transaction

_LATEST, _WAITING = 8, 6  # entries, vouchers


@require_safe
@in_body
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what waits, the latest entries, this year's totals, and the body with its years."""
    this_year = fiscal_year_of(timezone.localdate())
    with tenant_transaction(visit.body, read_only=True):
        years = fiscal_years()
        latest = json.loads(queries.entry_list(limit=_LATEST))
        waiting = waiting_for(officer_id=visit.access.officer_id, roles=visit.access.roles)
        balance = json.loads(reports.trial_balance(fiscal_year=this_year))
    facts = {
        "visit": visit,
        "years": years,
        "this_year": this_year,
        "waiting": waiting[:_WAITING],
        "waiting_count": len(waiting),
        "entries": latest["items"],
        "totals": balance["totals"],
        "complete_to": balance["complete_to"],
    }
    return show(request, "home.html", facts)
