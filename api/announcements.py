"""HTTP face of announcements: the centre's offices make them, bodies say that they read them."""

from typing import Any, cast

import orjson
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.audit import operations as audit
from api import fields, parsing, shapes
from api.authentication import access_of, body_of
from api.central import OfTheCentre
from api.idempotency import once, once_at_the_centre
from api.permissions import ForWriting, RoleLacks
from api.rendering import json_answer, json_text
from api.shapes import oversight as shown
from tenants.officers.administration import body_roles
from tenants.oversight import announcements, operations, rules
from tenants.oversight.offices import ANNOUNCERS, Office, announcing, offices_of
from tenants.rollups.watching import Watcher

_LONGEST_OFFICE, _LONGEST_CODE = 30, 16
LARGEST_NUMBER = 2**63 - 1  # PostgreSQL's bigint


class MayAcknowledge(ForWriting):
    """Everybody who works in the body says that it has read something; who watches does not."""

    roles = body_roles()


class Announcements(OfTheCentre):
    """/central/announcements."""

    @extend_schema(
        operation_id="central_announcements",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shown.CentralAnnouncementPage, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """List what the offices of the officer's area announced, and how many bodies read it."""
        offices = offices_of(watcher_of(request).held)
        page = orjson.loads(
            announcements.announcements_of_offices(
                offices=offices,
                before=parsing.event_cursor(request),
                limit=parsing.limit(request),
                now=timezone.now(),
            )
        )
        page["next"] = parsing.new_cursor(page["next"])
        page["offices"] = [one.name for one in announcing(offices)]
        return json_answer(json_text(page))

    @extend_schema(
        operation_id="central_announce",
        request=shown.NewAnnouncement,
        parameters=shapes.ONCE,
        responses={201: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Announce something to bodies of an office's area."""
        watcher, offices = watcher_of(request), _announcing(request)
        asked = fields.read(
            parsing.object_of(request),
            {
                "office": fields.optional_text(_LONGEST_OFFICE),
                "title": fields.text(rules.TITLE_MAX),
                "text": lines_of_text,
                "is_urgent": fields.optional_flag,
                "from_date": fields.day,
                "until_date": fields.day,
                "to": fields.optional_object,
            },
        )
        office, to = asked.pop("office"), asked.pop("to")
        named = fields.read(
            to, dict.fromkeys(("provinces", "districts", "bodies", "kinds"), _codes)
        )
        now = timezone.now()

        def work() -> Answer:
            number = operations.announce(
                offices=offices,
                office_name=office,
                wording=rules.Wording(**asked),
                addressed=rules.Addressed(**named),
                officer_id=watcher.officer_id,
                now=now,
            )
            return Answer(status=201, text=json_text({"number": number}))

        return once_at_the_centre(request, "POST announcements", watcher.officer_id, work)


class AnnouncementWithdrawal(OfTheCentre):
    """/central/announcements/{announcement}/withdraw."""

    @extend_schema(
        operation_id="central_announcement_withdraw",
        request=shown.NewWithdrawal,
        parameters=shapes.ONCE,
        responses={200: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, announcement: int) -> HttpResponse:
        """Withdraw an announcement of one's own office; it stays, marked with who and why."""
        watcher, offices = watcher_of(request), _announcing(request)
        number = known_number(announcement)
        asked = fields.read(parsing.object_of(request), {"reason": fields.text(rules.REASON_MAX)})

        def work() -> Answer:
            operations.withdraw(
                number=number,
                offices=offices,
                reason=asked["reason"],
                officer_id=watcher.officer_id,
                now=timezone.now(),
            )
            return Answer(status=200, text=json_text({"number": number}))

        route = f"POST announcements/{number}/withdraw"
        return once_at_the_centre(request, route, watcher.officer_id, work)


class BodyAnnouncements(APIView):
    """/bodies/{body_code}/announcements."""

    permission_classes = [MayAcknowledge]

    @extend_schema(
        operation_id="announcements_list",
        parameters=shapes.parameters("limit", "cursor"),
        responses={200: shown.BodyAnnouncementPage, **shapes.problems(400, 401, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List what the body was told from the centre, the latest first."""
        text = announcements.announcements_to(
            body_code=body_of(request).code,
            before=parsing.event_cursor(request),
            limit=parsing.limit(request),
            now=timezone.now(),
        )
        return json_answer(shapes.with_cursor(text, "next"))


class AnnouncementAcknowledgement(APIView):
    """/bodies/{body_code}/announcements/{announcement}/acknowledge."""

    permission_classes = [MayAcknowledge]

    @extend_schema(
        operation_id="announcement_acknowledge",
        request=shapes.NOTHING,
        parameters=shapes.ONCE,
        responses={200: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, announcement: int) -> HttpResponse:
        """Say for the body that it has read the announcement; the first to say so is kept."""
        number = known_number(announcement)
        fields.read(parsing.object_of(request), {})
        access = access_of(request)

        def work() -> Answer:
            operations.acknowledge(
                body_code=body_of(request).code,
                number=number,
                officer_id=access.officer_id,
                now=timezone.now(),
            )
            officer = access.officer().in_office(body_roles())
            audit.record(action="announcement_acknowledged", subject=str(number), officer=officer)
            return Answer(status=200, text=json_text({"number": number}))

        route = f"POST announcements/{number}/acknowledge"
        return once(request, route, work, claim_first=True)


def known_number(number: int) -> int:
    """Return a number of the path.

    Raises:
        Http404: nothing can have it.
    """
    if not 0 < number <= LARGEST_NUMBER:
        raise Http404
    return number


def watcher_of(request: Request) -> Watcher:
    """Return who asks an operation of the centre."""
    return cast("Watcher", request.user)


def _announcing(request: Request) -> tuple[Office, ...]:
    """Return the officer's offices that announce.

    Raises:
        RoleLacks: they hold none, as officers of the Audit Office do.
    """
    found = announcing(offices_of(watcher_of(request).held))
    if not found:
        raise RoleLacks(ANNOUNCERS)
    return found


def lines_of_text(value: object) -> str:
    """Read a text of several lines; what may not stand in it the rules say."""
    if not isinstance(value, str):
        raise fields.Unreadable("required", "ต้องระบุข้อความ", "a text is required")
    return value.replace("\r\n", "\n")


def _codes(value: object) -> Any:
    return fields.texts(rules.MOST_NAMED, _LONGEST_CODE)(value) if value is not None else ()
