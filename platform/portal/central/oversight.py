"""Bodies of the area that have no budget in force, or are late in closing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.central.answers import known
from portal.central.asked import choices, filter_of, onward, wanted
from portal.central.doors import in_area
from portal.replies import show
from tenants.oversight import late
from tenants.oversight.late import LatePage
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Area, Watcher

_PER_PAGE = 50


def late_asked(request: HttpRequest, area: Area) -> tuple[Wanted, LatePage]:
    """Return what the list asks of the area, and its page."""
    lacks, days = filter_of(request, "lacks"), filter_of(request, "days") or ""
    is_number = days.isascii() and days.isdecimal() and len(days) <= len(str(late.MOST_DAYS))
    places = {name: filter_of(request, name) for name in ("province", "district")}
    return wanted(request, area, **places), LatePage(
        days=min(int(days), late.MOST_DAYS) if is_number else late.USUAL_DAYS,
        lacks=lacks if lacks in late.LACKS else None,
        after=filter_of(request, "after") or "",
        limit=_PER_PAGE,
    )


@require_safe
@in_area
def page(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """List them by code; what is asked and the place are in the address."""
    asked, listed = late_asked(request, watcher.area)
    report = known(late.late_bodies(asked, listed))
    facts: dict[str, Any] = {
        "access": watcher,
        "here": "oversight",
        "report": report,
        "chosen": {
            "province": asked.province,
            "district": asked.district,
            "lacks": listed.lacks,
            "days": listed.days,
        },
        "onward": onward(request, "after", report["next"]),
        **choices(asked),
    }
    return show(request, "central/oversight.html", facts)
