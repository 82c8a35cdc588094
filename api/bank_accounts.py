"""HTTP face of the register of bank accounts."""

import re
from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.bank_accounts import operations, queries
from accounting.bank_accounts.rules import BRANCH_MAX, COMPANY_ID_MAX, KINDS, NAME_MAX
from api import fields, parsing, shapes
from api.authentication import access_of, body_of
from api.etags import if_match, with_etag
from api.idempotency import once
from api.permissions import MayKeepBankAccounts
from api.rendering import json_answer
from tenants.transactions import one_question, tenant_transaction

_ID = re.compile(r"[0-9]{3}-[0-9]{6,20}")
_KEEPERS = MayKeepBankAccounts.roles


def _kind(value: object) -> str:
    found = fields.one_of(KINDS)(value)
    if found is None:
        raise fields.Unreadable("required", "ต้องระบุ", "is required")
    return str(found)


_CHANGED: dict[str, fields.Reader] = {
    "branch": fields.text(BRANCH_MAX),
    "name_th": fields.text(NAME_MAX),
    "account": fields.text(20),
}
_MAY_CHANGE = {**_CHANGED, "company_id": fields.optional_text(COMPANY_ID_MAX)}
_NEW: dict[str, fields.Reader] = {
    "bank_code": fields.text(3),
    "number": fields.text(20),
    "kind": _kind,
    **_CHANGED,
}


class BankAccounts(APIView):
    """/bodies/{body_code}/bank-accounts."""

    permission_classes = [MayKeepBankAccounts]

    @extend_schema(
        operation_id="bank_accounts_list",
        parameters=shapes.parameters("q", "active", "limit", "cursor"),
        responses={200: shapes.BankAccountPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List bank accounts by bank and number."""
        wanted: dict[str, Any] = {
            "limit": parsing.limit(request),
            "after": parsing.cursor(request) or "",
            "q": parsing.text(request, "q").strip(),
            "is_active": parsing.flag(request, "active"),
        }
        with one_question(body_of(request)):
            page = queries.bank_accounts(**wanted)
        return json_answer(shapes.with_cursor(page, "next"))

    @extend_schema(
        operation_id="bank_account_register",
        request=shapes.NewBankAccount,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={201: shapes.BankAccount, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Register a bank account; its ledger account is one of bank deposits of its kind."""
        asked = fields.read(parsing.object_of(request), _NEW)
        officer = access_of(request).officer().in_office(_KEEPERS)

        def work() -> Answer:
            return Answer(status=201, text=_shown(operations.register(**asked, officer=officer)))

        return with_etag(once(request, "POST bank-accounts", work))


class BankAccount(APIView):
    """/bodies/{body_code}/bank-accounts/{bank_account}."""

    permission_classes = [MayKeepBankAccounts]

    @extend_schema(
        operation_id="bank_account",
        parameters=[shapes.ETAG],
        responses={200: shapes.BankAccount, **shapes.problems(401, 404, 503)},
    )
    def get(self, request: Request, body_code: str, bank_account: str) -> HttpResponse:
        """Show a bank account; its ETag is its version."""
        with one_question(body_of(request)):
            return with_etag(json_answer(_shown(_known_shape(bank_account))))

    @extend_schema(
        operation_id="bank_account_change",
        request=shapes.BankAccountChange,
        parameters=[shapes.IF_MATCH, shapes.ETAG],
        responses={200: shapes.BankAccount, **shapes.problems(*shapes.REFUSED, 412, 428)},
    )
    def put(self, request: Request, body_code: str, bank_account: str) -> HttpResponse:
        """Change name, branch or ledger account; 428 without If-Match, 412 when it is stale."""
        version, wanted = if_match(request), _known_shape(bank_account)
        asked = fields.read(parsing.object_of(request), _MAY_CHANGE)
        officer = access_of(request).officer().in_office(_KEEPERS)
        with tenant_transaction(body_of(request)):
            operations.change(bank_account=wanted, version=version, **asked, officer=officer)
            return with_etag(json_answer(_shown(wanted)))


class BankAccountStep(APIView):
    """/bodies/{body_code}/bank-accounts/{bank_account}/{retire|restore}."""

    permission_classes = [MayKeepBankAccounts]
    step = ""

    @extend_schema(
        request=shapes.NOTHING,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={200: shapes.BankAccount, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, bank_account: str) -> HttpResponse:
        """Take the step; what is retired stays in the books and in the register."""
        wanted = _known_shape(bank_account)
        fields.read(parsing.object_of(request), {})
        officer = access_of(request).officer().in_office(_KEEPERS)
        take = {"retire": operations.retire, "restore": operations.restore}

        def work() -> Answer:
            take[self.step](bank_account=wanted, officer=officer)
            return Answer(status=200, text=_shown(wanted))

        return with_etag(once(request, f"POST bank-accounts/{wanted}/{self.step}", work))


def _known_shape(bank_account: str) -> str:
    """Return an id of the path.

    Raises:
        Http404: no bank account can have it.
    """
    if not _ID.fullmatch(bank_account):
        raise Http404
    return bank_account


def _shown(bank_account: str) -> str:
    text = queries.bank_account(bank_account_id=bank_account)
    if text is None:
        raise Http404
    return text
