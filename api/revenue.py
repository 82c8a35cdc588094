"""HTTP face of money in: each kind of document declared, and the registers and reports of it."""

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.bank_credits.kind import KIND as BANK_CREDIT
from accounting.bankings.kind import KIND as BANKING
from accounting.daily_status import queries as daily_status
from accounting.daily_status.kind import KIND as DAILY_REPORT
from accounting.deposits.kind import KIND as FORFEITURE
from accounting.fiscal_year import fiscal_year_of
from accounting.journal import cash_books
from accounting.open_items import queries as open_items
from accounting.open_items.rules import DEPOSIT, RECEIVABLE
from accounting.receivables.kind import KIND as RECEIVABLES
from accounting.remittances.kinds import RECEIPT, SLIP, SUMMARY
from api import parsing, shapes, workflow
from api.authentication import body_of
from api.permissions import IsMember
from api.rendering import json_answer, json_text
from api.shapes import revenue as shown
from api.workflow import Face
from tenants.transactions import one_question, tenant_transaction


def as_sent(value: object) -> object:
    """Leave it as it was sent: the books read it, and say what is wrong with it."""
    return value


_ON = {"on": as_sent}
_COUNTED = {"counted": as_sent}

FACES = (
    Face(
        kind=RECEIPT,
        path="receipts",
        name="receipt",
        shape=shown.Receipt,
        request=shown.NewReceipt,
        asks={"reverse": _ON},
        requests={"reverse": shown.OnDay},
    ),
    Face(
        kind=SLIP,
        path="remittances",
        name="remittance",
        shape=shown.Remittance,
        request=shown.CollectedOn,
        asks={"receive": _COUNTED},
        requests={"receive": shown.Counted},
    ),
    Face(
        kind=SUMMARY,
        path="remittance-summaries",
        name="remittance_summary",
        shape=shown.RemittanceSummary,
        request=shown.CollectedOn,
    ),
    Face(
        kind=BANK_CREDIT,
        path="bank-credits",
        name="bank_credit",
        shape=shown.BankCredit,
        request=shown.NewBankCredit,
        asks={"reverse": _ON},
        requests={"reverse": shown.OnDay},
    ),
    Face(
        kind=RECEIVABLES,
        path="receivables",
        name="receivable",
        shape=shown.Receivable,
        request=shown.NewReceivable,
        asks={"reverse": _ON},
        requests={"reverse": shown.OnDay},
    ),
    Face(
        kind=FORFEITURE,
        path="forfeitures",
        name="forfeiture",
        shape=shown.Forfeiture,
        request=shown.NewForfeiture,
    ),
    Face(
        kind=BANKING,
        path="bankings",
        name="banking",
        shape=shown.Banking,
        request=shown.NewBanking,
        asks={"reverse": _ON},
        requests={"reverse": shown.OnDay},
    ),
    Face(
        kind=DAILY_REPORT,
        path="daily-reports",
        name="daily_report",
        shape=shown.DailyReport,
        request=shown.NewDailyReport,
        asks={"recount": _COUNTED},
        requests={"recount": shown.Counted},
    ),
)

_OPEN = OpenApiParameter("open", bool, description="Only what is not settled.")


class OpenItems(APIView):
    """/bodies/{body_code}/{deposits|open-receivables}."""

    permission_classes = [IsMember]
    kind = ""

    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List what is owed to the body, or held by it for others, the latest first."""
        limit, before = parsing.limit(request), parsing.uuid_cursor(request)
        only_open, q = bool(parsing.flag(request, "open")), parsing.text(request, "q")
        with one_question(body_of(request)):
            page = open_items.items(
                kind=self.kind, limit=limit, before=before, only_open=only_open, q=q
            )
        return json_answer(shapes.with_cursor(page, "next"))


def _listed(name: str) -> Any:
    get = extend_schema(
        operation_id=name,
        parameters=[_OPEN, *shapes.parameters("q", "limit", "cursor")],
        responses={200: shown.OpenItemPage, **shapes.problems(400, 401, 404, 503)},
    )
    return extend_schema_view(get=get)


@_listed("deposits_list")
class Deposits(OpenItems):
    """/bodies/{body_code}/deposits."""

    kind = DEPOSIT


@_listed("open_receivables_list")
class OpenReceivables(OpenItems):
    """/bodies/{body_code}/open-receivables."""

    kind = RECEIVABLE


class Deposit(APIView):
    """/bodies/{body_code}/deposits/{id}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="deposit",
        responses={200: shown.OpenItem, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, item_id: UUID) -> HttpResponse:
        """Show a deposit with everything that was given back, used or forfeited of it."""
        with one_question(body_of(request)):
            found = open_items.item(item_id=item_id)
        if found is None or json.loads(found)["kind"] != DEPOSIT:
            raise Http404
        return json_answer(found)


class Book(APIView):
    """/bodies/{body_code}/books/{cash-receipts|cash-payments|general}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="book",
        parameters=[
            OpenApiParameter(
                "book",
                {"type": "string", "enum": list(cash_books.BOOKS)},
                OpenApiParameter.PATH,
            ),
            *shapes.parameters("fiscal_year", "from", "to", "limit", "cursor"),
        ],
        responses={200: shown.BookPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, book: str) -> HttpResponse:
        """Show a book of original entry: this fiscal year's, in the order of its numbers."""
        if book not in cash_books.BOOKS:
            raise Http404
        year = parsing.fiscal_year(request) or fiscal_year_of(timezone.localdate())
        from_day, to_day = parsing.day(request, "from"), parsing.day(request, "to")
        limit, after = parsing.limit(request), parsing.event_cursor(request)
        with one_question(body_of(request)):
            page = cash_books.book(
                name=book,
                fiscal_year=year,
                limit=limit,
                after=after,
                from_day=from_day,
                to_day=to_day,
            )
        return json_answer(shapes.with_cursor(page, "next"))


class DailyStatus(APIView):
    """/bodies/{body_code}/reports/daily-status?date=."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="daily_status",
        parameters=[OpenApiParameter("date", {"type": "string", "format": "date"}, required=True)],
        responses={200: shown.DailyStatus, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """Show cash and banks at the end of a day by the books as they are, and its report."""
        day = parsing.required_day(request, "date")
        with tenant_transaction(body_of(request), read_only=True):
            figures = daily_status.figures(day=day)
            found = daily_status.report_of(day=day)
            report = DAILY_REPORT.shown(UUID(found)) if found else None
        return json_answer(json_text({**figures, "report": report}))


_BODY = "bodies/<str:body_code>"
urlpatterns = [
    *[one for face in FACES for one in workflow.urls(face)],
    path(f"{_BODY}/deposits", Deposits.as_view()),
    path(f"{_BODY}/deposits/<uuid:item_id>", Deposit.as_view()),
    path(f"{_BODY}/open-receivables", OpenReceivables.as_view()),
    path(f"{_BODY}/books/<str:book>", Book.as_view()),
    path(f"{_BODY}/reports/daily-status", DailyStatus.as_view()),
]
