"""Fiscal years (กำหนดปีงบประมาณ): which are open, how many months are closed, opening the next."""

import hashlib
import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounting import answers
from accounting.closing import operations, queries, rules
from accounting.errors import AccountingError
from accounting.fiscal_year import first_day, fiscal_year_of
from portal import replies
from portal.doors import CLOSING_ROLE, Visit, in_body
from portal.office import sending
from portal.office.refused import words_of
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def fiscal_years(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the body's fiscal years, the latest first."""
    return _page(request, visit)


@require_POST
@in_body
def open_next(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Open the year after the latest one; refused, the page says why."""
    if not visit.may_close:
        return replies.forbidden(request, {"visit": visit, "needed": CLOSING_ROLE})
    key, year = sending.key_of(request), request.POST.get("year", "")
    asked = answers.Request(
        route="portal/fiscal-years/open",
        key=key,
        sha256=hashlib.sha256(year.encode()).hexdigest(),
    )

    def work() -> str:
        opened = operations.open_next_year(
            today=timezone.localdate(), officer=visit.officer_as(CLOSING_ROLE), at=timezone.now()
        )
        return str(opened)

    try:
        opened = sending.send_once(visit, asked, work)
    except AccountingError as refused:
        return _page(request, visit, [words_of(one) for one in refused.refusals], status=409)
    except sending.NOT_NOW as reason:
        status, notice = sending.notice_of(reason)
        return _page(request, visit, [notice], status=status)
    return HttpResponseRedirect(f"{reverse('fiscal_years', args=[visit.path])}?done={opened}")


def _page(
    request: HttpRequest, visit: Visit, refusals: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    with tenant_transaction(visit.body, read_only=True):
        years = queries.fiscal_years()
        closed = {
            state.year: [
                month["state"]
                for month in json.loads(queries.periods(fiscal_year=state.year))
                if month["kind"] is None
            ].count("closed")
            for state in years
        }
    this_year = fiscal_year_of(timezone.localdate())
    latest = years[0].year if years else None
    reasons = list(rules.opening_refusals(latest=latest, this_year=this_year))
    done = request.GET.get("done", "")
    facts = {
        "visit": visit,
        "years": [
            {
                "year": state.year,
                "state": state.state,
                "from": first_day(state.year),
                "closed": closed[state.year],
                "is_now": state.year == this_year,
            }
            for state in years
        ],
        "next": latest + 1 if latest else this_year,
        "why_not": [words_of(one) for one in reasons],
        "refusals": refusals or [],
        "may_open": visit.may_close and visit.is_writable and not reasons,
        "key": sending.new_key(),
        "done": done if done in {str(state.year) for state in years} else "",
    }
    return replies.show(request, "fiscal_years.html", facts, status=status)
