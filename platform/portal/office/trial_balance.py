"""The trial balance (งบทดลอง) of a year or a month: on screen, as a workbook, as a paper."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import first_day, fiscal_year_of, month_after, months
from accounting.journal import reports
from papers import difference_xlsx
from papers.difference_xlsx import Difference
from papers.provenance import Provenance
from papers.sheets import MEDIA_TYPE as XLSX
from papers.trial_balance import TrialBalance
from papers.trial_balance_pdf import paper
from papers.trial_balance_xlsx import workbook
from portal.doors import Visit, in_body
from portal.office.known import Known, known_asked, moment_of_file
from portal.replies import send_file, show
from tenants.transactions import tenant_transaction
from thai import buddhist


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which trial balance is asked for. A day or a moment that was mistyped is left out.

    Attributes:
        as_of: leaves out what is dated later; None is the period's end.
    """

    fiscal_year: int
    month: date | None
    as_of: date | None
    as_of_typed: str
    as_of_error: str
    known: Known

    @property
    def last_day(self) -> date:
        """The period's last day."""
        return _last_day(self.fiscal_year, self.month)

    @property
    def period(self) -> dict[str, str]:
        """The year or month as addresses carry it."""
        month = {"month": f"{self.month:%Y-%m}"} if self.month else {}
        return {"fiscal_year": str(self.fiscal_year), **month}

    @property
    def query(self) -> str:
        """All of it as addresses carry it."""
        as_of = {"as_of": self.as_of.isoformat()} if self.as_of else {}
        return urlencode(self.period | as_of | self.known.query)

    @property
    def since_then(self) -> str:
        """The address of what was recorded after the moment asked for."""
        at = self.known.at
        return urlencode(self.period | {"known_from": at.isoformat()}) if at else ""

    @property
    def is_mistyped(self) -> bool:
        """Whether anything was left out."""
        return bool(self.as_of_error or self.known.error)


@require_safe
@in_body
def trial_balance(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show opening, movement and closing of every account that has any."""
    report, asked, years = _report_asked(request, visit)
    facts = {
        "visit": visit,
        "years": years,
        "months": months(report.fiscal_year),
        "report": report,
        "asked": asked,
        "spans": _spans(asked),
    }
    return show(request, "trial_balance.html", facts, status=422 if asked.is_mistyped else 200)


@require_safe
@in_body
def xlsx(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the trial balance as a workbook."""
    report = _report_of_file(request, visit)
    return send_file(workbook(report), name=f"{report.file_name}.xlsx", content_type=XLSX)


@require_safe
@in_body
def pdf(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send the trial balance as a paper to sign."""
    report = _report_of_file(request, visit)
    return send_file(paper(report), name=f"{report.file_name}.pdf", content_type="application/pdf")


@require_safe
@in_body
def difference(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Send what was recorded between two moments (the second is now, or told) as a workbook."""
    known_from = moment_of_file(request, "known_from")
    known_to = moment_of_file(request, "known_to") or timezone.now()
    if known_from is None:
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        year = year_asked(request, [state.year for state in fiscal_years()])
        month = _month_asked(request, year)
        found = json.loads(
            reports.difference(
                fiscal_year=year, month=month, known_from=known_from, known_to=known_to
            )
        )
    told = Difference(
        source=source_of(visit, complete_to=known_to),
        fiscal_year=year,
        month=month,
        known_from=known_from,
        documents=found["documents"],
        accounts=found["accounts"],
    )
    content = difference_xlsx.workbook(told)
    return send_file(content, name=f"{told.file_name}.xlsx", content_type=XLSX)


def source_of(
    visit: Visit, *, complete_to: datetime, as_known_at: datetime | None = None
) -> Provenance:
    """Return whose figures a report shows, and up to which recording."""
    return Provenance(
        body_code=visit.body.code,
        body_name_th=visit.body.full_name_th,
        province_th=visit.body.province_th,
        complete_to=complete_to,
        as_known_at=as_known_at,
    )


def _report_of_file(request: HttpRequest, visit: Visit) -> TrialBalance:
    """Return the report asked for.

    Raises:
        Http404: a day or a moment is none; see moment_of_file.
    """
    report, asked, _years = _report_asked(request, visit)
    if asked.is_mistyped:
        raise Http404
    return report


def _report_asked(request: HttpRequest, visit: Visit) -> tuple[TrialBalance, _Asked, Sequence[int]]:
    """Return the report asked for, how it was asked for, and the years that there are."""
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in fiscal_years()]
        asked = _asked(request, year_asked(request, years))
        balance = json.loads(
            reports.trial_balance(
                fiscal_year=asked.fiscal_year,
                month=asked.month,
                as_of=asked.as_of,
                as_known_at=asked.known.at,
            )
        )
    complete_to = datetime.fromisoformat(balance["complete_to"])
    # As known then it says the same whenever it is printed, so it does not ask the clock.
    known_day = timezone.localdate(asked.known.at) if asked.known.at else timezone.localdate()
    report = TrialBalance(
        source=source_of(visit, complete_to=complete_to, as_known_at=asked.known.at),
        fiscal_year=asked.fiscal_year,
        month=asked.month,
        as_of=asked.as_of or min(asked.last_day, known_day),
        is_cut_short=asked.as_of is not None,
        rows=balance["rows"],
        totals=balance["totals"],
    )
    return report, asked, years


def _asked(request: HttpRequest, year: int) -> _Asked:
    month = _month_asked(request, year)
    starts_on, last = month or first_day(year), _last_day(year, month)
    typed = request.GET.get("as_of", "").strip()
    day, error = buddhist.typed_day(typed), ""
    if typed and day is None:
        error = gettext("ให้พิมพ์วันที่แบบ วัน/เดือน/ปี พ.ศ. เช่น 15/09/2569")
    elif day and not starts_on <= day <= last:
        error = gettext("วันที่ไม่อยู่ในเดือนหรือปีที่เลือก")
    is_earlier = day is not None and not error and day < last
    return _Asked(
        fiscal_year=year,
        month=month,
        as_of=day if is_earlier else None,
        as_of_typed=typed if error or day is None else buddhist.as_typed(day),
        as_of_error=error,
        known=known_asked(request),
    )


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


def _spans(asked: _Asked) -> dict[str, str]:
    """Return which days each pair of columns comes from, as a ledger's address has them."""
    year = asked.fiscal_year
    starts_on = asked.month or first_day(year)
    day_before = date.fromordinal(starts_on.toordinal() - 1)
    last = asked.as_of or asked.last_day
    days = {
        "before": (first_day(fiscal_year_of(day_before)), day_before),
        "period": (starts_on, last),
        "to_date": (first_day(year), last),
    }
    return {
        name: urlencode({"from": first, "to": last} | asked.known.query)
        for name, (first, last) in days.items()
    }
