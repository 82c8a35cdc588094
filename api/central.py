"""The centre's figures, for those who watch over an area; to all others there are none."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.fiscal_year import fiscal_year_of
from api import parsing, shapes
from api.authentication import BearerToken
from api.rendering import json_answer
from api.shapes import central as shown
from api.shapes.parts import REGISTER_STATES
from tenants.officers.roster import plain
from tenants.rollups import central, central_bodies, national
from tenants.rollups.central import Wanted
from tenants.rollups.watching import Watcher, watcher_by_token

_PROBLEMS = shapes.problems(400, 401, 404)
_OF_YEAR = shapes.parameters("fiscal_year", "month")


def _operation(name: str, shape: type[Any], *parameters: str) -> Callable[[Any], Any]:
    """Describe an operation of the centre: its token is the one of all other operations."""
    return extend_schema(
        operation_id=name,
        parameters=[*_OF_YEAR, *shapes.parameters(*parameters)],
        responses={200: shape, **_PROBLEMS},
    )


def _watcher(token: str, _request: Request) -> Watcher | None:
    return watcher_by_token(token=token, kind="api", now=timezone.now())


class Watches(BasePermission):
    """Those who watch over some area; to others the centre's figures do not exist."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the token was good; 404 when its officer watches over nothing.

        Raises:
            Http404: no area.
        """
        if not isinstance(request.user, Watcher):
            return False
        if not request.user.area:
            raise Http404
        return True


class OfTheCentre(APIView):
    """What those who watch over an area may ask."""

    permission_classes = (Watches,)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Ask of a token which area its bearer watches over."""
        return [BearerToken(_watcher)]


class _OfAnArea(OfTheCentre):
    """An answer about the officer's whole area."""

    question: ClassVar[Callable[[Wanted], str | None]]

    def answer(self, request: Request, **narrower: str) -> HttpResponse:
        """Answer what is asked of the area, or of a part of it."""
        return found_or_absent(type(self).question(wanted_of(request, **narrower)))


class Overview(_OfAnArea):
    """/central/overview."""

    question = central.overview

    @_operation("central_overview", shown.CentralOverview)
    def get(self, request: Request) -> HttpResponse:
        """Show the figures of the officer's area, and of each province or district in it."""
        return self.answer(request)


class Province(_OfAnArea):
    """/central/provinces/{province}."""

    question = central.overview

    @_operation("central_province", shown.CentralOverview)
    def get(self, request: Request, province: str) -> HttpResponse:
        """Show the figures of a province, and of each of its districts."""
        return self.answer(request, province=plain(province))


class District(_OfAnArea):
    """/central/districts/{district}."""

    question = central.overview

    @_operation("central_district", shown.CentralOverview)
    def get(self, request: Request, district: str) -> HttpResponse:
        """Show the figures of a district."""
        return self.answer(request, district=plain(district))


class BudgetExecution(_OfAnArea):
    """/central/budget-execution."""

    question = central.budget_execution

    @_operation("central_budget_execution", shown.CentralBudgetExecution)
    def get(self, request: Request) -> HttpResponse:
        """Show the budget and what was done with it, as it is now; `month` asks who reported."""
        return self.answer(request)


class Revenue(_OfAnArea):
    """/central/revenue."""

    question = central.revenue

    @_operation("central_revenue", shown.CentralRevenueAnswer)
    def get(self, request: Request) -> HttpResponse:
        """Show revenue to the end of a month, or all of the year, by category and month."""
        return self.answer(request)


class Position(_OfAnArea):
    """/central/position."""

    question = central.position

    @_operation("central_position", shown.CentralPositionAnswer)
    def get(self, request: Request) -> HttpResponse:
        """Show cash, receivables and liabilities at the end of a month, by group of accounts."""
        return self.answer(request)


class ClosingProgress(_OfAnArea):
    """/central/closing-progress."""

    question = central.closing_progress

    @_operation("central_closing_progress", shown.CentralClosingProgress)
    def get(self, request: Request) -> HttpResponse:
        """Show how many bodies have closed each month."""
        return self.answer(request)


class NationalTables(OfTheCentre):
    """/central/national-tables."""

    @_operation("central_national_table", shown.NationalTable, "scheme", "province", "district")
    def get(self, request: Request) -> HttpResponse:
        """Show revenue in seven classes or expenditure in six: the area, its parts, its bodies.

        A district's parts are its bodies.
        """
        scheme = parsing.choice(request, "scheme", national.SCHEMES) or national.REVENUE
        wanted = wanted_of(request, **narrower_of(request))
        return found_or_absent(national.national_table(scheme, wanted))


class Bodies(OfTheCentre):
    """/central/bodies."""

    @_operation(
        "central_bodies", shown.CentralBodyPage, "province", "kind", "state", "limit", "cursor"
    )
    def get(self, request: Request) -> HttpResponse:
        """List the bodies of the officer's area by code, with their figures."""
        narrower = (
            {"province": plain(found)} if (found := parsing.text(request, "province")) else {}
        )
        page = central_bodies.Page(
            now=timezone.now(),
            kind=parsing.text(request, "kind") or None,
            state=parsing.choice(request, "state", REGISTER_STATES),
            after=parsing.cursor(request) or "",
            limit=parsing.limit(request),
        )
        text = central_bodies.bodies(wanted_of(request, **narrower), page)
        if text is None:
            raise Http404
        return json_answer(shapes.with_cursor(text, "next"))


def wanted_today(request: Request) -> Wanted:
    """Return what a request asks of today: of the area, or of the province or district it names."""
    today = timezone.localdate()
    area = cast("Watcher", request.user).area
    year = fiscal_year_of(today)
    return Wanted(area=area, fiscal_year=year, today=today, **narrower_of(request))


def narrower_of(request: Request) -> dict[str, Any]:
    """Return the province and the district that a request names."""
    return {
        name: plain(found)
        for name in ("province", "district")
        if (found := parsing.text(request, name))
    }


def wanted_of(request: Request, **narrower: Any) -> Wanted:
    """Return what a request asks of the officer's area, or of a part of it."""
    today = timezone.localdate()
    year = parsing.fiscal_year(request) or fiscal_year_of(today)
    area = cast("Watcher", request.user).area
    month = parsing.month(request, year)
    return Wanted(area=area, fiscal_year=year, month=month, today=today, **narrower)


def found_or_absent(text: str | None) -> HttpResponse:
    """Answer with what was found.

    Raises:
        Http404: no such area, or it is not the officer's: the same answer to both.
    """
    if text is None:
        raise Http404
    return json_answer(text)
