"""The centre's page of cash and debts: what an area has at hand, and what it owes."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounting import fiscal_year as years
from portal.central import months
from portal.central.answers import known
from portal.central.asked import choices, wanted
from portal.central.code_names import group_name
from portal.central.doors import in_area
from portal.central.figures import Unit
from portal.replies import show
from tenants.rollups import central
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Watcher


@require_safe
@in_area
def position(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show cash, receivables and liabilities at the end of a month, by group and by part."""
    asked = wanted(request, watcher.area)
    report = known(central.position(asked))
    facts = {
        "access": watcher,
        "report": report,
        "here": "position",
        "groups": [(group_name(row["account_group"]), row) for row in report["groups"]],
        "lines": _by_month(report["months"], asked),
        **choices(asked),
    }
    return show(request, "central/position.html", facts)


def _by_month(rows: Sequence[Mapping[str, Any]], asked: Wanted) -> months.Months:
    """Return the balances at the ends of months; of a month that has not begun there is none."""
    known_of = {row["month"]: row for row in rows}
    firsts = years.months(asked.fiscal_year)

    def line(name: str, title: str) -> months.Line:
        values = tuple(
            Decimal(known_of[first.isoformat()][name])
            if first <= asked.today and first.isoformat() in known_of
            else None
            for first in firsts
        )
        return months.Line(name=title, values=values)

    return months.Months(
        key="position",
        title=_("เงินสดและหนี้สิน ณ สิ้นเดือน"),
        fiscal_year=asked.fiscal_year,
        lines=(line("cash", _("เงินสดและเงินฝากธนาคาร")), line("liabilities", _("หนี้สิน"))),
        unit=Unit.BAHT,
    )
