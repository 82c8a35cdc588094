"""Local finance as the statistics office prints it: by national class, of areas and of bodies."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from papers.area_figures_xlsx import Column, Holds, Table
from portal.central.answers import known
from portal.central.asked import choices, filter_of, wanted
from portal.central.doors import in_area
from portal.central.workbooks import BODIES, CODE, NAME, sent
from portal.replies import show
from tenants.rollups import national
from tenants.rollups.central import Wanted
from tenants.rollups.classes import national_classes
from tenants.rollups.watching import Watcher

_Report = Mapping[str, Any]


@require_safe
@in_area
def tables(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show the table of the officer's area, or of the province or district that is asked for."""
    scheme, asked = _scheme(request), _asked(request, watcher)
    facts = {
        "access": watcher,
        "report": known(national.national_table(scheme, asked)),
        "here": "tables",
        "scheme": scheme,
        "heads": _class_names(scheme),
        "province": asked.province,
        "district": asked.district,
        **choices(asked),
    }
    return show(request, "central/tables.html", facts)


@require_safe
@in_area
def xlsx(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send the table as a workbook: what was done, and what was planned, a sheet for each."""
    scheme, asked = _scheme(request), _asked(request, watcher)

    def question(asked_for: Wanted) -> str | None:
        return national.national_table(scheme, asked_for)

    def sheets(report: _Report) -> Iterator[Table]:
        amounts = [Column(head=name, holds=Holds.MONEY) for name in _class_names(scheme)]
        columns = (CODE, NAME, *amounts, Column(head="รวม", holds=Holds.MONEY), *BODIES)
        for name, which in _SHEETS[scheme]:
            rows = [
                (
                    one["code"],
                    one["name_th"] or "ไม่อยู่ในอำเภอใด",
                    *one[f"{which}_by_class"],
                    one[which],
                    one["bodies_total"],
                    one["bodies_reported"],
                )
                for one in report["rows"]
                if not one["is_whole"]
            ]
            yield Table(name=name, columns=columns, rows=rows)

    return sent(question, asked, _TITLES[scheme], sheets)


_TITLES = {national.REVENUE: "รายรับตามตารางสถิติ", national.EXPENDITURE: "รายจ่ายตามตารางสถิติ"}
_SHEETS = {
    national.REVENUE: (("รายรับจริง", "actual"), ("ประมาณการ", "planned")),
    national.EXPENDITURE: (("เบิกจ่ายแล้ว", "actual"), ("งบประมาณ", "planned")),
}


def _scheme(request: HttpRequest) -> str:
    typed = request.GET.get("scheme", "")
    return typed if typed in national.SCHEMES else national.REVENUE


def _asked(request: HttpRequest, watcher: Watcher) -> Wanted:
    """Return what is asked of the area; a district is asked for without its province."""
    district = filter_of(request, "district")
    province = None if district else filter_of(request, "province")
    return wanted(request, watcher.area, province=province, district=district)


def _class_names(scheme: str) -> list[str]:
    is_english = (translation.get_language() or "").startswith("en")
    return [one.name_en if is_english else one.name_th for one in national_classes(scheme)]
