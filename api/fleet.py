"""The fleet and its admission, for those who run the platform; to all others there is none."""

from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import fields, parsing, shapes
from api.authentication import BearerToken
from api.shapes import fleet as shown
from tenants.admission import policy
from tenants.admission.measures import What
from tenants.admission.models import AdmissionMeasure
from tenants.admission.reading_measures import Asked
from tenants.fleet_health.queries import register_status
from tenants.officers.operators import Operator, operator_by_token

_LONGEST_WORDS = 300


def _operator(token: str, _request: Request) -> Operator | None:
    return operator_by_token(token=token, kind="api", now=timezone.now())


class RunsThePlatform(BasePermission):
    """Those appointed to run the platform; to others the fleet does not exist."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the token was good; 404 when its officer runs nothing.

        Raises:
            Http404: they do not run the platform.
        """
        if not isinstance(request.user, Operator):
            return False
        if not request.user.runs_the_platform:
            raise Http404
        return True


class _OfTheFleet(APIView):
    permission_classes = (RunsThePlatform,)

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Ask of a token whether its bearer runs the platform."""
        return [BearerToken(_operator)]


class Status(_OfTheFleet):
    """/fleet/status."""

    @extend_schema(
        operation_id="fleet_status",
        responses={200: shown.FleetStatus, **shapes.problems(401, 404)},
    )
    def get(self, request: Request) -> Response:
        """Show cells, bodies by state, places by use, and where the newest release stands.

        No cell is asked; `openlaas fleet status` asks each server, too.
        """
        return Response(register_status())


class Admission(_OfTheFleet):
    """/fleet/admission."""

    @extend_schema(
        operation_id="fleet_admission",
        responses={200: shown.MeasuresInForce, **shapes.problems(401, 404)},
    )
    def get(self, request: Request) -> Response:
        """List the measures in force, in the order of the ladder."""
        rows = policy.in_force(now=timezone.now())
        return Response({"items": [_shown(row) for row in rows]})


class Measure(_OfTheFleet):
    """/fleet/admission/{what}."""

    @extend_schema(
        operation_id="fleet_admission_set",
        request=shown.NewMeasure,
        responses={200: shown.MeasuresInForce, **shapes.problems(400, 401, 404, 422)},
    )
    def put(self, request: Request, what: str) -> Response:
        """Put a measure in force, or change it; every process knows within five seconds."""
        wanted = _what(what)
        said = fields.read(
            parsing.object_of(request),
            {
                "settings": fields.optional_object,
                "until": fields.optional_moment,
                "words_th": fields.optional_text(_LONGEST_WORDS),
                "words_en": fields.optional_text(_LONGEST_WORDS),
                "reason": fields.text(_LONGEST_WORDS),
            },
        )
        now = timezone.now()
        asked = Asked(
            what=wanted,
            settings=said["settings"],
            until=said["until"],
            words_th=said["words_th"] or "",
            words_en=said["words_en"] or "",
        )
        by = cast("Operator", request.user).username
        policy.put_in_force(asked=asked, reason=said["reason"], set_by=by, now=now)
        return Response({"items": [_shown(row) for row in policy.in_force(now=now)]})

    @extend_schema(
        operation_id="fleet_admission_clear",
        request=None,
        responses={204: None, **shapes.problems(401, 404)},
    )
    def delete(self, request: Request, what: str) -> HttpResponse:
        """End a measure; 404 when it is not in force."""
        by = cast("Operator", request.user).username
        if not policy.end(what=_what(what), ended_by=by, now=timezone.now()):
            raise Http404
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _what(name: str) -> What:
    if name not in list(What):
        raise Http404
    return What(name)


def _shown(row: AdmissionMeasure) -> dict[str, Any]:
    names = ("what", "settings", "words_th", "words_en", "until", "reason", "set_by", "from_at")
    return {name: getattr(row, name) for name in names}
