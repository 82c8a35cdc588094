"""Who may post: an accountant of the tenant whose host was called."""

from django.db import connection
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from loadtests.peers.plain_django_tenants.offices.models import Membership


class IsAccountantHere(IsAuthenticated):
    """One query; the tenant was found by the middleware already."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the user holds the role in this tenant."""
        return (
            super().has_permission(request, view)
            and Membership.objects.filter(
                user=request.user, office_id=connection.tenant.pk, role="ACCOUNTANT"
            ).exists()
        )
