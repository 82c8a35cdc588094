"""A body's first page: who we are, what was posted last, whether the books balance."""

import json

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import fiscal_year_of
from accounting.journal import queries, reports
from portal.doors import Visit, in_body
from portal.replies import show
from tenants.transactions import tenant_transaction

_LATEST = 8  # entries


@require_safe
@in_body
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the body, its fiscal years, its latest entries and this year's totals."""
    this_year = fiscal_year_of(timezone.localdate())
    with tenant_transaction(visit.body, read_only=True):
        years = fiscal_years()
        latest = json.loads(queries.entry_list(limit=_LATEST))
        balance = json.loads(reports.trial_balance(fiscal_year=this_year))
    facts = {
        "visit": visit,
        "years": years,
        "this_year": this_year,
        "entries": latest["items"],
        "totals": balance["totals"],
        "complete_to": balance["complete_to"],
    }
    return show(request, "home.html", facts)
