"""HTTP face of what proves the books."""

import re
from typing import NoReturn
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.documents import queries as documents
from accounting.journal import proofs
from api import parsing, shapes
from api.authentication import body_of
from api.journal import entry_number
from api.permissions import IsMember
from api.rendering import json_answer
from tenants.officers.readings import readings_of
from tenants.transactions import one_question, tenant_transaction


class ChainHead(APIView):
    """/bodies/{body_code}/audit/chain-head."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="audit_chain_head",
        responses={200: shapes.ChainHead, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """Show the last event and the hash that seals everything before it."""
        with tenant_transaction(body_of(request), read_only=True):
            head = proofs.chain_head()
        return json_answer(head)


class Proof(APIView):
    """/bodies/{body_code}/audit/proof/{number}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="audit_proof",
        parameters=shapes.parameters("limit"),
        responses={200: shapes.Proof, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, number: str) -> HttpResponse:
        """Show an entry's text, the hash before it, and the texts that lead to the head."""
        wanted, limit = entry_number(number), parsing.limit(request)
        with tenant_transaction(body_of(request), read_only=True):
            found = proofs.proof(number=wanted, limit=limit)
        if found is None:
            raise Http404
        return json_answer(found)


class Events(APIView):
    """/bodies/{body_code}/audit/events."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="audit_events",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.EventPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the journal's events in their order; the last cursor resumes where one stopped.

        ``next`` is null when there is nothing more now; ``resume`` is the cursor to ask with later.
        """
        limit, after = parsing.limit(request), parsing.event_cursor(request) or 0
        with one_question(body_of(request)):
            page = orjson.loads(proofs.events(after=after, limit=limit))
        page["next"] = parsing.new_cursor(page["next"])
        last = page["items"][-1]["event_no"] if page["items"] else after
        page["resume"] = parsing.new_cursor(last)
        return json_answer(orjson.dumps(page).decode())


class Readings(APIView):
    """/bodies/{body_code}/audit/readings."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="audit_readings",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.ReadingPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> Response:
        """List what those who watch over the body asked for of its books, the latest first."""
        limit, before = parsing.limit(request), parsing.event_cursor(request)
        found, following = readings_of(body_code=body_of(request).code, before=before, limit=limit)
        items = [
            {
                "at": one.at,
                "officer_name_th": one.officer_name_th,
                "roles": one.roles,
                "asked": one.asked,
            }
            for one in found
        ]
        return Response({"items": items, "next": parsing.new_cursor(following)})


class SeparationExceptions(APIView):
    """/bodies/{body_code}/audit/separation-exceptions."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="audit_separation_exceptions",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.SeparationPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List where one officer took two steps of a document that two should, under an order."""
        limit, before = parsing.limit(request), _step_cursor(request)
        with one_question(body_of(request)):
            page = documents.separation_exceptions(limit=limit, before=before)
        return json_answer(shapes.with_cursor(page, "next"))


def _step_cursor(request: Request) -> tuple[UUID, int] | None:
    value = parsing.cursor(request)
    if value is None:
        return None
    found = re.fullmatch(r"([0-9a-f-]{36})/([0-9]{1,4})", value)
    try:
        return (UUID(found[1]), int(found[2])) if found else _refuse_cursor()
    except ValueError:
        return _refuse_cursor()


def _refuse_cursor() -> NoReturn:
    raise parsing.BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours")
