"""HTTP face of the budget: its documents, its lines, and the codes it is classified by."""

from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.budget import queries
from accounting.ordinances import kind
from api import parsing, shapes
from api.authentication import body_of
from api.permissions import IsMember
from api.rendering import json_answer
from api.workflow import Face
from tenants.transactions import one_question

_SOURCE_MAX = 16
FACES = (
    Face(
        kind=kind.ORDINANCES,
        path="ordinances",
        name="ordinance",
        shape=shapes.BudgetDocument,
        request=shapes.NewOrdinance,
    ),
    Face(
        kind=kind.SUPPLEMENTARIES,
        path="supplementaries",
        name="supplementary",
        shape=shapes.BudgetDocument,
        request=shapes.NewSupplementary,
    ),
    Face(
        kind=kind.APPROPRIATIONS,
        path="appropriations",
        name="appropriation",
        shape=shapes.BudgetDocument,
        request=shapes.NewAppropriation,
    ),
    Face(
        kind=kind.TRANSFERS,
        path="budget-transfers",
        name="budget_transfer",
        shape=shapes.BudgetDocument,
        request=shapes.NewTransfer,
    ),
    Face(
        kind=kind.EXPLANATIONS,
        path="explanation-changes",
        name="explanation_change",
        shape=shapes.BudgetDocument,
        request=shapes.NewExplanation,
    ),
)


class BudgetLines(APIView):
    """/bodies/{body_code}/budget-lines."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="budget_lines_list",
        parameters=shapes.parameters(
            "fiscal_year", "fund_source", "q", "available", "limit", "cursor"
        ),
        responses={200: shapes.BudgetLinePage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List budget lines by what they are for, with what is left of each."""
        year, is_available = parsing.fiscal_year(request), parsing.flag(request, "available")
        fund_source = parsing.text(request, "fund_source", longest=_SOURCE_MAX)
        q, limit = parsing.text(request, "q"), parsing.limit(request)
        after = parsing.uuid_cursor(request)
        with one_question(body_of(request)):
            page = queries.lines(
                fiscal_year=year,
                fund_source=fund_source,
                q=q,
                is_available=is_available,
                limit=limit,
                after=after,
            )
        return json_answer(shapes.with_cursor(page, "next"))


class BudgetLine(APIView):
    """/bodies/{body_code}/budget-lines/{id}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="budget_line",
        responses={200: shapes.BudgetLineDetail, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, line_id: UUID) -> HttpResponse:
        """Show a line with its movements, who holds what of it, and every explanation."""
        with one_question(body_of(request)):
            found = queries.line(line_id)
        if found is None:
            raise Http404
        return json_answer(found)


class BudgetCodes(APIView):
    """/bodies/{body_code}/budget-codes."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="budget_codes",
        parameters=shapes.parameters("fiscal_year!"),
        responses={200: shapes.BudgetCodePage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the plans, tasks, types, kinds of revenue and sources of money of a year."""
        year = parsing.required_fiscal_year(request)
        with one_question(body_of(request)):
            return json_answer(queries.codes(year))
