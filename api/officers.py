"""HTTP face of a body's officers: invited, appointed and ended by its administrator.

What is done is recorded in the body's books too; see api.idempotency, Note [Work of the control
plane], for the order of the two.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.audit import operations as audit
from api import fields, parsing, shapes
from api.authentication import body_of
from api.idempotency import id_of_request, once
from api.journal import acting_officer
from api.permissions import MayAdminister
from api.rendering import json_answer, json_text
from tenants.officers import administration
from tenants.officers.administration import OfficerOfBody

MOST_ROLES, USERNAME_MAX = 20, 80


class Officers(APIView):
    """/bodies/{body_code}/officers."""

    permission_classes = [MayAdminister]

    @extend_schema(
        operation_id="officers_list",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.OfficerPage, **shapes.problems(400, 401, 403, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> Response:
        """List officers by user name, with their appointments here, past ones too."""
        found = _officers(request)
        return Response(_page(request, [(one.username, _shown(one)) for one in found]))

    @extend_schema(
        operation_id="officer_invite",
        request=shapes.NewOfficer,
        parameters=shapes.ONCE,
        responses={201: shapes.InvitedOfficer, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Invite an officer. The link is told once: a repetition answers null in its place."""
        asked = fields.read(
            parsing.object_of(request),
            {
                "username": fields.text(80),
                "name_th": fields.text(200),
                "roles": fields.texts(MOST_ROLES, 20),
                "from_date": fields.day,
            },
        )
        admin, officer_id = acting_officer(request, "LAO_ADMIN"), _id(request, "POST officers")
        told: list[str] = []

        def work() -> Answer:
            told.append(
                administration.invite_officer(
                    body_code=body_of(request).code,
                    **asked,
                    appointed_by=admin.id,
                    now=timezone.now(),
                    officer_id=officer_id,
                )
            )
            audit.record(action="officer_invited", subject=asked["username"], officer=admin)
            return Answer(status=201, text=json_text({"username": asked["username"], "link": None}))

        return _with_link(request, once(request, "POST officers", work, claim_first=True), told)


