"""What is done now in the area of those who watch over one, and how well it is served."""

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api import shapes
from api.central import OfTheCentre, found_or_absent, wanted_today
from api.shapes.central_activity import CentralActivity
from api.shapes.central_service import CentralService
from tenants.rollups.activity_now import activity
from tenants.service_levels.answers import service

_PARTS = shapes.parameters("province", "district")
_PROBLEMS = shapes.problems(400, 401, 404)


class Activity(OfTheCentre):
    """/central/activity."""

    @extend_schema(
        operation_id="central_activity",
        parameters=_PARTS,
        responses={200: CentralActivity, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Show the bodies active, entries, documents and sign-ins of the last hour.

        Raises:
            Http404: no such area, or it is not the officer's: the same answer to both.
        """
        return found_or_absent(activity(wanted_today(request), now=timezone.now()))


class ServiceLevels(OfTheCentre):
    """/central/service-levels."""

    @extend_schema(
        operation_id="central_service_levels",
        parameters=_PARTS,
        responses={200: CentralService, **_PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        """Show how promptly requests of the area's bodies were answered, today and in 30 days.

        Raises:
            Http404: no such area, or it is not the officer's: the same answer to both.
        """
        return found_or_absent(service(wanted_today(request)))
