"""HTTP face of every kind of document: list, create, show, change, and one path for each step.

A slice declares a ``Face`` and puts ``urls(FACE)`` among the paths of the API: no view of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.documents import queries as documents
from accounting.documents.kinds import Kind
from accounting.documents.operations import Reference
from accounting.documents.workflow import CHANGE
from accounting.errors import NotFound
from api import fields, parsing, shapes
from api.authentication import access_of, body_of
from api.etags import if_match, if_match_if_any, with_etag
from api.idempotency import once
from api.permissions import IsMember, MayDraft
from api.rendering import json_answer, json_text
from tenants.transactions import one_question, tenant_transaction

NOTE_MAX = 200
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Za-z-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A kind of document as the API shows it.

    Attributes:
        path: below the body, ``receipts``.
        name: of one, in the names of operations: ``receipt``.
        shape: of one, a ``shapes.FlowDocument`` with what is its own.
        request: the shape of what is sent to make or change one.
        asks: what a step asks besides a note, by action: a reader for each field.
        requests: the shapes of those, by action.
    """

    kind: Kind
    path: str
    name: str
    shape: type[Serializer[object]]
    request: Any = None
    asks: Mapping[str, Mapping[str, fields.Reader]] = field(default_factory=dict)
    requests: Mapping[str, Any] = field(default_factory=dict)

    @property
    def actions(self) -> list[str]:
        """The steps that have a path."""
        return [action for action in self.kind.flow.by_action if action != CHANGE]


def urls(face: Face) -> list[URLPattern]:
    """Return the paths of a kind of document."""
    every = f"bodies/<str:body_code>/{face.path}"
    one = f"{every}/<str:document>"
    lists = MadeDocuments if face.kind.create else Documents
    shows = ChangedDocument if face.kind.change else OneDocument
    return [
        path(every, lists.as_view(face=face)),
        path(one, shows.as_view(face=face)),
        *[path(f"{one}/{a}", DocumentStep.as_view(face=face, action=a)) for a in face.actions],
    ]


class FlowSchema(AutoSchema):
    """What the OpenAPI document says of a view that serves many kinds."""

    view: Any  # one of those below

    def get_operation_id(self) -> str:
        """Return a name of its own for each operation of each kind."""
        return str(self.view.operation_id(self.method))

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular's own does
        """Return the method's docstring, with the kind that it is about."""
        flow = self.view.face.kind.flow
        about = f"{flow.name.th}, {flow.name.en}."
        for step in flow.by_action.get(self.view.action, ())[:1]:
            about += f" {step.name.th}: {step.name.en}, by {', '.join(sorted(step.roles))}."
        return f"{super().get_description()}\n\n{about}"

    def get_override_parameters(self) -> list[Any]:
        """Return headers and query parameters."""
        return list(self.view.parameters(self.method))

    def get_request_serializer(self) -> Any:
        """Return the shape of what is sent."""
        return self.view.request_shape(self.method)

    def get_response_serializers(self) -> Any:
        """Return the shapes of the answers."""
        return self.view.responses(self.method)


class FlowView(APIView):
    """What the views below have in common."""

    permission_classes = [IsMember]
    schema = FlowSchema()
    face: Face = None  # type: ignore[assignment]  # as_view() gives it
    action = ""

    def operation_id(self, method: str) -> str:
        """Return the operation's name in the OpenAPI document."""
        return self.face.name

    def parameters(self, method: str) -> list[OpenApiParameter]:
        """Return the parameters that the OpenAPI document tells."""
        return [shapes.ONE_DOCUMENT, shapes.ETAG]

    def request_shape(self, method: str) -> Any:
        """Return the shape of what is sent."""
        return self.face.request if method in {"POST", "PUT"} else None

    def responses(self, method: str) -> dict[Any, Any]:
        """Return the shapes of the answers."""
        return {200: self.face.shape, **shapes.problems(401, 404, 503)}

    def shown(self, wanted: Reference) -> str:
        """Return a document as the API shows it."""
        return json_text(self.face.kind.shown(wanted))


class Documents(FlowView):
    """/bodies/{body_code}/{documents}."""

    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List documents, the latest first."""
        state = parsing.choice(request, "state", list(self.face.kind.flow.states))
        limit, before = parsing.limit(request), parsing.uuid_cursor(request)
        with one_question(body_of(request)):
            page = documents.documents(
                kind=self.face.kind.flow.kind, limit=limit, state=state, before=before
            )
        return json_answer(shapes.with_cursor(page, "next"))

    def operation_id(self, method: str) -> str:
        """Return the operation's name in the OpenAPI document."""
        return f"{self.face.name}_list" if method == "GET" else f"{self.face.name}_draft"

    def parameters(self, method: str) -> list[OpenApiParameter]:
        """Return the parameters that the OpenAPI document tells."""
        if method == "POST":
            return [*shapes.ONCE, shapes.ETAG]
        states = {"type": "string", "enum": list(self.face.kind.flow.states)}
        return [OpenApiParameter("state", states), *shapes.parameters("limit", "cursor")]

    def responses(self, method: str) -> dict[Any, Any]:
        """Return the shapes of the answers."""
        if method == "POST":
            return {201: self.face.shape, **shapes.problems(*shapes.REFUSED)}
        return {200: shapes.FlowPage, **shapes.problems(400, 401, 404, 503)}


