"""The centre's tables as workbooks (XLSX): what a page shows, of its area, year and month."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.area_figures_xlsx import Column, Figures, Holds, Table, workbook
from papers.sheets import MEDIA_TYPE
from portal.central.answers import known
from portal.central.asked import filter_of, wanted
from portal.central.code_names import CATEGORY, CLASS, PLAN, group_name, name_of
from portal.central.doors import in_area
from portal.replies import send_file
from portal.templatetags import thai as words
from tenants.rollups import activity_now, central
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Watcher
from tenants.service_levels import answers as service_levels
from thai import buddhist

_Report = Mapping[str, Any]
_Row = Sequence[str | int | None]
_AMOUNTS = ("budget", "reserved", "obligated", "disbursed")
CODE, NAME = Column(head="รหัส", width=12), Column(head="ชื่อ", width=40)
BUDGET = tuple(
    Column(head=head, holds=Holds.MONEY) for head in ("งบประมาณ", "กันไว้", "ก่อหนี้ผูกพัน", "เบิกจ่ายแล้ว")
)
REVENUE = (
    Column(head="รายรับจริง", holds=Holds.MONEY),
    Column(head="ประมาณการรายรับ", holds=Holds.MONEY),
)
BODIES = (
    Column(head="หน่วยงาน", holds=Holds.COUNT, width=12),
    Column(head="ปิดงวดแล้ว", holds=Holds.COUNT, width=12),
)
_PARTS = (CODE, NAME)
_WHEN = ("วันนี้", "สามสิบวัน")


@require_safe
@in_area
def overview(request: HttpRequest, watcher: Watcher, **narrower: str) -> HttpResponse:
    """Send the figures of an area's parts."""
    asked = wanted(request, watcher.area, **narrower)
    columns = (*_PARTS, *REVENUE, *BUDGET, *BODIES)
    return sent(central.overview, asked, "ภาพรวม", lambda report: [_parts(report, columns, _all)])


