"""HTTP face of what belongs to any document: its history and the papers that hang on it."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, QueryDict
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.attachments import contents, operations, queries, store
from accounting.attachments.contents import MEDIA_TYPES
from accounting.errors import Refusal
from accounting.journal.entry_number import EntryNumber
from accounting.tracing import queries as tracing
from api import fields, shapes
from api.authentication import body_of
from api.idempotency import once
from api.journal import acting_officer
from api.names import named
from api.parsing import UploadParser
from api.permissions import IsMember, MayAttach
from api.rendering import json_answer
from papers import payments, voucher_of_books
from papers.of_document import of_document
from papers.paper_form import Paper as FormPaper
from papers.paper_form import print_paper
from papers.voucher import Voucher
from papers.voucher_pdf import paper
from tenants.directory.records import BodyRecord
from tenants.transactions import tenant_transaction

_MOST_ATTACHMENTS = 32_767  # a smallint; a document has fewer


class History(APIView):
    """/bodies/{body_code}/documents/{reference}/history."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="document_history",
        parameters=[shapes.DOCUMENT],
        responses={200: shapes.DocumentHistory, **shapes.problems(401, 404, 409, 503)},
    )
    def get(self, request: Request, body_code: str, reference: str) -> HttpResponse:
        """Show a document's steps, and the entries it reverses or is reversed by."""
        with tenant_transaction(body_of(request), read_only=True):
            found = tracing.history(reference=named(reference))
        if found is None:
            raise Http404
        return json_answer(found)


class AnyMediaType(BaseContentNegotiation):
    """Send what there is, whatever the client would rather have."""

    def select_parser(self, request: Request, parsers: object) -> None:
        """Return none: nothing is sent to it."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: Any = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer of refusals."""
        return next(iter(renderers)), "application/json"


class Paper(APIView):
    """/bodies/{body_code}/documents/{reference}/pdf."""

    permission_classes = [IsMember]
    content_negotiation_class = AnyMediaType

    @extend_schema(
        operation_id="document_pdf",
        parameters=[shapes.DOCUMENT],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **shapes.problems(401, 404, 409, 503),
        },
    )
    def get(self, request: Request, body_code: str, reference: str) -> HttpResponse:
        """Send a document as the paper to sign and file; of a posted one always the same bytes."""
        body = body_of(request)
        with tenant_transaction(body, read_only=True):
            wanted = named(reference)
            if isinstance(wanted, UUID) and (
                found := payments.paper_of(body=body, document_id=wanted)
            ):
                return _paper(*found)
            told = _told(body, wanted)
        if told is None:
            raise Http404
        content = print_paper(told) if isinstance(told, FormPaper) else paper(told)
        return _paper(told.file_name, content)


class Attachments(APIView):
    """/bodies/{body_code}/documents/{reference}/attachments."""

    permission_classes = [MayAttach]
    parser_classes = [UploadParser]

    @extend_schema(
        operation_id="attachments_list",
        parameters=[shapes.DOCUMENT],
        responses={200: shapes.AttachmentPage, **shapes.problems(401, 404, 409, 503)},
    )
    def get(self, request: Request, body_code: str, reference: str) -> HttpResponse:
        """List what hangs on a document, in the order it was added; never more than a hundred."""
        with tenant_transaction(body_of(request), read_only=True):
            return json_answer(queries.attachments(subject=_subject(reference).name))

    @extend_schema(
        operation_id="attachment_add",
        request={"multipart/form-data": shapes.UPLOAD},
        parameters=[shapes.DOCUMENT, *shapes.ONCE],
        responses={201: shapes.Attachment, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, reference: str) -> HttpResponse:
        """Hang a file on a document: PDF, PNG, JPEG, XLSX or text, at most 10 MB, by content."""
        name, content = _uploaded(request)
        file, officer = contents.inspect(name=name, content=content), acting_officer(request)
        subject = _subject_in(body_of(request), reference)
        if not file.refusals:
            store.keep(body_id=subject.body_id, sha256=file.sha256, content=content)

        def work() -> Answer:
            number = operations.attach(subject=subject.name, file=file, officer=officer)
            # Stored above, out of the transaction; here only if it was swept away in between.
            store.keep(body_id=subject.body_id, sha256=file.sha256, content=content)
            found = queries.attachment(subject=subject.name, attachment_no=number)
            assert found is not None  # it was made by the line above
            return Answer(status=201, text=found.text)

        route = f"POST documents/{subject.name}/attachments"
        return once(request, route, work, said={"name": name, "sha256": file.sha256})


class AttachmentContent(APIView):
    """/bodies/{body_code}/documents/{reference}/attachments/{attachment_no}."""

    permission_classes = [IsMember]
    content_negotiation_class = AnyMediaType

    @extend_schema(
        operation_id="attachment_content",
        parameters=[shapes.DOCUMENT],
        responses={
            **{(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES.values()},
            **shapes.problems(401, 404, 409, 503),
        },
    )
    def get(
        self, request: Request, body_code: str, reference: str, attachment_no: int
    ) -> HttpResponse:
        """Send the file as it was added; a browser saves it and runs nothing of it."""
        if attachment_no > _MOST_ATTACHMENTS:
            raise Http404
        with tenant_transaction(body_of(request), read_only=True):
            subject = _subject(reference)
            found = queries.attachment(subject=subject.name, attachment_no=attachment_no)
        if found is None:
            raise Http404
        return HttpResponse(
            store.content(body_id=subject.body_id, sha256=found.sha256),
            content_type=MEDIA_TYPES[found.kind],
            headers={
                "Content-Disposition": _saved_as(found.name),
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "private, no-store",
                "ETag": f'"{found.sha256}"',
            },
        )


def _paper(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": _saved_as(f"{name.replace('/', '-')}.pdf"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _told(body: BodyRecord, wanted: UUID | EntryNumber) -> FormPaper | Voucher | None:
    """Return the paper of a document of office, or of a voucher or an entry."""
    if isinstance(wanted, UUID):
        return of_document(body=body, reference=wanted) or voucher_of_books.of_voucher(
            body=body, voucher_id=wanted
        )
    return voucher_of_books.of_entry(body=body, number=wanted)


def _subject(reference: str) -> tracing.Subject:
    subject = tracing.subject(reference=named(reference))
    if subject is None:
        raise Http404
    return subject


def _subject_in(body: BodyRecord, reference: str) -> tracing.Subject:
    with tenant_transaction(body, read_only=True):
        return _subject(reference)


def _uploaded(request: Request) -> tuple[str, bytes]:
    """Return the name and the content of the one file of the form.

    Raises:
        Malformed: the form has another shape.
    """
    form = cast("QueryDict", request.data)
    files = form.getlist("file") if set(form) == {"file"} else []
    if len(files) != 1 or not isinstance(files[0], UploadedFile):
        raise fields.Malformed([_ONE_FILE])
    return files[0].name or "", files[0].read()


def _saved_as(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


_ONE_FILE = Refusal(
    code="one_file_required",
    pointer="/file",
    message_th="ต้องส่งไฟล์หนึ่งไฟล์ในช่อง file เท่านั้น",
    message_en="the form must have one file, in the field 'file', and nothing else",
)
