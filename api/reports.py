"""HTTP face of the journal's reports."""

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.journal import reports
from accounting.journal.reports import LedgerPosition
from api import parsing, shapes
from api.authentication import body_of
from api.permissions import IsMember
from api.rendering import json_answer
from tenants.transactions import one_question

_ACCOUNT = re.compile(r"[0-9]{10}\.[0-9]{3}(\.[0-9]{2})?")
_POSITION = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{1,18})/([0-9]{1,4})")


class TrialBalance(APIView):
    """/bodies/{body_code}/trial-balance."""

    permission_classes = [IsMember]

    @extend_schema(
        parameters=shapes.parameters("fiscal_year!", "month", "as_of", "as_known_at"),
        responses={200: shapes.TrialBalance, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """Show the trial balance (งบทดลอง) of a month or of a whole fiscal year."""
        year = parsing.required_fiscal_year(request)
        month = parsing.month(request, year)
        as_of, known_at = parsing.day(request, "as_of"), parsing.moment(request, "as_known_at")
        with one_question(body_of(request)):
            balance = reports.trial_balance(
                fiscal_year=year, month=month, as_of=as_of, as_known_at=known_at
            )
        return json_answer(balance)


class TrialBalanceDifference(APIView):
    """/bodies/{body_code}/trial-balance/difference."""

    permission_classes = [IsMember]

    @extend_schema(
        parameters=shapes.parameters("fiscal_year!", "month", "known_from!", "known_to!"),
        responses={200: shapes.Difference, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the documents by which the balance known at two moments differs."""
        year = parsing.required_fiscal_year(request)
        month = parsing.month(request, year)
        known_from = parsing.required_moment(request, "known_from")
        known_to = parsing.required_moment(request, "known_to")
        with one_question(body_of(request)):
            found = reports.difference(
                fiscal_year=year, month=month, known_from=known_from, known_to=known_to
            )
        return json_answer(found)


class Ledger(APIView):
    """/bodies/{body_code}/ledger/{account}."""

    permission_classes = [IsMember]

    @extend_schema(
        parameters=shapes.parameters("from!", "to!", "as_known_at", "limit", "cursor"),
        responses={200: shapes.Ledger, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, account: str) -> HttpResponse:
        """Show an account's lines with their running balance; each names its document."""
        if not _ACCOUNT.fullmatch(account):
            raise Http404
        known_at = parsing.moment(request, "as_known_at")
        wanted: dict[str, Any] = {
            "from_date": parsing.required_day(request, "from"),
            "to_date": parsing.required_day(request, "to"),
            "limit": parsing.limit(request),
            "start": _position(request),
        }
        with one_question(body_of(request)):
            found = reports.ledger(account=account, as_known_at=known_at, **wanted)
        return json_answer(shapes.with_cursor(found, "next"))


def _position(request: Request) -> LedgerPosition | None:
    cursor = parsing.cursor(request)
    if cursor is None:
        return None
    match = _POSITION.fullmatch(cursor)
    bad = parsing.BadParameter("cursor", "ใช้ไม่ได้", "is not one of ours")
    if match is None:
        raise bad
    try:
        day = date.fromisoformat(match[1])
    except ValueError as error:
        raise bad from error
    return LedgerPosition(entry_date=day, event_no=int(match[2]), line_no=int(match[3]))
