"""What an address of the centre's pages asks for; what cannot be read is left out."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounting.fiscal_year import fiscal_year_of, months
from tenants.officers.roster import plain
from tenants.rollups.central import Wanted
from tenants.rollups.central_bodies import Page
from tenants.rollups.watching import Area

# Of body, as the list of kinds offers them.
KINDS = ("PAO", "CITY", "TOWN", "TMUN", "SAO", "SPEC")
LARGEST_NUMBER = 2**63 - 1  # PostgreSQL's bigint
_LONGEST = 100  # characters of a filter
_BACK = 3  # fiscal years before this one that a page offers


def years() -> list[int]:
    """Return the fiscal years that a page offers, the newest first."""
    this = fiscal_year_of(timezone.localdate())
    return [this - back for back in range(_BACK + 1)]


def wanted(
    request: HttpRequest, area: Area, *, province: str | None = None, district: str | None = None
) -> Wanted:
    """Return what the page asks of the area: this year and all its months when it does not say."""
    typed = request.GET.get("fiscal_year", "")
    known = {str(year): year for year in years()}
    year = known.get(typed, years()[0])
    return Wanted(
        area=area,
        fiscal_year=year,
        month=_month(request, year),
        today=timezone.localdate(),
        province=province and plain(province),
        district=district and plain(district),
    )


def bodies_asked(
    request: HttpRequest, area: Area
) -> tuple[Wanted, Callable[[int, str | None], Page]]:
    """Return what a list of bodies asks of the area, and how a page of it is asked for.

    A page is so many bodies, after the code of the last one before.
    """
    kind, state = filter_of(request, "kind"), filter_of(request, "state")
    now = timezone.now()

    def page(limit: int, after: str | None) -> Page:
        return Page(now=now, kind=kind, state=state, after=after or "", limit=limit)

    return wanted(request, area, province=filter_of(request, "province")), page


def filter_of(request: HttpRequest, name: str) -> str | None:
    """Return a filter that the page was sent with; None: it has none."""
    return plain(request.GET.get(name, "")[:_LONGEST].strip()) or None


def onward(request: HttpRequest, name: str, place: str | int | None) -> str:
    """Return the query of the next page under the page's own filters; empty: it is the last.

    Args:
        request: of this page.
        name: what says where the next begins.
        place: where that is; None: nowhere.
    """
    if not place:
        return ""
    query = request.GET.copy()
    query[name] = str(place)
    return query.urlencode()


def choices(asked: Wanted) -> dict[str, Any]:
    """Return what the form of the year and the month offers."""
    return {"years": years(), "months": months(asked.fiscal_year), "asked": asked}


def _month(request: HttpRequest, year: int) -> date | None:
    known = {f"{first:%Y-%m}": first for first in months(year)}
    return known.get(request.GET.get("month", ""))
