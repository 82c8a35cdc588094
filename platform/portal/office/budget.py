"""The remaining budget (งบประมาณคงเหลือ) of a year: on screen, XLSX, PDF, line by line."""

import json
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounting.budget import queries
from accounting.closing.queries import fiscal_years
from papers.remaining_budget import COLUMNS, RemainingBudget
from papers.remaining_budget_pdf import paper
from papers.remaining_budget_xlsx import workbook
from papers.sheets import MEDIA_TYPE as XLSX
from portal.doors import Visit, in_body
from portal.office.trial_balance import source_of, year_asked
from portal.replies import send_file, show
from tenants.transactions import tenant_transaction


@require_safe
@in_body
def remaining(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show every line of the year with what it was given, what it gave, and what is left."""
    report, asked = _report(request, visit)
    return show(request, "budget.html", {"visit": visit, "report": report, **asked})


@require_safe
@in_body
def xlsx(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the remaining budget as a workbook."""
    report, _ = _report(request, visit)
    return send_file(workbook(report), name=f"{report.file_name}.xlsx", content_type=XLSX)


@require_safe
@in_body
def pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the remaining budget as a paper to sign."""
    report, _ = _report(request, visit)
    name = f"{report.file_name}.pdf"
    return send_file(paper(report), name=name, content_type="application/pdf")


@require_safe
@in_body
def line(request: HttpRequest, visit: Visit, line_id: UUID) -> HttpResponse:
    """Show a line: who holds what of it, every movement, and every explanation."""
    with tenant_transaction(visit.body, read_only=True):
        found = queries.line(line_id)
        if found is None:
            raise Http404
        told = json.loads(found)
        codes = queries.classification(told["fiscal_year"])
    names = {
        scheme: codes[scheme, told[name]].name_th if (scheme, told[name]) in codes else ""
        for scheme, name in (("expenditure", "expenditure_type"), ("plan", "task"))
    }
    columns = [(words, told[name]) for name, words in COLUMNS.items()]
    facts = {"visit": visit, "line": told, "names": names, "columns": columns}
    return show(request, "budget_line.html", facts)


def _report(request: HttpRequest, visit: Visit) -> tuple[RemainingBudget, dict[str, object]]:
    """Return the report asked for, and what can be asked for."""
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in fiscal_years()]
        year = year_asked(request, years)
        codes = queries.classification(year)
        funds = [
            (code, known.name_th)
            for (scheme, code), known in codes.items()
            if scheme == "fund_source"
        ]
        fund = request.GET.get("fund_source", "")
        fund_th = dict(funds).get(fund, "")
        found = json.loads(queries.remaining(fiscal_year=year, fund_source=fund if fund_th else ""))
    report = RemainingBudget(
        source=source_of(visit, complete_to=datetime.fromisoformat(found["complete_to"])),
        fiscal_year=year,
        fund_source_th=fund_th,
        rows=found["rows"],
        totals=found["totals"],
    )
    columns = [(name, words, found["totals"][name]) for name, words in COLUMNS.items()]
    return report, {"years": years, "funds": funds, "fund": fund, "columns": columns}
