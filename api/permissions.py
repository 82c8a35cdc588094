"""What a role may ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from accounting.divisions import rules as divisions
from accounting.documents.workflow import CHANGE, positions_of
from accounting.errors import Refusal
from accounting.parties import rules as parties
from api.authentication import access_of, body_of
from tenants.lifecycle.rules import lets
from tenants.officers.access import Access
from tenants.officers.administration import body_roles
from tenants.transactions import closed

if TYPE_CHECKING:  # rest_framework.views imports this module
    from rest_framework.request import Request
    from rest_framework.views import APIView

    from api.workflow import FlowView

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class RoleLacks(PermissionDenied):
    """403: none of the officer's roles may; it says whose may."""

    def __init__(self, roles: frozenset[str]) -> None:
        """Name the roles that may, in Thai and in English."""
        super().__init__()
        may = positions_of(roles)
        message_th, message_en = f"ต้องเป็น{may.th}", f"only {may.en} may do this"
        self.refusals = [
            Refusal(code="role_lacks_step", message_th=message_th, message_en=message_en)
        ]


def _is_one_of(request: Request, roles: frozenset[str]) -> bool:
    """Tell that the officer holds one of the roles.

    Raises:
        RoleLacks: they hold none.
    """
    if not roles & access_of(request).roles:
        raise RoleLacks(roles)
    return True


class IsSignedIn(BasePermission):
    """Anybody with a good token."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the token was good."""
        return isinstance(request.user, Access)


class IsMember(IsSignedIn):
    """Anybody who holds a role in the body of the path; to others the body does not exist."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer holds any role there; 404 otherwise.

        Raises:
            BodyClosed: the body's state refuses the method, whatever the role.
        """
        if not super().has_permission(request, view):
            return False
        body = body_of(request)
        state = lets(body.state)
        if not (state.read if request.method in _READING else state.write):
            raise closed(body)
        return True


class MayClosePeriods(IsMember):
    """Directors of finance (ผู้อำนวยการกองคลัง) close and reopen periods."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer is director of finance there."""
        member = super().has_permission(request, view)
        return member and _is_one_of(request, frozenset({"FIN_DIRECTOR"}))


class MayAdminister(IsMember):
    """Administrators (ผู้ดูแลระบบของ อปท.) see and change who works in the body; nobody else does."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer administers the body."""
        member = super().has_permission(request, view)
        return member and _is_one_of(request, frozenset({"LAO_ADMIN"}))


class ForWriting(IsMember):
    """Every member reads; some roles change."""

    roles: frozenset[str]

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer's roles allow the method."""
        if not super().has_permission(request, view):
            return False
        return request.method in _READING or _is_one_of(request, self.roles)


class MayKeepDivisions(ForWriting):
    """The chief administrator, the director of finance and the administrator keep divisions."""

    roles = divisions.KEEPERS


class MayKeepVendors(ForWriting):
    """Who buys, pays or accounts for it keeps the register of vendors."""

    roles = parties.KEEPERS["vendor"]


class MayKeepTaxpayers(ForWriting):
    """Who collects or accounts for it keeps the register of taxpayers."""

    roles = parties.KEEPERS["taxpayer"]


class MayKeepPayees(ForWriting):
    """Finance keeps the register of officers and others who are paid."""

    roles = parties.KEEPERS["payee"]


class MayKeepBankAccounts(ForWriting):
    """Finance keeps the register of bank accounts."""

    roles = frozenset({"FIN_OFFICER", "ACCOUNTANT", "FIN_DIRECTOR"})


class MayAttach(ForWriting):
    """Everybody who works on documents hangs papers on them: not auditors or administrators."""

    roles = body_roles() - {"INT_AUDIT", "LAO_ADMIN"}


class MayDraft(IsMember):
    """Who may draft a kind of document, as its flow says; steps tell their own reasons."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer's roles allow the method."""
        if not super().has_permission(request, view):
            return False
        flow = cast("FlowView", view).face.kind.flow
        may = flow.roles_of(CHANGE) if request.method == "PUT" else flow.drafts
        return request.method in _READING or _is_one_of(request, may)


class MayPostEntries(IsMember):
    """Accountants (เจ้าหน้าที่บัญชี) post; every member reads."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer's roles allow the method."""
        if not super().has_permission(request, view):
            return False
        return request.method in _READING or _is_one_of(request, frozenset({"ACCOUNTANT"}))