class MadeDocuments(Documents):
    """/bodies/{body_code}/{documents}, of a kind that officers make."""

    permission_classes = [MayDraft]

    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Make a document; refused with every reason at once."""
        raw, kind = parsing.object_of(request), self.face.kind
        officer = access_of(request).officer()

        def work() -> Answer:
            assert kind.create is not None  # urls() has seen to it
            document_id = kind.create(raw=dict(raw), officer=officer)
            return Answer(status=201, text=self.shown(document_id))

        return with_etag(once(request, f"POST {self.face.path}", work))


class OneDocument(FlowView):
    """/bodies/{body_code}/{documents}/{document}."""

    def get(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Show a document with its entries, its steps, and who may do what now."""
        wanted, body = reference_of(document), body_of(request)
        asks_more = self.face.kind.asks_more or self.face.kind.has_other_name(wanted)
        with tenant_transaction(body, read_only=True) if asks_more else one_question(body):
            try:
                text = self.shown(wanted)
            except NotFound as error:
                raise Http404 from error
        return with_etag(json_answer(text))


class ChangedDocument(OneDocument):
    """/bodies/{body_code}/{documents}/{document}, of a kind whose drafts are changed."""

    permission_classes = [MayDraft]

    def put(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Replace what a draft says; 428 without If-Match, 412 when it is stale."""
        version, raw, kind = if_match(request), parsing.object_of(request), self.face.kind
        wanted, officer = reference_of(document), access_of(request).officer()
        assert kind.change is not None  # urls() has seen to it
        with tenant_transaction(body_of(request)):
            named = kind.named(wanted)
            kind.change(document=named, version=version, raw=dict(raw), officer=officer)
            text = self.shown(wanted)
        return with_etag(json_answer(text))

    def operation_id(self, method: str) -> str:
        """Return the operation's name in the OpenAPI document."""
        return f"{self.face.name}_change" if method == "PUT" else self.face.name

    def parameters(self, method: str) -> list[OpenApiParameter]:
        """Return the parameters that the OpenAPI document tells."""
        headers = [shapes.IF_MATCH] if method == "PUT" else []
        return [shapes.ONE_DOCUMENT, *headers, shapes.ETAG]

    def responses(self, method: str) -> dict[Any, Any]:
        """Return the shapes of the answers."""
        problems = (*shapes.REFUSED, 412, 428) if method == "PUT" else (401, 404, 503)
        return {200: self.face.shape, **shapes.problems(*problems)}


class DocumentStep(FlowView):
    """/bodies/{body_code}/{documents}/{document}/{action}."""

    def post(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Take the step, of the version read when If-Match names it; 409 with every reason."""
        wanted, officer = reference_of(document), access_of(request).officer()
        asked = fields.read(
            parsing.object_of(request),
            {"note": fields.optional_text(NOTE_MAX), **self.face.asks.get(self.action, {})},
        )
        version, note = if_match_if_any(request), asked.pop("note")

        def work() -> Answer:
            self.face.kind.take(
                action=self.action,
                document=wanted,
                officer=officer,
                today=timezone.localdate(),
                version=version,
                note=note,
                asked=asked,
            )
            return Answer(status=200, text=self.shown(wanted))

        route = f"POST {self.face.path}/{document}/{self.action}"
        return with_etag(once(request, route, work))

    def operation_id(self, method: str) -> str:
        """Return the operation's name in the OpenAPI document."""
        return f"{self.face.name}_{self.action.replace('-', '_')}"

    def parameters(self, method: str) -> list[OpenApiParameter]:
        """Return the parameters that the OpenAPI document tells."""
        return [shapes.ONE_DOCUMENT, *shapes.ONCE, shapes.IF_MATCH_IF_ANY, shapes.ETAG]

    def request_shape(self, method: str) -> Any:
        """Return the shape of what is sent."""
        return self.face.requests.get(self.action, shapes.Note)

    def responses(self, method: str) -> dict[Any, Any]:
        """Return the shapes of the answers."""
        return {200: self.face.shape, **shapes.problems(*shapes.REFUSED, 412)}


def reference_of(text: str) -> Reference:
    """Return the document that a path names: its id, or its number with a hyphen for the slash.

    Raises:
        Http404: it can name none.
    """
    try:
        document_id = UUID(text)
    except ValueError:
        if not _NUMBER.fullmatch(text):
            raise Http404 from None
        return text
    if str(document_id) != text:
        raise Http404
    return document_id
