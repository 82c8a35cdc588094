"""The books of original entry: cash receipts (RV), cash payments (PV), general journal (JV)."""

import json
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from accounting.closing.queries import fiscal_years
from accounting.fiscal_year import first_day, month_after, months
from accounting.journal import cash_books
from portal.doors import Visit, in_body
from portal.office.trial_balance import year_asked
from portal.replies import show
from tenants.transactions import tenant_transaction

_PAGE = 25  # entries
_MOST = 2**31 - 1  # a number of an entry
_NAMES = {
    "cash-receipts": gettext_noop("สมุดเงินสดรับ"),
    "cash-payments": gettext_noop("สมุดเงินสดจ่าย"),
    "general": gettext_noop("สมุดรายวันทั่วไป"),
}


@require_safe
@in_body
def book(request: HttpRequest, visit: Visit, name: str = "cash-receipts") -> HttpResponse:
    """Show a book of a year or of a month of it, in the order of its numbers."""
    if name not in cash_books.BOOKS:
        raise Http404
    after = request.GET.get("after", "")
    if after and not (after.isascii() and after.isdigit() and int(after) <= _MOST):
        raise Http404
    with tenant_transaction(visit.body, read_only=True):
        years = [state.year for state in fiscal_years()]
        year = year_asked(request, years)
        asked = request.GET.get("month", "")
        month = next((one for one in months(year) if one.isoformat()[:7] == asked), None)
        ends = month_after(month) if month else first_day(year + 1)
        found = json.loads(
            cash_books.book(
                name=name,
                fiscal_year=year,
                limit=_PAGE,
                after=int(after) if after else None,
                from_day=month or first_day(year),
                to_day=ends - timedelta(days=1),
            )
        )
    facts = {
        "visit": visit,
        "name": name,
        "title": gettext(_NAMES[name]),
        "names": [
            (reverse("original_book", args=[visit.path, one]), gettext(title), one)
            for one, title in _NAMES.items()
        ],
        "years": years,
        "year": year,
        "months": [(one.isoformat()[:7], one) for one in months(year)],
        "month": asked if month else "",
        "entries": found["items"],
        "next": found["next"],
        "is_first": not after,
    }
    return show(request, "original_book.html", facts)
