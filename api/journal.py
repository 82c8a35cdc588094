"""HTTP face of the journal: read the request, one domain call, write the answer."""

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting import money
from accounting.answers import Answer
from accounting.journal import drafts, operations, queries
from accounting.officers import Officer
from api import parsing, shapes
from api.authentication import access_of, body_of
from api.idempotency import once
from api.permissions import IsMember, MayPostEntries
from api.rendering import json_answer, json_text
from tenants.transactions import tenant_transaction


class JournalEntries(APIView):
    """/bodies/{body_code}/journal-entries."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="journal_entries_list",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.EntryPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List entries, the latest recorded first."""
        limit, before = parsing.limit(request), parsing.event_cursor(request)
        with tenant_transaction(body_of(request), read_only=True):
            page = queries.entry_list(limit=limit, before_event_no=before)
        return json_answer(shapes.with_cursor(page, "next_event_no"))

    @extend_schema(
        operation_id="journal_entry_post",
        request=shapes.NewEntry,
        parameters=[shapes.IDEMPOTENCY_KEY],
        responses={
            201: shapes.PostedEntry,
            **shapes.problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
        },
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Post an entry at once; 422 or 409 with every reason when it is refused."""
        draft = drafts.read_entry(parsing.object_of(request))
        officer = acting_officer(request)

        def work() -> Answer:
            posted = operations.post_entry(draft=draft, officer=officer)
            return Answer(status=201, text=json_text(_shown(posted)))

        return once(request, "POST journal-entries", work)


class JournalEntry(APIView):
    """/bodies/{body_code}/journal-entries/{number}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="journal_entry",
        responses={200: shapes.Entry, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, number: str) -> HttpResponse:
        """Show one entry with its lines; in the path its number has a hyphen for the slash."""
        with tenant_transaction(body_of(request), read_only=True):
            entry = queries.entry(number=number)
        if entry is None:
            raise Http404
        return json_answer(entry)


class TrialBalance(APIView):
    """/bodies/{body_code}/trial-balance."""

    permission_classes = [IsMember]

    @extend_schema(
        parameters=shapes.parameters("fiscal_year!", "month", "as_known_at"),
        responses={200: shapes.TrialBalance, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """Show the trial balance (งบทดลอง) of a month or of a whole fiscal year."""
        year = parsing.fiscal_year(request)
        if year is None:
            raise parsing.BadParameter("fiscal_year", "ต้องระบุปีงบประมาณ", "is required")
        month = parsing.month(request, year)
        known_at = parsing.moment(request, "as_known_at")
        with tenant_transaction(body_of(request), read_only=known_at is None):
            balance = queries.trial_balance(fiscal_year=year, month=month, as_known_at=known_at)
        return json_answer(balance)


def acting_officer(request: Request) -> Officer:
    """Return who acts, as the books will record it."""
    access = access_of(request)
    return Officer(
        id=access.officer_id,
        name_th=access.name_th,
        roles=access.roles,
        is_acting="ACCOUNTANT" in access.acting_roles,
    )


def _shown(posted: operations.PostedEntry) -> dict[str, object]:
    return {
        "number": posted.number,
        "event_no": posted.event_no,
        "fiscal_year": posted.fiscal_year,
        "entry_date": posted.entry_date.isoformat(),
        "description": posted.description,
        "reference": posted.reference,
        "posted_at": posted.posted_at.isoformat(),
        "posted_by": posted.posted_by,
        "lines": [
            {
                "account": line.account,
                "name_th": line.name_th,
                "debit": money.text(line.debit),
                "credit": money.text(line.credit),
                "memo": line.memo,
            }
            for line in posted.lines
        ],
        "balances": [
            {
                "account": balance.account,
                "name_th": balance.name_th,
                "debit": money.text(balance.debit),
                "credit": money.text(balance.credit),
            }
            for balance in posted.balances
        ],
        "hash": posted.hash,
    }
