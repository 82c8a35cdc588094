"""HTTP face of general vouchers: drafted by one officer, checked by another, then posted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.documents import queries as documents
from accounting.errors import NotFound
from accounting.general_vouchers import operations, rules
from accounting.journal import drafts
from accounting.officers import Officer
from api import fields, parsing, shapes
from api.authentication import body_of
from api.errors import shown_refusal
from api.etags import if_match, if_match_if_any, with_etag
from api.idempotency import once
from api.journal import acting_officer
from api.permissions import IsMember, MayPostEntries
from api.rendering import json_answer, json_text
from tenants.transactions import one_question, tenant_transaction

STATES = ("draft", "checked", "posted", "cancelled")


class GeneralVouchers(APIView):
    """/bodies/{body_code}/general-vouchers."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="general_vouchers_list",
        parameters=shapes.parameters("voucher_state", "limit", "cursor"),
        responses={200: shapes.VoucherPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List vouchers, the latest first."""
        state = parsing.choice(request, "state", STATES)
        limit, before = parsing.limit(request), parsing.uuid_cursor(request)
        with one_question(body_of(request)):
            page = documents.documents(
                kind=operations.KIND, limit=limit, state=state, before=before
            )
        return json_answer(shapes.with_cursor(page, "next"))

    @extend_schema(
        operation_id="general_voucher_draft",
        request=shapes.DRAFT,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={
            201: shapes.Voucher,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Keep a draft, whole or not; the answer says what is still missing."""
        raw, officer = parsing.object_of(request), acting_officer(request)

        def work() -> Answer:
            voucher_id = operations.draft_voucher(raw=dict(raw), officer=officer)
            return Answer(status=201, text=_shown(voucher_id))

        return with_etag(once(request, "POST general-vouchers", work))


class GeneralVoucher(APIView):
    """/bodies/{body_code}/general-vouchers/{id}."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="general_voucher",
        parameters=[shapes.ETAG],
        responses={200: shapes.Voucher, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, voucher_id: UUID) -> HttpResponse:
        """Show a voucher with its steps, and who may do what now; its ETag is its version."""
        with one_question(body_of(request)):
            try:
                text = _shown(voucher_id)
            except NotFound as error:
                raise Http404 from error
        return with_etag(json_answer(text))

    @extend_schema(
        operation_id="general_voucher_change",
        request=shapes.DRAFT,
        parameters=[shapes.IF_MATCH, shapes.ETAG],
        responses={
            200: shapes.Voucher,
            **shapes.problems(*shapes.REFUSED, 412, 428),
        },
    )
    def put(self, request: Request, body_code: str, voucher_id: UUID) -> HttpResponse:
        """Replace what a draft says; 428 without If-Match, 412 when it is stale."""
        version, raw = if_match(request), parsing.object_of(request)
        with tenant_transaction(body_of(request)):
            operations.change_voucher(
                voucher_id=voucher_id,
                version=version,
                raw=dict(raw),
                officer=acting_officer(request),
            )
            text = _shown(voucher_id)
        return with_etag(json_answer(text))


Step = Callable[[UUID, int | None, str | None, Officer], object]

STEPS: dict[str, Step] = {
    "check": lambda voucher_id, version, _note, officer: operations.check_voucher(
        voucher_id=voucher_id, version=version, officer=officer
    ),
    "post": lambda voucher_id, version, _note, officer: operations.post_voucher(
        voucher_id=voucher_id, version=version, officer=officer
    ),
    "return": lambda voucher_id, version, note, officer: operations.return_voucher(
        voucher_id=voucher_id, version=version, note=note or "", officer=officer
    ),
    "cancel": lambda voucher_id, version, note, officer: operations.cancel_voucher(
        voucher_id=voucher_id, version=version, note=note or "", officer=officer
    ),
}
_NOTED = frozenset({"return", "cancel"})


class GeneralVoucherStep(APIView):
    """/bodies/{body_code}/general-vouchers/{id}/{check|post|return|cancel}."""

    permission_classes = [IsMember]
    step = ""

    @extend_schema(
        request=shapes.Note,
        parameters=[*shapes.ONCE, shapes.IF_MATCH_IF_ANY, shapes.ETAG],
        responses={
            200: shapes.Voucher,
            **shapes.problems(*shapes.REFUSED, 412),
        },
    )
    def post(self, request: Request, body_code: str, voucher_id: UUID) -> HttpResponse:
        """Take the step, of the version read when If-Match names it; 409 with every reason."""
        note = fields.text(200) if self.step in _NOTED else fields.optional_text(200)
        asked = fields.read(parsing.object_of(request), {"note": note})
        version, officer = if_match_if_any(request), acting_officer(request)

        def work() -> Answer:
            STEPS[self.step](voucher_id, version, asked["note"], officer)
            return Answer(status=200, text=_shown(voucher_id))

        route = f"POST general-vouchers/{voucher_id}/{self.step}"
        return with_etag(once(request, route, work))


def _shown(voucher_id: UUID) -> str:
    """Return a voucher as the API shows it.

    Raises:
        NotFound: the books hold no such voucher.
    """
    text = documents.document(kind=operations.KIND, document_id=voucher_id)
    if text is None:
        raise NotFound([])
    document: dict[str, Any] = orjson.loads(text)
    content = document.pop("content")
    document["entry"] = content
    document["refusals"] = [shown_refusal(r) for r in drafts.read_entry(content).refusals]
    document["next"] = rules.next_steps(document["state"])
    return json_text(document)
