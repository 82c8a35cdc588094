"""The trial balance (งบทดลอง) of a year or a month, on screen and on paper."""

import json
from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import first_day, fiscal_year_of, month_after, months
from accounting.journal import reports
from portal.doors import Visit, in_body
from portal.replies import show
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def trial_balance(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show opening, movement and closing of every account that has any."""
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in fiscal_years()]
        year = _year_asked(request, years)
        month = _month_asked(request, year)
        balance = json.loads(reports.trial_balance(fiscal_year=year, month=month))
    facts = {
        "visit": visit,
        "years": years,
        "year": year,
        "months": months(year),
        "month": month,
        "as_of": min(_last_day(year, month), timezone.localdate()),
        "spans": _spans(year, month),
        "rows": balance["rows"],
        "totals": balance["totals"],
        "is_balanced": _is_balanced(balance["totals"]),
        "complete_to": balance["complete_to"],
    }
    return show(request, "trial_balance.html", facts)


def _year_asked(request: HttpRequest, years: list[int]) -> int:
    """Return the year asked for when the body has it, else the current one."""
    asked = request.GET.get("fiscal_year", "")
    return next((year for year in years if str(year) == asked), _current(years))


def _current(years: list[int]) -> int:
    this_year = fiscal_year_of(timezone.localdate())
    return this_year if this_year in years or not years else years[0]


def _month_asked(request: HttpRequest, year: int) -> date | None:
    """Return the month asked for when it is one of the year; None is the whole year."""
    asked = request.GET.get("month", "")
    return next((month for month in months(year) if month.isoformat()[:7] == asked), None)


def _last_day(year: int, month: date | None) -> date:
    after = month_after(month) if month else first_day(year + 1)
    return date.fromordinal(after.toordinal() - 1)


def _spans(year: int, month: date | None) -> dict[str, str]:
    """Return which days each pair of columns comes from, as a ledger's address has them."""
    starts_on = month or first_day(year)
    day_before = date.fromordinal(starts_on.toordinal() - 1)
    last = _last_day(year, month)
    days = {
        "before": (first_day(fiscal_year_of(day_before)), day_before),
        "period": (starts_on, last),
        "to_date": (first_day(year), last),
    }
    return {name: urlencode({"from": first, "to": last}) for name, (first, last) in days.items()}


def _is_balanced(totals: dict[str, str]) -> bool:
    return all(
        totals[f"{column}_debit"] == totals[f"{column}_credit"]
        for column in ("opening", "period", "closing")
    )
