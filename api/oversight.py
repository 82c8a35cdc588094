"""HTTP face of oversight: which bodies have no budget in force, or are late in closing."""

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api import parsing, shapes
from api.central import OfTheCentre, narrower_of, wanted_of
from api.rendering import json_answer
from api.shapes import oversight as shown
from tenants.oversight import late

_DIGITS = 3


class LateBodies(OfTheCentre):
    """/central/oversight."""

    @extend_schema(
        operation_id="central_oversight",
        parameters=[
            shown.LATE_LACKS,
            shown.LATE_DAYS,
            *shapes.parameters("fiscal_year", "month", "province", "district", "limit", "cursor"),
        ],
        responses={200: shown.LateBodyPage, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """List bodies without an ordinance in force, or late in closing, by code."""
        page = late.LatePage(
            days=_days(request),
            lacks=parsing.choice(request, "lacks", late.LACKS),
            after=parsing.cursor(request) or "",
            limit=parsing.limit(request),
        )
        text = late.late_bodies(wanted_of(request, **narrower_of(request)), page)
        if text is None:
            raise Http404
        return json_answer(shapes.with_cursor(text, "next"))


def _days(request: Request) -> int:
    value = request.query_params.get("days")
    if value is None:
        return late.USUAL_DAYS
    is_number = value.isascii() and value.isdecimal() and len(value) <= _DIGITS
    if not is_number or int(value) > late.MOST_DAYS:
        raise parsing.BadParameter("days", "ต้องเป็น 0 ถึง 366", "must be 0 to 366")
    return int(value)
