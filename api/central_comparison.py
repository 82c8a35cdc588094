"""Bodies beside each other, for those who watch over an area: see ``central`` for the doors."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounting.fiscal_year import fiscal_year_of
from api import parsing, shapes
from api.central import OfTheCentre
from api.rendering import json_answer
from api.shapes import central_comparison as shown
from tenants.officers.roster import plain
from tenants.rollups import central_comparison, central_ranking
from tenants.rollups.central import Wanted
from tenants.rollups.central_ranking import MOST_FIRST, Ranking, place_of
from tenants.rollups.watching import Watcher

_PROBLEMS = shapes.problems(400, 401, 404)

_Place = TypeVar("_Place")


class BodyRanking(OfTheCentre):
    """/central/ranking."""

    @extend_schema(
        operation_id="central_ranking",
        parameters=shapes.parameters(
            "fiscal_year", "by", "direction", "province", "kind", "limit", "cursor"
        ),
        responses={200: shown.CentralRanking, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """List the bodies of the officer's area in the order of a figure of their year."""
        cursor = parsing.cursor(request)
        by = parsing.choice(request, "by", shown.RANKED_BY) or shown.RANKED_BY[0]
        asked = Ranking(
            by=by,
            direction=parsing.choice(request, "direction", central_ranking.DIRECTIONS)
            or MOST_FIRST,
            kind=parsing.text(request, "kind") or None,
            after=_place(partial(place_of, by=by), cursor) if cursor is not None else None,
            limit=parsing.limit(request),
        )
        text = central_ranking.ranking(_wanted(request), asked)
        if text is None:
            raise Http404
        return json_answer(shapes.with_cursor(text, "next"))


class Outliers(OfTheCentre):
    """/central/outliers."""

    @extend_schema(
        operation_id="central_outliers",
        parameters=shapes.parameters("fiscal_year", "province", "limit", "cursor"),
        responses={200: shown.CentralOutliers, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """List the bodies whose figures are out of line, with the reasons, the gravest first."""
        cursor = parsing.cursor(request)
        after = _place(central_comparison.worst_of, cursor) if cursor is not None else None
        text = central_comparison.out_of_line(
            _wanted(request), after=after, limit=parsing.limit(request)
        )
        if text is None:
            raise Http404
        return json_answer(shapes.with_cursor(text, "next"))


class PeersOfBody(OfTheCentre):
    """/central/bodies/{body}/peers."""

    @extend_schema(
        operation_id="central_peers",
        parameters=shapes.parameters("fiscal_year"),
        responses={200: shown.CentralPeers, **_PROBLEMS},
    )
    def get(self, request: Request, body: str) -> HttpResponse:
        """Show a body of the officer's area beside the bodies of its kind and size."""
        text = central_comparison.peers_of_body(_wanted(request), code=plain(body))
        if text is None:
            raise Http404
        return json_answer(text)


def _place(read: Callable[[str], _Place], cursor: str) -> _Place:
    """Return the place that a cursor stands for.

    Raises:
        BadParameter: no page of this list ends there.
    """
    try:
        return read(cursor)
    except ValueError as error:
        raise parsing.BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours") from error


def _wanted(request: Request) -> Wanted:
    """Return what is asked: a whole year, of the officer's area or of a province in it."""
    assert isinstance(request.user, Watcher)  # the door lets no other in
    today = timezone.localdate()
    return Wanted(
        area=request.user.area,
        fiscal_year=parsing.fiscal_year(request) or fiscal_year_of(today),
        today=today,
        province=plain(parsing.text(request, "province")) or None,
    )
