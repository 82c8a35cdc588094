"""What is done now in the area of those who watch over one."""

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounting.fiscal_year import fiscal_year_of
from api import parsing, shapes
from api.central import OfTheCentre
from api.rendering import json_answer
from api.shapes.central_activity import CentralActivity
from tenants.officers.roster import plain
from tenants.rollups.activity_now import activity
from tenants.rollups.central import Wanted

if TYPE_CHECKING:
    from tenants.rollups.watching import Watcher


class Activity(OfTheCentre):
    """/central/activity."""

    @extend_schema(
        operation_id="central_activity",
        parameters=shapes.parameters("province", "district"),
        responses={200: CentralActivity, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Show the bodies active, entries, documents and sign-ins of the last hour.

        Raises:
            Http404: no such area, or it is not the officer's: the same answer to both.
        """
        now, today = timezone.now(), timezone.localdate()
        narrower: dict[str, Any] = {
            name: plain(found)
            for name in ("province", "district")
            if (found := parsing.text(request, name))
        }
        area = cast("Watcher", request.user).area
        wanted = Wanted(area=area, fiscal_year=fiscal_year_of(today), today=today, **narrower)
        text = activity(wanted, now=now)
        if text is None:
            raise Http404
        return json_answer(text)