@require_safe
@in_area
def budget(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send what was done with the budget: by class, by plan, by part of the area."""

    def tables(report: _Report) -> Iterator[Table]:
        source = Column(head="แหล่งเงิน", width=12)
        classes = [
            (
                one["fund_source"],
                one["expenditure_class"],
                name_of(CLASS, one["expenditure_class"]),
                *(one[name] for name in _AMOUNTS),
            )
            for one in report["classes"]
        ]
        plans = [
            (one["plan"], name_of(PLAN, one["plan"]), *(one[name] for name in _AMOUNTS))
            for one in report["plans"]
        ]
        yield Table(name="งบรายจ่าย", columns=(source, CODE, NAME, *BUDGET), rows=classes)
        yield Table(name="แผนงาน", columns=(CODE, NAME, *BUDGET), rows=plans)
        yield _parts(report, (*_PARTS, *BUDGET, *BODIES), _spending)

    asked = wanted(request, watcher.area)
    return sent(central.budget_execution, asked, "งบประมาณ", tables)


@require_safe
@in_area
def revenue(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send what was collected and expected: by category, by month, by part of the area."""

    def tables(report: _Report) -> Iterator[Table]:
        categories = [
            (
                one["category"],
                name_of(CATEGORY, one["category"]),
                one["collected"],
                one["estimated"],
            )
            for one in report["categories"]
        ]
        by_month = [(one["month"], one["collected"]) for one in report["months"]]
        yield Table(name="หมวดรายรับ", columns=(CODE, NAME, *REVENUE), rows=categories)
        yield Table(name="รายเดือน", columns=(Column(head="เดือน"), REVENUE[0]), rows=by_month)
        yield _parts(report, (*_PARTS, *REVENUE, *BODIES), _collecting)

    return sent(central.revenue, wanted(request, watcher.area), "รายรับ", tables)


@require_safe
@in_area
def position(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send cash and debts at the end of a month: by part of the area, and by group of accounts."""
    heads = {
        "cash": "เงินสดและเงินฝากธนาคาร",
        "receivables": "ลูกหนี้",
        "held": "เงินรับฝากและเงินประกัน",
        "borrowed": "เงินกู้และเงินยืม",
        "owed": "หนี้สินอื่น",
        "liabilities": "รวมหนี้สิน",
    }
    amounts = tuple(Column(head=head, holds=Holds.MONEY) for head in heads.values())

    def of_part(figures: _Report) -> _Row:
        found = figures["position"]
        return (*(found[name] for name in heads), *_standing(found))

    def tables(report: _Report) -> Iterator[Table]:
        yield _parts(report, (*_PARTS, *amounts, *BODIES), of_part)
        groups = [
            (one["account_group"], group_name(one["account_group"]), one["balance"])
            for one in report["groups"]
        ]
        balance = Column(head="ยอดคงเหลือ", holds=Holds.AMOUNT)
        yield Table(name="หมวดบัญชี", columns=(CODE, NAME, balance), rows=groups)

    return sent(central.position, wanted(request, watcher.area), "เงินสดและหนี้สิน", tables)


@require_safe
@in_area
def closing(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send how many bodies have closed each month, and the last one by part of the area."""

    def tables(report: _Report) -> Iterator[Table]:
        heads = ("เปิดอยู่", "ปิดแล้ว")
        counted = tuple(Column(head=head, holds=Holds.COUNT, width=12) for head in heads)
        by_month = [(one["month"], one["opened"], one["closed"]) for one in report["months"]]
        yield Table(name="รายเดือน", columns=(Column(head="เดือน"), *counted), rows=by_month)
        yield _parts(report, (*_PARTS, *BODIES), lambda figures: _standing(figures["closing"]))

    return sent(central.closing_progress, wanted(request, watcher.area), "การปิดงวด", tables)


@require_safe
@in_area
def activity(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send what was done in the last hour in each part of an area."""
    heads = {
        "active_quarter_hour": "หน่วยงานที่ทำงานใน 15 นาที",
        "active_today": "หน่วยงานที่ทำงานวันนี้",
        "entries": "รายการบัญชีที่บันทึก",
        "documents": "เอกสารใหม่",
        "sign_ins": "การเข้าสู่ระบบ",
    }
    columns = [Column(head=head, holds=Holds.COUNT) for head in heads.values()]
    asked = wanted(request, watcher.area, province=filter_of(request, "province"))
    now = timezone.localtime()

    def counted(figures: _Report) -> _Row:
        return (*(figures["activity"][name] for name in heads), *_standing(figures["activity"]))

    return sent(
        lambda about: activity_now.activity(about, now=now),
        asked,
        "กิจกรรมขณะนี้",
        lambda report: [_parts(report, (*_PARTS, *columns, *BODIES), counted)],
        of_when=f"หกสิบนาทีถึง {buddhist.moment_in_words(now)}",
    )


@require_safe
@in_area
def service(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Send how promptly requests of an area's parts were answered, today and in thirty days."""
    heads = ("คำขอ", "ตอบภายในหนึ่งวินาที", "ขอให้มาใหม่ภายหลัง", "ระบบตอบผิดพลาด")
    columns = [Column(head=f"{head} {when}", holds=Holds.COUNT) for when in _WHEN for head in heads]

    def counted(figures: _Report) -> _Row:
        names = ("requests", "prompt", "turned_away", "failed")
        return [figures[when][name] for when in ("today", "month") for name in names]

    asked = wanted(request, watcher.area, province=filter_of(request, "province"))
    return sent(
        service_levels.service,
        asked,
        "ระดับการให้บริการ",
        lambda report: [_parts(report, (*_PARTS, *columns), counted)],
        of_when=f"สามสิบวันถึง {buddhist.in_words(asked.today)}",
    )


def sent(
    question: Callable[[Wanted], str | None],
    asked: Wanted,
    title: str,
    tables: Callable[[_Report], Iterable[Table]],
    *,
    of_when: str | None = None,
) -> HttpResponse:
    """Send an answer of the centre as a workbook.

    Args:
        question: asks for the answer.
        asked: the area, the year, the month.
        title: the first line of every sheet.
        tables: makes the sheets of the answer.
        of_when: the third line; None: the year, and to which month.

    Raises:
        Http404: no such area, or it is not the officer's.
    """
    report = known(question(asked))
    until = f"ถึงสิ้นเดือน{buddhist.month_in_words(asked.month)}" if asked.month else "ทั้งปี"
    figures = Figures(
        titles=(
            title,
            _area_words(report),
            of_when or f"ปีงบประมาณ {asked.fiscal_year} {until}",
        ),
        standing=_standing_words(report),
        tables=list(tables(report)),
    )
    name = f"central-{asked.fiscal_year}.xlsx"
    return send_file(workbook(figures), name=name, content_type=MEDIA_TYPE)


def _area_words(report: _Report) -> str:
    names = {"P": "จังหวัด", "D": "อำเภอ"}
    areas = report.get("areas") or [one for one in report.get("rows", ()) if one["is_whole"]]
    return ", ".join(
        names[one["level"]] + one["name_th"] if one["name_th"] else "ทั้งประเทศ" for one in areas
    )


def _standing_words(report: _Report) -> str:
    made = f"จัดทำเมื่อ {buddhist.moment_in_words(timezone.localtime())}"
    whole = [one for one in report.get("rows", ()) if one["is_whole"]]
    found = next(iter(whole or report.get("figures", {}).values()), None)
    if found is None or found["complete_to"] is None:
        return made
    complete = words.moment(datetime.fromisoformat(found["complete_to"]))
    if "bodies_reported" not in found:
        return f"ครบถ้วนถึง {complete}; {made}"
    counted = f"{found['bodies_reported']} จาก {found['bodies_total']} หน่วยงานปิดงวดแล้ว"
    return f"ครบถ้วนถึง {complete}; {counted}; {made}"


def _parts(report: _Report, columns: Sequence[Column], told: Callable[[Any], _Row]) -> Table:
    rows = [
        (one["code"], one["name_th"] or "ไม่อยู่ในอำเภอใด", *told(one["figures"]))
        for one in report["parts"]
    ]
    return Table(name="พื้นที่", columns=columns, rows=rows)


def _all(figures: _Report) -> _Row:
    return (*_collecting(figures)[:2], *_spending(figures))


def _collecting(figures: _Report) -> _Row:
    found = figures["revenue"]
    return (found["collected"], found["estimated"], *_standing(found))


def _spending(figures: _Report) -> _Row:
    found = figures["budget"]
    return (*(found[name] for name in _AMOUNTS), *_standing(found))


def _standing(found: _Report) -> _Row:
    return (found["bodies_total"], found["bodies_reported"])
