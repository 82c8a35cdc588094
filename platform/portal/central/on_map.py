"""What the nation's map shows: a share of each province, chosen by a link of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portal.central.figures import Unit
from portal.central.map import Province, ProvinceMap
from portal.central.steps import Steps

_Figures = Mapping[str, Mapping[str, Any]]
# Ours: fifths. The same shade means the same share on every day, and beside every other map.
_FIFTHS = Steps(tuple(Decimal(bound) for bound in (20, 40, 60, 80)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """A share in percent: where its part and its whole stand among a province's figures."""

    title: Any  # a text that is put into the page's language when it is shown
    figure: str
    part: str
    whole: str

    def of(self, figures: _Figures) -> Decimal | None:
        """Return the share; None where there is nothing to be a share of."""
        part, whole = (Decimal(figures[self.figure][name]) for name in (self.part, self.whole))
        return 100 * part / whole if whole > 0 else None


SHARES = {
    "spent": _Share(
        title=gettext_lazy("ร้อยละของงบประมาณที่เบิกจ่ายแล้ว"),
        figure="budget",
        part="disbursed",
        whole="budget",
    ),
    "collected": _Share(
        title=gettext_lazy("ร้อยละของประมาณการรายรับที่จัดเก็บแล้ว"),
        figure="revenue",
        part="collected",
        whole="estimated",
    ),
    "closed": _Share(
        title=gettext_lazy("ร้อยละของหน่วยงานที่ปิดงวดแล้ว"),
        figure="closing",
        part="bodies_reported",
        whole="bodies_total",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link to the map of another share."""

    title: Any
    query: str
    is_shown: bool


def map_of(request: HttpRequest, parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the map of an answer's provinces and the links to what else it can show.

    Args:
        request: its query names the share; the first, when it names none of them.
        parts: the nation's provinces, as the overview tells them.
    """
    named = request.GET.get("map", "")
    shown = named if named in SHARES else next(iter(SHARES))
    onward = request.GET.copy()
    onward.pop("map", None)
    rest = f"?{onward.urlencode()}" if onward else ""
    provinces = [
        Province(
            code=part["code"],
            name=part["name_th"],
            value=SHARES[shown].of(part["figures"]),
            href=reverse("central_province", args=[part["code"]]) + rest,
        )
        for part in parts
    ]
    choices = []
    for name, share in SHARES.items():
        onward["map"] = name
        choices.append(Choice(title=share.title, query=onward.urlencode(), is_shown=name == shown))
    drawn = ProvinceMap(
        key="nation",
        title=str(SHARES[shown].title),
        provinces=provinces,
        unit=Unit.PERCENT,
        steps=_FIFTHS,
    )
    return {"map": drawn, "map_choices": choices}
