"""HTTP face of the registers of vendors, taxpayers and payees: the same, with other keepers."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.officers import Officer
from accounting.parties import operations, queries
from accounting.parties.drafts import read_details
from accounting.parties.rules import PartyDetails
from api import fields, parsing, shapes
from api.authentication import body_of
from api.etags import if_match, with_etag
from api.idempotency import once
from api.journal import acting_officer
from api.permissions import MayKeepPayees, MayKeepTaxpayers, MayKeepVendors
from api.rendering import json_answer
from tenants.transactions import one_question, tenant_transaction


class Parties(APIView):
    """A register."""

    kind = ""

    @extend_schema(
        parameters=shapes.parameters("q", "active", "limit", "cursor"),
        responses={200: shapes.PartyPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List the register, the latest registered first; ``q`` is a tax id or a name."""
        wanted: dict[str, Any] = {
            "limit": parsing.limit(request),
            "before": parsing.uuid_cursor(request),
            "q": parsing.text(request, "q").strip(),
            "is_active": parsing.flag(request, "active"),
        }
        with one_question(body_of(request)):
            page = queries.parties(kind=self.kind, **wanted)
        return json_answer(shapes.with_cursor(page, "next"))

    @extend_schema(
        request=shapes.NewParty,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={201: shapes.Party, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Enter a party into the register; its tax id is checked."""
        details, officer = _details(request), acting_officer(request)

        def work() -> Answer:
            party_id = operations.register_party(kind=self.kind, details=details, officer=officer)
            return Answer(status=201, text=_shown(self.kind, party_id))

        return with_etag(once(request, f"POST {self.kind}s", work))


class Party(APIView):
    """One of a register."""

    kind = ""

    @extend_schema(
        parameters=[shapes.ETAG], responses={200: shapes.Party, **shapes.problems(401, 404, 503)}
    )
    def get(self, request: Request, body_code: str, party_id: UUID) -> HttpResponse:
        """Show a party; its ETag is its version."""
        with one_question(body_of(request)):
            return with_etag(json_answer(_shown(self.kind, party_id)))

    @extend_schema(
        request=shapes.NewParty,
        parameters=[shapes.IF_MATCH, shapes.ETAG],
        responses={200: shapes.Party, **shapes.problems(*shapes.REFUSED, 412, 428)},
    )
    def put(self, request: Request, body_code: str, party_id: UUID) -> HttpResponse:
        """Write the party's details anew; 428 without If-Match, 412 when it is stale."""
        version, details = if_match(request), _details(request)
        with tenant_transaction(body_of(request)):
            operations.change_party(
                kind=self.kind,
                party_id=party_id,
                version=version,
                details=details,
                officer=acting_officer(request),
            )
            return with_etag(json_answer(_shown(self.kind, party_id)))


Step = Callable[[str, UUID, Officer], None]
_STEPS: Mapping[str, Step] = {
    "retire": lambda kind, party_id, officer: operations.retire_party(
        kind=kind, party_id=party_id, officer=officer
    ),
    "restore": lambda kind, party_id, officer: operations.restore_party(
        kind=kind, party_id=party_id, officer=officer
    ),
}


class PartyStep(APIView):
    """A party is retired or restored."""

    kind = ""
    step = ""

    @extend_schema(
        request=shapes.NOTHING,
        parameters=[*shapes.ONCE, shapes.ETAG],
        responses={200: shapes.Party, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, party_id: UUID) -> HttpResponse:
        """Take the step; what is retired stays in the books and in the register."""
        fields.read(parsing.object_of(request), {})
        officer = acting_officer(request)

        def work() -> Answer:
            _STEPS[self.step](self.kind, party_id, officer)
            return Answer(status=200, text=_shown(self.kind, party_id))

        return with_etag(once(request, f"POST {self.kind}s/{party_id}/{self.step}", work))


@extend_schema_view(
    get=extend_schema(operation_id="vendors_list"),
    post=extend_schema(operation_id="vendor_register"),
)
class Vendors(Parties):
    """/bodies/{body_code}/vendors."""

    kind, permission_classes = "vendor", [MayKeepVendors]


@extend_schema_view(
    get=extend_schema(operation_id="vendor"), put=extend_schema(operation_id="vendor_change")
)
class Vendor(Party):
    """/bodies/{body_code}/vendors/{id}."""

    kind, permission_classes = "vendor", [MayKeepVendors]


class VendorStep(PartyStep):
    """/bodies/{body_code}/vendors/{id}/{retire|restore}."""

    kind, permission_classes = "vendor", [MayKeepVendors]


@extend_schema_view(
    get=extend_schema(operation_id="taxpayers_list"),
    post=extend_schema(operation_id="taxpayer_register"),
)
class Taxpayers(Parties):
    """/bodies/{body_code}/taxpayers."""

    kind, permission_classes = "taxpayer", [MayKeepTaxpayers]


@extend_schema_view(
    get=extend_schema(operation_id="taxpayer"), put=extend_schema(operation_id="taxpayer_change")
)
class Taxpayer(Party):
    """/bodies/{body_code}/taxpayers/{id}."""

    kind, permission_classes = "taxpayer", [MayKeepTaxpayers]


class TaxpayerStep(PartyStep):
    """/bodies/{body_code}/taxpayers/{id}/{retire|restore}."""

    kind, permission_classes = "taxpayer", [MayKeepTaxpayers]


@extend_schema_view(
    get=extend_schema(operation_id="payees_list"),
    post=extend_schema(operation_id="payee_register"),
)
class Payees(Parties):
    """/bodies/{body_code}/payees: officers and others who are paid and sell nothing."""

    kind, permission_classes = "payee", [MayKeepPayees]


@extend_schema_view(
    get=extend_schema(operation_id="payee"), put=extend_schema(operation_id="payee_change")
)
class Payee(Party):
    """/bodies/{body_code}/payees/{id}."""

    kind, permission_classes = "payee", [MayKeepPayees]


class PayeeStep(PartyStep):
    """/bodies/{body_code}/payees/{id}/{retire|restore}."""

    kind, permission_classes = "payee", [MayKeepPayees]


def _details(request: Request) -> PartyDetails:
    """Return what is sent of a party.

    Raises:
        Malformed: not all of it can be read.
    """
    details, unreadable = read_details(parsing.object_of(request))
    if unreadable:
        raise fields.Malformed(unreadable)
    return details


def _shown(kind: str, party_id: UUID) -> str:
    text = queries.party(kind=kind, party_id=party_id)
    if text is None:
        raise Http404
    return text
