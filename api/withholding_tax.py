"""HTTP face of certificates of tax withheld, and of the files of returns and of the bank."""

from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.bank_accounts.rules import COMPANY_ID_MAX
from accounting.bank_files.krungthai import PRODUCTS
from accounting.cheques.queries import UnableToWriteFile, bank_files
from accounting.documents import queries as documents
from accounting.errors import NotFound
from accounting.withholding_tax import queries
from accounting.withholding_tax.kind import RETURNS
from api import parsing, shapes
from api.authentication import body_of
from api.documents import AnyMediaType
from api.errors import refusal_answer
from api.permissions import IsMember
from api.rendering import json_answer
from api.shapes.disbursement import Certificate as CertificateShape
from api.shapes.disbursement import CertificatePage
from api.workflow import reference_of
from papers import certificate_pdf
from tenants.transactions import one_question, tenant_transaction


class Certificates(APIView):
    """/bodies/{body_code}/withholding-tax/certificates."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="withholding_tax_certificate_list",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: CertificatePage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List certificates (ม.50 ทวิ), the latest first."""
        limit, before = parsing.limit(request), parsing.uuid_cursor(request)
        with one_question(body_of(request)):
            page = queries.certificates(limit=limit, before=before)
        return json_answer(shapes.with_cursor(page, "next"))


class Certificate(APIView):
    """/bodies/{body_code}/withholding-tax/certificates/{document}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="withholding_tax_certificate",
        parameters=[shapes.ONE_DOCUMENT],
        responses={200: CertificateShape, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Show a certificate, by its id or its number with a hyphen for the slash."""
        wanted = reference_of(document)
        with one_question(body_of(request)):
            found = queries.certificate(reference=wanted)
        if found is None:
            raise Http404
        return json_answer(found)


class CertificatePaper(APIView):
    """/bodies/{body_code}/withholding-tax/certificates/{document}/pdf."""

    permission_classes = [IsMember]
    content_negotiation_class = AnyMediaType

    @extend_schema(
        operation_id="withholding_tax_certificate_pdf",
        parameters=[shapes.ONE_DOCUMENT],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **shapes.problems(401, 404, 503),
        },
    )
    def get(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Send the certificate as the paper that the payee is given."""
        wanted, body = reference_of(document), body_of(request)
        with tenant_transaction(body, read_only=True):
            found = queries.certificate(reference=wanted)
        if found is None:
            raise Http404
        return _file(certificate_pdf.of_json(body, found), "application/pdf", "หนังสือรับรองภาษี.pdf")


class ReturnFile(APIView):
    """/bodies/{body_code}/withholding-tax/returns/{document}/file."""

    permission_classes = [IsMember]
    content_negotiation_class = AnyMediaType

    @extend_schema(
        operation_id="withholding_tax_return_file",
        parameters=[shapes.ONE_DOCUMENT],
        responses={(200, "text/plain"): OpenApiTypes.STR, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Send the text file of a return, for the Revenue Department's program."""
        wanted = reference_of(document)
        with tenant_transaction(body_of(request), read_only=True):
            try:
                made = RETURNS.shown(wanted)
            except NotFound as error:
                raise Http404 from error
            text = queries.return_file(return_id=UUID(made["id"]), form=made["form"])
        name = f"{made['form']}-{made['month']}.txt"
        return _file(text.encode(), "text/plain; charset=utf-8", name)


class BankFile(APIView):
    """/bodies/{body_code}/cheque-reports/{document}/bank-file."""

    permission_classes = [IsMember]
    content_negotiation_class = AnyMediaType

    @extend_schema(
        operation_id="cheque_report_bank_file",
        parameters=[
            shapes.ONE_DOCUMENT,
            OpenApiParameter("product", {"type": "string", "enum": list(PRODUCTS)}),
            OpenApiParameter(
                "company_id",
                {"type": "string", "maxLength": COMPANY_ID_MAX},
                description="Of the bank's branch; else the one kept with the bank account.",
            ),
        ],
        responses={
            (200, "text/plain"): OpenApiTypes.BINARY,
            **shapes.problems(400, 401, 404, 409, 503),
        },
    )
    def get(self, request: Request, body_code: str, document: str) -> HttpResponse:
        """Send Krungthai's file of a report's transfers: to its own accounts, or to others'."""
        wanted, body = reference_of(document), body_of(request)
        product = parsing.choice(request, "product", PRODUCTS) or PRODUCTS[0]
        company_id = parsing.text(request, "company_id", longest=COMPANY_ID_MAX)
        with tenant_transaction(body, read_only=True):
            report = documents.document(kind="CHQRPT", document_id=wanted)
            if report is None:
                raise Http404
            try:
                files = bank_files(
                    report=report, sender_name=body.full_name_th, company_id=company_id
                )
                content = files.content(product)
            except UnableToWriteFile as error:
                return refusal_answer(request, error)
        return _file(content, "text/plain", f"ktb-{product}.txt")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
