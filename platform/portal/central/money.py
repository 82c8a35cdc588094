"""The centre's pages about money: the budget by class and plan, revenue by category and month."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting import fiscal_year as years
from portal.central import charts, months
from portal.central.answers import known
from portal.central.asked import choices, wanted
from portal.central.code_names import CATEGORY, CLASS, PLAN, name_of
from portal.central.doors import in_area
from portal.central.figures import Unit
from portal.replies import show
from tenants.rollups import central
from tenants.rollups.watching import Watcher

_Rows = Sequence[Mapping[str, Any]]
_BUDGET = ("budget", "reserved", "obligated", "disbursed")
_HELD = ("reserved", "disbursed", "obligated")  # the second has the strongest fill


@require_safe
@in_area
def budget(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show what was done with the budget, by class and by plan."""
    asked = wanted(request, watcher.area)
    report = known(central.budget_execution(asked))
    classes = _summed(report["classes"], "expenditure_class", CLASS, _BUDGET)
    plans = _summed(report["plans"], "plan", PLAN, _BUDGET)
    facts = {
        "access": watcher,
        "report": report,
        "here": "budget",
        "tables": [(_("งบรายจ่าย"), classes), (_("แผนงาน"), plans)],
        "drawings": [
            _spending("classes", _("งบประมาณตามงบรายจ่าย"), classes),
            _spending("plans", _("งบประมาณตามแผนงาน"), plans),
        ],
        **choices(asked),
    }
    return show(request, "central/budget.html", facts)


@require_safe
@in_area
def revenue(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show what was collected against the estimates, by category and by month."""
    asked = wanted(request, watcher.area)
    report = known(central.revenue(asked))
    categories = _summed(report["categories"], "category", CATEGORY, ("collected", "estimated"))
    facts = {
        "access": watcher,
        "report": report,
        "here": "revenue",
        "categories": categories,
        "drawing": _against_estimate(categories),
        "lines": _by_month(report["months"], asked.fiscal_year),
        **choices(asked),
    }
    return show(request, "central/revenue.html", facts)


def _summed(
    rows: _Rows, key: str, level: tuple[str, str], amounts: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the amounts by code, over all sources of money, in the order of the codes."""
    sums: dict[str, dict[str, Decimal]] = {}
    standing = {}
    for row in rows:
        of_code = sums.setdefault(row[key], dict.fromkeys(amounts, Decimal(0)))
        for name in amounts:
            of_code[name] += Decimal(row[name])
        standing = {name: row[name] for name in ("complete_to", "bodies_reported", "bodies_total")}
    return [
        {"code": code, "name": name_of(level, code), **found, **standing}
        for code, found in sorted(sums.items())
    ]


def _spending(key: str, title: str, rows: _Rows) -> charts.Bars:
    """Return what was disbursed, bound and held, and what is left: together the budget."""
    return charts.Bars(
        key=key,
        title=title,
        series=(_("กันไว้"), _("เบิกจ่ายแล้ว"), _("ก่อหนี้ผูกพัน"), _("คงเหลือ")),
        rows=[
            charts.Row(
                name=row["name"],
                values=(
                    *(row[name] for name in _HELD),
                    row["budget"] - sum((row[name] for name in _HELD), Decimal(0)),
                ),
            )
            for row in rows
        ],
        unit=Unit.BAHT,
    )


def _against_estimate(rows: _Rows) -> charts.Bars:
    return charts.Bars(
        key="categories",
        title=_("รายรับจริงเทียบกับประมาณการ"),
        series=(_("ประมาณการรายรับ"), _("รายรับจริง")),
        rows=[
            charts.Row(name=row["name"], values=(row["estimated"], row["collected"]))
            for row in rows
        ],
        unit=Unit.BAHT,
    )


def _by_month(rows: _Rows, fiscal_year: int) -> months.Months:
    """Return what was collected month by month; a month that nobody has recorded in has none."""
    collected = {row["month"]: Decimal(row["collected"]) for row in rows}
    values = tuple(collected.get(first.isoformat()) for first in years.months(fiscal_year))
    return months.Months(
        key="months",
        title=_("รายรับจริงรายเดือน"),
        fiscal_year=fiscal_year,
        lines=(months.Line(name=_("รายรับจริง"), values=values),),
        unit=Unit.BAHT,
    )