class OfficerReset(APIView):
    """/bodies/{body_code}/officers/{username}/reset."""

    permission_classes = [MayAdminister]

    @extend_schema(
        operation_id="officer_reset",
        request=shapes.OfficerReset,
        parameters=shapes.ONCE,
        responses={200: shapes.InvitedOfficer, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, username: str) -> HttpResponse:
        """Make a link by which the officer sets a password anew; it is told once.

        With `lost_phone` the officer's second steps are taken away too.
        """
        _known_shape(username)
        asked = fields.read(parsing.object_of(request), {"lost_phone": fields.optional_flag})
        admin, told = acting_officer(request, "LAO_ADMIN"), list[str]()

        def work() -> Answer:
            told.append(
                administration.reset_link_for(
                    body_code=body_of(request).code,
                    username=username,
                    now=timezone.now(),
                    lost_phone=asked["lost_phone"],
                    asked_by=admin.id,
                )
            )
            audit.record(action="officer_reset", subject=username, officer=admin)
            if asked["lost_phone"]:
                audit.record(action="second_steps_removed", subject=username, officer=admin)
            return Answer(status=200, text=json_text({"username": username, "link": None}))

        route = f"POST officers/{username}/reset"
        return _with_link(request, once(request, route, work, claim_first=True), told)


class OfficerEnd(APIView):
    """/bodies/{body_code}/officers/{username}/end."""

    permission_classes = [MayAdminister]

    @extend_schema(
        operation_id="officer_end",
        request=shapes.Reason,
        parameters=shapes.ONCE,
        responses={200: shapes.OfficerOfBody, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, username: str) -> HttpResponse:
        """End all of the officer's appointments in the body, from this moment."""
        _known_shape(username)
        asked = fields.read(parsing.object_of(request), {"reason": fields.optional_text(300)})
        admin = acting_officer(request, "LAO_ADMIN")

        def work() -> Answer:
            administration.end_officer(
                body_code=body_of(request).code,
                username=username,
                today=timezone.localdate(),
                now=timezone.now(),
            )
            audit.record(
                action="officer_ended", subject=username, officer=admin, reason=asked["reason"]
            )
            (ended,) = [one for one in _officers(request) if one.username == username]
            return Answer(status=200, text=json_text(_shown(ended)))

        return once(request, f"POST officers/{username}/end", work, claim_first=True)


class Appointments(APIView):
    """/bodies/{body_code}/appointments."""

    permission_classes = [MayAdminister]

    @extend_schema(
        operation_id="appointments_list",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shapes.AppointmentPage, **shapes.problems(400, 401, 403, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> Response:
        """List appointments in the body by their first day, past ones too."""
        found = [
            (f"{one['from_date']} {one['id']}", one)
            for officer in _officers(request)
            for one in _shown_appointments(officer)
        ]
        return Response(_page(request, found))

    @extend_schema(
        operation_id="appointment_make",
        request=shapes.NewAppointment,
        parameters=shapes.ONCE,
        responses={201: shapes.Appointment, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str) -> HttpResponse:
        """Appoint an officer; an acting appointment (รักษาราชการแทน) names its order."""
        asked = _asked_appointment(request)
        admin, appointment_id = acting_officer(request, "LAO_ADMIN"), _id(request, _APPOINT)

        def work() -> Answer:
            administration.appoint_in_body(
                body_code=body_of(request).code,
                **asked,
                appointed_by=admin.id,
                now=timezone.now(),
                appointment_id=appointment_id,
            )
            _record(admin, "officer_appointed", asked["username"], asked["role"], asked["order_no"])
            return Answer(status=201, text=json_text(_one_appointment(request, appointment_id)))

        return once(request, _APPOINT, work, claim_first=True)


class AppointmentEnd(APIView):
    """/bodies/{body_code}/appointments/{id}/end."""

    permission_classes = [MayAdminister]

    @extend_schema(
        operation_id="appointment_end",
        request=shapes.AppointmentEnd,
        parameters=shapes.ONCE,
        responses={200: shapes.Appointment, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, appointment_id: UUID) -> HttpResponse:
        """End an appointment with a day, which is its last; from this moment without one."""
        asked = fields.read(
            parsing.object_of(request),
            {"to_date": fields.optional_day, "reason": fields.optional_text(300)},
        )
        admin = acting_officer(request, "LAO_ADMIN")

        def work() -> Answer:
            administration.end_appointment_in_body(
                body_code=body_of(request).code,
                appointment_id=appointment_id,
                to_date=asked["to_date"],
                today=timezone.localdate(),
                now=timezone.now(),
            )
            ended = _one_appointment(request, appointment_id)
            _record(admin, "appointment_ended", ended["username"], ended["role"], asked["reason"])
            return Answer(status=200, text=json_text(ended))

        return once(request, f"POST appointments/{appointment_id}/end", work, claim_first=True)


_APPOINT = "POST appointments"


def _id(request: Request, route: str) -> UUID:
    return id_of_request(request, route)


def _known_shape(username: str) -> str:
    """Return a user name of the path.

    Raises:
        Http404: nobody can have it.
    """
    if len(username) > USERNAME_MAX or "\x00" in username:
        raise Http404
    return username


def _asked_appointment(request: Request) -> dict[str, Any]:
    asked = fields.read(
        parsing.object_of(request),
        {
            "username": fields.text(80),
            "role": fields.text(20),
            "from_date": fields.day,
            "to_date": fields.optional_day,
            "is_acting": fields.optional_flag,
            "order_no": fields.optional_text(80),
        },
    )
    asked["order_no"] = asked["order_no"] or ""
    return asked


def _record(admin: Any, action: str, username: str, role: str, reason: str | None) -> None:
    audit.record(action=action, subject=f"{username} {role}", officer=admin, reason=reason or None)


def _officers(request: Request) -> list[OfficerOfBody]:
    return administration.officers_of_body(
        body_code=body_of(request).code, today=timezone.localdate()
    )


def _one_appointment(request: Request, appointment_id: UUID) -> dict[str, Any]:
    (found,) = [
        one
        for officer in _officers(request)
        for one in _shown_appointments(officer)
        if one["id"] == appointment_id
    ]
    return found


def _shown(officer: OfficerOfBody) -> dict[str, Any]:
    return {
        "username": officer.username,
        "name_th": officer.name_th,
        "is_invited": officer.is_invited,
        "is_ended": officer.is_ended,
        "appointments": _shown_appointments(officer),
    }


def _shown_appointments(officer: OfficerOfBody) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "username": officer.username,
            "name_th": officer.name_th,
            "role": one.role,
            "from_date": one.from_date,
            "to_date": one.to_date,
            "is_acting": one.is_acting,
            "order_no": one.order_no or None,
            "is_ended": one.is_ended,
        }
        for one in officer.appointments
    ]


def _page(request: Request, found: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return a page of a list that is short enough to be read whole."""
    limit, after = parsing.limit(request), parsing.cursor(request)
    rest = sorted((one for one in found if after is None or one[0] > after), key=lambda one: one[0])
    more = len(rest) > limit
    return {
        "items": [shown for _, shown in rest[:limit]],
        "next": parsing.new_cursor(rest[limit - 1][0] if more else None),
    }


def _with_link(request: Request, response: HttpResponse, told: list[str]) -> HttpResponse:
    """Put the link into the first answer; the kept one, which repetitions get, has none."""
    if not told or response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
        return response
    shown = orjson.loads(response.content)
    shown["link"] = request.build_absolute_uri(reverse("sign_in_link", args=[told[0]]))
    return json_answer(json_text(shown), status=response.status_code)
