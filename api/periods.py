"""HTTP face of periods: what may be posted into."""

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.closing import operations, queries
from accounting.officers import Officer
from api import fields, parsing, shapes
from api.authentication import body_of
from api.idempotency import once
from api.journal import acting_officer
from api.permissions import IsMember, MayClosePeriods
from api.rendering import json_answer, json_text
from tenants.transactions import one_question

_PERIOD = re.compile(r"(19[7-9][0-9]|2[0-3][0-9]{2})-(0[1-9]|1[0-2])")  # C.E.
KINDS = ("JV",)


class Periods(APIView):
    """/bodies/{body_code}/periods."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="periods_list",
        parameters=shapes.parameters("fiscal_year!"),
        responses={200: shapes.PeriodList, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the months of a fiscal year and whether they are open."""
        year = parsing.required_fiscal_year(request)
        with one_question(body_of(request)):
            found = queries.periods(fiscal_year=year)
        return json_answer(f'{{"items":{found}}}')


class PeriodStep(APIView):
    """/bodies/{body_code}/periods/{yyyy-mm}/{close|reopen}."""

    permission_classes = [MayClosePeriods]
    step = ""

    @extend_schema(
        request=shapes.PeriodChange,
        parameters=shapes.ONCE,
        responses={
            200: shapes.Period,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str, period: str) -> HttpResponse:
        """Close a month, or open it again; 409 with every unfinished item as a refusal."""
        starts_on = _first_day(period)
        reason = fields.text(300) if self.step == "reopen" else fields.optional_text(300)
        asked = fields.read(
            parsing.object_of(request), {"reason": reason, "kind": fields.one_of(KINDS)}
        )
        officer = acting_officer(request, "FIN_DIRECTOR")

        def work() -> Answer:
            state = _take(self.step, starts_on, asked, officer)
            return Answer(status=200, text=json_text(_shown(state)))

        return once(request, f"POST periods/{period}/{self.step}", work)


def _take(
    step: str, starts_on: date, asked: dict[str, Any], officer: Officer
) -> operations.PeriodState:
    change = operations.close_period if step == "close" else operations.reopen_period
    kind = asked["kind"] or operations.EVERY_KIND
    return change(starts_on=starts_on, officer=officer, reason=asked["reason"], kind=kind)


def _first_day(period: str) -> date:
    if not _PERIOD.fullmatch(period):
        raise Http404
    return date.fromisoformat(f"{period}-01")


def _shown(state: operations.PeriodState) -> dict[str, Any]:
    return {
        "period": f"{state.starts_on:%Y-%m}",
        "fiscal_year": state.fiscal_year,
        "kind": state.kind or None,
        "state": state.state,
    }
