"""HTTP face of the journal: read the request, one domain call, write the answer."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting import money
from accounting.answers import Answer
from accounting.journal import drafts, operations, queries
from accounting.journal.entry_number import EntryNumber, read_number
from accounting.officers import Officer
from api import bulk, fields, parsing, shapes
from api.authentication import access_of, body_of
from api.idempotency import once
from api.permissions import IsMember, MayPostEntries
from api.rendering import json_answer, json_text
from tenants.transactions import one_question

POST_ROUTE = "POST journal-entries"


class JournalEntries(APIView):
    """/bodies/{body_code}/journal-entries."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="journal_entries_list",
        parameters=shapes.parameters("limit", "cursor", "lines"),
        responses={200: shapes.EntryPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List entries, the latest recorded first."""
        limit, before = parsing.limit(request), parsing.event_cursor(request)
        with_lines = bool(parsing.flag(request, "lines"))
        with one_question(body_of(request)):
            page = queries.entry_list(limit=limit, before_event_no=before, with_lines=with_lines)
        return json_answer(shapes.with_cursor(page, "next_event_no"))

    @extend_schema(
        operation_id="journal_entry_post",
        request=shapes.NewEntry,
        parameters=[*shapes.ONCE, *shapes.parameters("dry_run")],
        responses={
            200: shapes.PostedEntry,
            201: shapes.PostedEntry,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Post an entry at once; 422 or 409 with every reason when it is refused."""
        draft = drafts.read_entry(parsing.object_of(request))
        officer = acting_officer(request)

        def work() -> Answer:
            posted = operations.post_entry(draft=draft, officer=officer)
            return Answer(status=201, text=json_text(shown(posted)))

        return once(request, POST_ROUTE, work, dry_run=bool(parsing.flag(request, "dry_run")))


class JournalEntriesBulk(APIView):
    """/bodies/{body_code}/journal-entries/bulk."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="journal_entries_post_bulk",
        request=shapes.NewEntries,
        parameters=[*shapes.ONCE, *shapes.parameters("dry_run")],
        responses={
            200: shapes.BulkResults,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Post up to 1,000 entries: all or none (atomic), or each by itself; results in order."""
        asked = bulk.read_entries(parsing.object_of(request))
        officer = acting_officer(request)

        def work() -> Answer:
            results = bulk.post(asked, officer=officer, route=POST_ROUTE, show=shown)
            return Answer(status=200, text=json_text({"results": results}))

        dry_run = bool(parsing.flag(request, "dry_run"))
        route = "POST journal-entries/bulk"
        return once(request, route, work, dry_run=dry_run, claim_first=True)


class JournalEntry(APIView):
    """/bodies/{body_code}/journal-entries/{number}."""

    permission_classes = [IsMember]

    @extend_schema(
        operation_id="journal_entry",
        responses={200: shapes.Entry, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, number: str) -> HttpResponse:
        """Show one entry with its lines; in the path its number has a hyphen for the slash."""
        wanted = entry_number(number)
        with one_question(body_of(request)):
            entry = queries.entry(number=wanted)
        if entry is None:
            raise Http404
        return json_answer(entry)


class Reversal(APIView):
    """/bodies/{body_code}/journal-entries/{number}/reversal."""

    permission_classes = [MayPostEntries]

    @extend_schema(
        operation_id="journal_entry_reverse",
        request=shapes.NewReversal,
        parameters=[*shapes.ONCE, *shapes.parameters("dry_run")],
        responses={
            200: shapes.PostedEntry,
            201: shapes.PostedEntry,
            **shapes.problems(*shapes.REFUSED),
        },
    )
    def post(self, request: Request, body_code: str, number: str) -> HttpResponse:
        """Undo an entry by a new one with its sides exchanged, of its own date and number."""
        wanted = entry_number(number)
        asked = fields.read(
            parsing.object_of(request), {"entry_date": fields.day, "reason": fields.text(300)}
        )
        officer = acting_officer(request)

        def work() -> Answer:
            posted = operations.reverse_entry(
                number=wanted,
                entry_date=asked["entry_date"],
                reason=asked["reason"],
                officer=officer,
            )
            return Answer(status=201, text=json_text(shown(posted)))

        route = f"POST journal-entries/{number}/reversal"
        return once(request, route, work, dry_run=bool(parsing.flag(request, "dry_run")))


def entry_number(text: str) -> EntryNumber:
    """Return the number that a path names.

    Raises:
        Http404: there can be no such number.
    """
    number = read_number(text) if "/" not in text else None
    if number is None:
        raise Http404
    return number


def acting_officer(request: Request, role: str = "ACCOUNTANT") -> Officer:
    """Return who acts, as the books will record it, in the position of the role if they hold it."""
    return access_of(request).officer().in_office({role})


def shown(posted: operations.PostedEntry) -> dict[str, Any]:
    """Return a posted entry as the API shows it."""
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
