"""Who I am, which bodies I work in, and what a body is."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.chart import operations
from accounting.chart import queries as chart
from accounting.closing import queries as closing
from api import fields, parsing, shapes
from api.authentication import access_of, body_of
from api.idempotency import once
from api.journal import acting_officer
from api.permissions import IsMember, MayPostEntries
from api.rendering import json_answer, json_text
from tenants.lifecycle.queries import life_of
from tenants.officers.access import bodies_of
from tenants.transactions import one_question


class Me(APIView):
    """/me."""

    @extend_schema(responses={200: shapes.Me, **shapes.problems(401)})
    def get(self, request: Request) -> Response:
        """Show the officer and, for each body, the roles held today."""
        access = access_of(request)
        bodies = bodies_of(officer_id=access.officer_id, now=timezone.now())
        return Response(
            {
                "username": access.username,
                "name_th": access.name_th,
                "bodies": [
                    {
                        "code": body.code,
                        "full_name_th": body.full_name_th,
                        "kind": body.kind,
                        "province_th": body.province_th,
                        "is_training": body.is_training,
                        "state": body.state,
                        "roles": list(body.roles),
                    }
                    for body in bodies
                ],
            }
        )


class Body(APIView):
    """/bodies/{body_code}."""

    permission_classes = [IsMember]

    @extend_schema(responses={200: shapes.Body, **shapes.problems(401, 404, 503)})
    def get(self, request: Request, body_code: str) -> Response:
        """Show the body's profile and its fiscal years."""
        body = body_of(request)
        with one_question(body):
            years = closing.fiscal_years()
        life = life_of(body.code)
        profile: dict[str, Any] = {
            name: getattr(body, name)
            for name in [
                "code",
                "kind",
                "name_th",
                "full_name_th",
                "parent_code",
                "province_code",
                "province_th",
                "district_code",
                "district_th",
                "is_training",
                "state",
                "state_message_th",
                "state_message_en",
                "state_until",
                "generation",
            ]
        }
        profile |= asdict(life)
        profile["fiscal_years"] = [{"fiscal_year": y.year, "state": y.state} for y in years]
        profile["roles"] = sorted(access_of(request).roles)
        return Response(profile)


class Accounts(APIView):
    """/bodies/{body_code}/accounts."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        parameters=shapes.parameters("fiscal_year", "postable", "q", "limit", "cursor"),
        responses={200: shapes.AccountPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the chart of accounts by code."""
        wanted: dict[str, Any] = {
            "fiscal_year": parsing.fiscal_year(request),
            "postable": parsing.flag(request, "postable"),
            "q": parsing.text(request, "q"),
            "limit": parsing.limit(request),
            "after": parsing.cursor(request) or "",
        }
        with one_question(body_of(request)):
            page = chart.accounts(**wanted)
        return json_answer(shapes.with_cursor(page, "next"))

    @extend_schema(
        request=shapes.NewAccount,
        parameters=shapes.ONCE,
        responses={
            201: shapes.OwnAccount,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Open an account of the body's own below a national one."""
        asked = fields.read(
            parsing.object_of(request), {"parent": fields.text(14), "name_th": fields.text(200)}
        )
        officer = acting_officer(request)

        def work() -> Answer:
            opened = operations.open_sub_account(
                parent=asked["parent"], name_th=asked["name_th"], officer=officer
            )
            return Answer(status=201, text=json_text(asdict(opened)))

        return once(request, "POST accounts", work)
