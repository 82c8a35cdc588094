"""The trial balance (งบทดลอง) of a year or a month: on screen, as a workbook, as a paper."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import first_day, fiscal_year_of, month_after, months
from accounting.journal import reports
from portal.doors import Visit, in_body
from portal.papers.trial_balance import TrialBalance
from portal.papers.trial_balance_pdf import paper
from portal.papers.trial_balance_xlsx import workbook
from portal.replies import send_file, show
from tenants.transactions import tenant_transaction

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@in_body
def trial_balance(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show opening, movement and closing of every account that has any."""
    report, years = _report_asked(request, visit)
    asked = {"fiscal_year": report.fiscal_year}
    facts = {
        "visit": visit,
        "years": years,
        "months": months(report.fiscal_year),
        "report": report,
        "asked": urlencode(asked | ({"month": f"{report.month:%Y-%m}"} if report.month else {})),
        "spans": _spans(report.fiscal_year, report.month),
    }
    return show(request, "trial_balance.html", facts)


@require_safe
@in_body
def xlsx(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the trial balance as a workbook."""
    report, _years = _report_asked(request, visit)
    return send_file(workbook(report), name=f"{report.file_name}.xlsx", content_type=_XLSX)


@require_safe
@in_body
def pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the trial balance as a paper to sign."""
    report, _years = _report_asked(request, visit)
    return send_file(paper(report), name=f"{report.file_name}.pdf", content_type="application/pdf")


def _report_asked(request: HttpRequest, visit: Visit) -> tuple[TrialBalance, Sequence[int]]:
    """Return the report asked for, and the years that there are."""
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in fiscal_years()]
        year = year_asked(request, years)
        month = _month_asked(request, year)
        balance = json.loads(reports.trial_balance(fiscal_year=year, month=month))
    report = TrialBalance(
        body_code=visit.body.code,
        body_name_th=visit.body.full_name_th,
        province_th=visit.body.province_th,
        fiscal_year=year,
        month=month,
        as_of=min(_last_day(year, month), timezone.localdate()),
        complete_to=datetime.fromisoformat(balance["complete_to"]),
        rows=balance["rows"],
        totals=balance["totals"],
    )
    return report, years


def year_asked(request: HttpRequest, years: list[int]) -> int:
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
