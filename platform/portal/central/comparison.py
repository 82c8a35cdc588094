"""Bodies beside each other: rankings, bodies out of line, and one body among its peers."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from portal.central.answers import known
from portal.central.asked import KINDS, choices, filter_of, onward, wanted
from portal.central.charts import Bars, Row
from portal.central.doors import in_area
from portal.central.figures import Unit
from portal.replies import show
from tenants.officers.roster import plain
from tenants.rollups import central_comparison, central_ranking
from tenants.rollups.central import Wanted
from tenants.rollups.central_ranking import COLUMNS, DIRECTIONS, Ranking
from tenants.rollups.watching import Area, Watcher

_PER_PAGE = 50
RANKED_BY = {
    "disbursed": gettext_noop("เบิกจ่าย (บาท)"),
    "spent_percent": gettext_noop("เบิกจ่ายต่องบประมาณ (ร้อยละ)"),
    "collected_percent": gettext_noop("รายรับจริงต่อประมาณการ (ร้อยละ)"),
    "months_closed": gettext_noop("เดือนที่ปิดงวดแล้ว"),
}
_DIRECTIONS = {
    "desc": gettext_noop("มากไปน้อย"),
    "asc": gettext_noop("น้อยไปมาก"),
}
_MEASURES = {
    "collected_percent": RANKED_BY["collected_percent"],
    "spent_percent": RANKED_BY["spent_percent"],
    "closing_lag": gettext_noop("ปิดงวดช้า (เดือน)"),
}
_SHARES = ("collected_percent", "spent_percent")
_Place = TypeVar("_Place")


def ranking_asked(request: HttpRequest, area: Area) -> tuple[Wanted, Ranking]:
    """Return what a ranking asks of the area, and its page."""
    by = _one_of(request, "by", COLUMNS)
    return wanted(request, area, province=filter_of(request, "province")), Ranking(
        by=by,
        direction=_one_of(request, "direction", DIRECTIONS),
        kind=filter_of(request, "kind"),
        after=_place(request, partial(central_ranking.place_of, by=by)),
        limit=_PER_PAGE,
    )


@require_safe
@in_area
def ranking(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show the bodies of the officer's area in the order of a figure of their year."""
    asked, which = ranking_asked(request, watcher.area)
    report = known(central_ranking.ranking(asked, which))
    facts = {
        "chosen": {
            "by": which.by,
            "direction": which.direction,
            "province": filter_of(request, "province"),
            "kind": which.kind,
        },
        "kinds": KINDS,
        "ranked_by": [(key, gettext(words)) for key, words in RANKED_BY.items()],
        "directions": [(key, gettext(words)) for key, words in _DIRECTIONS.items()],
    }
    return _list_page(request, watcher, asked, report, here="ranking", **facts)


@require_safe
@in_area
def outliers(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show the bodies whose figures are out of line, with the reasons, the gravest first."""
    chosen = {"province": filter_of(request, "province")}
    asked = wanted(request, watcher.area, province=chosen["province"])
    after = _place(request, central_comparison.worst_of)
    report = known(central_comparison.out_of_line(asked, after=after, limit=_PER_PAGE))
    return _list_page(request, watcher, asked, report, here="outliers", chosen=chosen)


@require_safe
@in_area
def body(request: HttpRequest, watcher: Watcher, code: str) -> HttpResponse:
    """Show a body beside its peers, and lead to its own pages."""
    asked = wanted(request, watcher.area)
    report = known(central_comparison.peers_of_body(asked, code=plain(code)))
    measures = [
        (gettext(words), found)
        for name, words in _MEASURES.items()
        if (found := report["measures"][name])
    ]
    facts = {"access": watcher, "report": report, "here": "", "measures": measures}
    facts |= {"drawing": _beside_peers(report["measures"]), **choices(asked)}
    return show(request, "central/body.html", facts)


def _list_page(
    request: HttpRequest,
    watcher: Watcher,
    asked: Wanted,
    report: dict[str, Any],
    *,
    here: str,
    **more: Any,
) -> HttpResponse:
    """Show a list that goes on behind its last body, under the address's own filters."""
    facts = {"access": watcher, "report": report, "here": here, **choices(asked), **more}
    facts["onward"] = onward(request, "after", report["next"])
    return show(request, f"central/{here}.html", facts)


def _beside_peers(measures: dict[str, Any]) -> Bars | None:
    """Return the shares of the body and the medians of its peers; None: it has none to compare."""
    rows = list(_rows(measures))
    if not rows:
        return None
    return Bars(
        key="peers",
        title=gettext("เทียบกับค่ากลางของกลุ่มเทียบเคียง"),
        series=(gettext("หน่วยงานนี้"), gettext("ค่ากลางของกลุ่ม")),
        rows=rows,
        unit=Unit.PERCENT,
    )


def _rows(measures: dict[str, Any]) -> Iterator[Row]:
    for name in _SHARES:
        found = measures[name]
        if found and found["median"] is not None:
            values = (Decimal(found["value"]), Decimal(found["median"]))
            yield Row(name=gettext(_MEASURES[name]), values=values)


def _one_of(request: HttpRequest, name: str, there: Iterable[str]) -> str:
    """Return what the page was sent with, or the first of what there is."""
    offered, found = list(there), filter_of(request, name)
    return found if found in offered else offered[0]


def _place(request: HttpRequest, read: Callable[[str], _Place]) -> _Place | None:
    """Return where the page before ended; the first page when that cannot be read."""
    found = filter_of(request, "after")
    try:
        return read(found) if found else None
    except ValueError:
        return None
