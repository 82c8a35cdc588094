"""The centre's lists of bodies as workbooks (XLSX): every body that the page's filters leave."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from papers.area_figures_xlsx import Column, Holds, Table
from portal.central.answers import known
from portal.central.asked import bodies_asked, filter_of, wanted
from portal.central.comparison import RANKED_BY, ranking_asked
from portal.central.doors import in_area
from portal.central.oversight import late_asked
from portal.central.workbooks import BODIES, BUDGET, CODE, NAME, REVENUE, sent
from portal.templatetags import thai as words
from tenants.oversight import late
from tenants.rollups import central_bodies, central_comparison, central_ranking
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Watcher

_Report = Mapping[str, Any]
_Row = Sequence[str | int | None]
_AT_ONCE = 1000  # bodies asked for together
_WHERE = (
    Column(head="ประเภท", width=16),
    Column(head="จังหวัด", width=9),
    Column(head="อำเภอ", width=9),
)
_SHARES = (
    Column(head="ร้อยละเบิกจ่าย", holds=Holds.RATE, width=14),
    Column(head="ร้อยละรายรับ", holds=Holds.RATE, width=14),
)
_MONTHS = Column(head="เดือนที่ปิดงวดแล้ว", holds=Holds.NUMBER, width=16)


@require_safe
@in_area
def bodies(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send the bodies of the area with their figures, by code."""
    asked, page = bodies_asked(request, watcher.area)
    columns = (CODE, NAME, *_WHERE, *REVENUE, BUDGET[0], BUDGET[3], BODIES[1])

    def ask(after: str | None) -> str | None:
        return central_bodies.bodies(asked, page(_AT_ONCE, after))

    return _sent(ask, asked, ("หน่วยงาน", "หน่วยงาน"), columns, _of_body)


@require_safe
@in_area
def ranking(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send the bodies of the area in the order of a figure."""
    asked, first = ranking_asked(request, watcher.area)
    columns = (
        CODE,
        NAME,
        Column(head="อันดับ", holds=Holds.NUMBER, width=9),
        *_WHERE,
        BUDGET[0],
        BUDGET[3],
        *_SHARES,
        _MONTHS,
    )

    def ask(after: str | None) -> str | None:
        place = central_ranking.place_of(after, by=first.by) if after else None
        return central_ranking.ranking(asked, replace(first, after=place, limit=_AT_ONCE))

    title = f"จัดอันดับหน่วยงานตาม{RANKED_BY[first.by]}"
    return _sent(ask, asked, (title, "อันดับ"), columns, _of_rank)


@require_safe
@in_area
def outliers(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send the bodies out of line, the gravest first, each with all its reasons."""
    asked = wanted(request, watcher.area, province=filter_of(request, "province"))
    columns = (CODE, NAME, *_WHERE, Column(head="เหตุ", width=80), *_SHARES, _MONTHS)

    def ask(after: str | None) -> str | None:
        place = central_comparison.worst_of(after) if after else None
        return central_comparison.out_of_line(asked, after=place, limit=_AT_ONCE)

    return _sent(ask, asked, ("หน่วยงานที่ควรตรวจดู", "ควรตรวจดู"), columns, _of_reasons)


@require_safe
@in_area
def late_ones(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send the bodies that have no budget in force, or are late in closing."""
    asked, first = late_asked(request, watcher.area)
    columns = (
        CODE,
        NAME,
        *_WHERE,
        Column(head="งบประมาณ", width=28),
        Column(head="งวดที่ล่าช้า", holds=Holds.NUMBER, width=12),
        Column(head="ตั้งแต่", width=12),
    )

    def ask(after: str | None) -> str | None:
        return late.late_bodies(asked, replace(first, after=after or "", limit=_AT_ONCE))

    return _sent(ask, asked, ("หน่วยงานที่ล่าช้า", "ล่าช้า"), columns, _of_lateness)


def _sent(
    ask: Callable[[str | None], str | None],
    asked: Wanted,
    titles: tuple[str, str],
    columns: Sequence[Column],
    row_of: Callable[[_Report], _Row],
) -> HttpResponse:
    """Send all pages of a list as one sheet.

    Args:
        ask: for the page behind a place; None: the first.
        asked: the area and the year.
        titles: of the workbook, and the name of its sheet.
        columns: of the sheet.
        row_of: the values of a body in them.
    """

    def rows(first: _Report) -> Iterator[_Row]:
        page = first
        while True:
            yield from (row_of(one) for one in page["items"])
            if not page["next"]:
                return
            page = known(ask(page["next"]))

    def tables(first: _Report) -> list[Table]:
        return [Table(name=titles[1], columns=columns, rows=rows(first))]

    return sent(lambda _asked: ask(None), asked, titles[0], tables)


def _head(one: _Report) -> _Row:
    return (one["code"], one["full_name_th"])


def _where(one: _Report) -> _Row:
    return (words.kind_title(one["kind"]), one["province_code"], one["district_code"])


def _shares(found: _Report) -> _Row:
    return (found["spent_percent"], found["collected_percent"], found["months_closed"])


def _of_body(one: _Report) -> _Row:
    found = one["figures"]
    amounts = [found[name] for name in ("collected", "estimated", "budget", "disbursed")]
    return (*_head(one), *_where(one), *amounts, found["bodies_reported"])


def _of_rank(one: _Report) -> _Row:
    found = one["figures"]
    amounts = (found["budget"], found["disbursed"])
    return (*_head(one), one["rank"], *_where(one), *amounts, *_shares(found))


def _of_reasons(one: _Report) -> _Row:
    language = "en" if get_language() == "en" else "th"
    reasons = "; ".join(reason[f"message_{language}"] for reason in one["reasons"])
    return (*_head(one), *_where(one), reasons, *_shares(one["figures"]))


def _of_lateness(one: _Report) -> _Row:
    budget = "ยังไม่มีงบประมาณที่ใช้บังคับ" if one["lacks_ordinance"] else None
    return (*_head(one), *_where(one), budget, one["months_late"], one["late_since"])
