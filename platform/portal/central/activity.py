"""The centre's pages of what is done now, and of how promptly bodies are answered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.central.answers import known
from portal.central.asked import filter_of, wanted
from portal.central.doors import in_area
from portal.central.figures import Unit
from portal.central.months import Sparkline
from portal.replies import show
from tenants.rollups import activity_now
from tenants.rollups.watching import Watcher
from tenants.service_levels import answers


@require_safe
@in_area
def activity(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show what is done now in the officer's area, or in a province of it."""
    asked = wanted(request, watcher.area, province=filter_of(request, "province"))
    report = known(activity_now.activity(asked, now=timezone.now()))
    facts = {
        "access": watcher,
        "report": report,
        "here": "activity",
        "one": report["areas"][0] if len(report["areas"]) == 1 else None,
        "hour": _hour(report["figures"]["activity"], report["minutes"]),
    }
    return show(request, "central/activity.html", facts)


@require_safe
@in_area
def service(request: HttpRequest, watcher: Watcher) -> HttpResponse:
    """Show how promptly requests of the officer's area, or of a province of it, are answered."""
    asked = wanted(request, watcher.area, province=filter_of(request, "province"))
    report = known(answers.service(asked))
    shares = [one["served"]["prompt_percent"] for one in report["by_day"]]
    facts = {
        "access": watcher,
        "report": report,
        "here": "service",
        "one": report["areas"][0] if len(report["areas"]) == 1 else None,
        "by_day": Sparkline(
            title=_("ตอบภายในหนึ่งวินาที รายวัน"),
            values=tuple(None if one is None else Decimal(one) for one in shares),
            unit=Unit.PERCENT,
        ),
    }
    return show(request, "central/service.html", facts)


def _hour(
    figures: Mapping[str, int], minutes: Sequence[Mapping[str, Any]]
) -> list[tuple[str, int, Sparkline]]:
    """Return what was done in the hour, and how much of it in each minute."""
    titles = {
        "entries": _("รายการบัญชีที่บันทึก"),
        "documents": _("เอกสารใหม่"),
        "sign_ins": _("การเข้าสู่ระบบ"),
    }
    return [
        (
            title,
            figures[name],
            Sparkline(
                title=_("%(what)s ต่อนาที") % {"what": title},
                values=tuple(Decimal(one[name]) for one in minutes),
                unit=Unit.COUNT,
            ),
        )
        for name, title in titles.items()
    ]
