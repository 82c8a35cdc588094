"""HTTP face of a body's divisions (กอง/สำนัก)."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.divisions import operations, queries
from accounting.divisions.drafts import read_opened, read_renamed
from accounting.divisions.rules import CODE
from accounting.errors import Refusal
from api import fields, parsing, shapes
from api.authentication import body_of
from api.etags import if_match, with_etag
from api.idempotency import once
from api.journal import acting_officer
from api.permissions import MayKeepDivisions
from api.rendering import json_answer
from tenants.transactions import one_question, tenant_transaction


class Divisions(APIView):
    """/bodies/{body_code}/divisions."""

    permission_classes = [MayKeepDivisions]

    @extend_schema(
        operation_id="divisions_list",
        parameters=shapes.parameters("q", "active", "limit", "cursor"),
        responses={200: shapes.DivisionPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List divisions by code."""
        wanted: dict[str, Any] = {
            "limit": parsing.limit(request),
            "after": parsing.cursor(request) or "",
            "q": parsing.text(request, "q").strip(),
            "is_active": parsing.flag(request, "active"),
        }
        with one_question(body_of(request)):
            page = queries.divisions(**wanted)
        return json_answer(shapes.with_cursor(page, "next"))

    @extend_schema(
        operation_id="division_open",
        request=shapes.NewDivision,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={201: shapes.Division, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Open a division."""
        code, name_th, unreadable = read_opened(parsing.object_of(request))
        _refuse(unreadable)
        officer = acting_officer(request)

        def work() -> Answer:
            operations.open_division(code=code, name_th=name_th, officer=officer)
            return Answer(status=201, text=_shown(code))

        return with_etag(once(request, "POST divisions", work))


class Division(APIView):
    """/bodies/{body_code}/divisions/{code}."""

    permission_classes = [MayKeepDivisions]

    @extend_schema(
        operation_id="division",
        parameters=[shapes.ETAG],
        responses={200: shapes.Division, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, code: str) -> HttpResponse:
        """Show a division; its ETag is its version."""
        _known_shape(code)
        with one_question(body_of(request)):
            return with_etag(json_answer(_shown(code)))

    @extend_schema(
        operation_id="division_change",
        request=shapes.DivisionChange,
        parameters=[shapes.IF_MATCH, shapes.ETAG],
        responses={200: shapes.Division, **shapes.problems(*shapes.REFUSED, 412, 428)},
    )
    def put(self, request: Request, body_code: str, code: str) -> HttpResponse:
        """Give a division another name; 428 without If-Match, 412 when it is stale."""
        version = if_match(request)
        _known_shape(code)
        name_th, unreadable = read_renamed(parsing.object_of(request))
        _refuse(unreadable)
        with tenant_transaction(body_of(request)):
            operations.rename_division(
                code=code, version=version, name_th=name_th, officer=acting_officer(request)
            )
            return with_etag(json_answer(_shown(code)))


class DivisionStep(APIView):
    """/bodies/{body_code}/divisions/{code}/{retire|restore}."""

    permission_classes = [MayKeepDivisions]
    step = ""

    @extend_schema(
        request=shapes.NOTHING,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={200: shapes.Division, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, code: str) -> HttpResponse:
        """Take the step; what is retired stays in the books and in the register."""
        _known_shape(code)
        fields.read(parsing.object_of(request), {})
        officer = acting_officer(request)
        take = {"retire": operations.retire_division, "restore": operations.restore_division}

        def work() -> Answer:
            take[self.step](code=code, officer=officer)
            return Answer(status=200, text=_shown(code))

        return with_etag(once(request, f"POST divisions/{code}/{self.step}", work))


def _refuse(unreadable: list[Refusal]) -> None:
    """Refuse what cannot be read.

    Raises:
        Malformed: there is something.
    """
    if unreadable:
        raise fields.Malformed(unreadable)


def _known_shape(code: str) -> None:
    """Check a code of the path.

    Raises:
        Http404: no division can have it.
    """
    if not CODE.fullmatch(code):
        raise Http404


def _shown(code: str) -> str:
    text = queries.division(code=code)
    if text is None:
        raise Http404
    return text
