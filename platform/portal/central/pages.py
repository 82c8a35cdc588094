"""The centre's pages: an area's figures and its parts, its bodies, how far closing is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.central.answers import known
from portal.central.asked import KINDS, bodies_asked, choices, filter_of, onward, wanted
from portal.central.doors import in_area
from portal.central.on_map import map_of
from portal.replies import show
from tenants.lifecycle.rules import STATES
from tenants.rollups import central, central_bodies
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Watcher

_PER_PAGE = 50


@require_safe
@in_area
def overview(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show the figures of the officer's area, and of its provinces or districts."""
    asked = wanted(request, watcher.area)
    return _area_page(request, watcher, asked, here="overview")


@require_safe
@in_area
def province(request: HttpRequest, watcher: Watcher, code: str) -> HttpResponse:
    """Show the figures of a province, and of its districts."""
    asked = wanted(request, watcher.area, province=code)
    return _area_page(request, watcher, asked, here="")


@require_safe
@in_area
def district(request: HttpRequest, watcher: Watcher, code: str) -> HttpResponse:
    """Show the figures of a district, and its bodies."""
    asked = wanted(request, watcher.area, district=code)
    return _area_page(request, watcher, asked, here="")


@require_safe
@in_area
def closing(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show how many bodies have closed each month, and where they are."""
    asked = wanted(request, watcher.area)
    report = known(central.closing_progress(asked))
    facts = {"access": watcher, "report": report, "here": "closing", **choices(asked)}
    return show(request, "central/closing.html", facts)


@require_safe
@in_area
def bodies(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """List the bodies of the officer's area by code; filters and the place are in the address."""
    asked, page = bodies_asked(request, watcher.area)
    report = known(central_bodies.bodies(asked, page(_PER_PAGE, filter_of(request, "after"))))
    facts = {
        "access": watcher,
        "report": report,
        "here": "bodies",
        "chosen": {name: filter_of(request, name) for name in ("province", "kind", "state")},
        "states": dict.fromkeys([*STATES, "registered"]),
        "kinds": KINDS,
        "onward": onward(request, "after", report["next"]),
        **choices(asked),
    }
    return show(request, "central/bodies.html", facts)


def _area_page(request: HttpRequest, watcher: Watcher, asked: Wanted, *, here: str) -> HttpResponse:
    """Show an area with its parts; a district, which has none, with its first bodies."""
    report = known(central.overview(asked))
    one = report["areas"][0] if len(report["areas"]) == 1 else None
    facts = {"access": watcher, "report": report, "one": one, "here": here, **choices(asked)}
    if one and one["level"] == "N":
        facts |= map_of(request, report["parts"])
    if one and one["level"] == "D":
        page = central_bodies.Page(now=timezone.now(), limit=_PER_PAGE)
        facts["bodies"] = known(central_bodies.bodies(asked, page))["items"]
    return show(request, "central/area.html", facts)
