"""HTTP face of questions: the centre's offices ask a body, those who speak for it answer."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounting.answers import Answer
from accounting.audit import operations as audit
from api import fields, parsing, shapes
from api.announcements import known_number, lines_of_text, watcher_of
from api.authentication import access_of, body_of
from api.central import OfTheCentre
from api.idempotency import id_of_request, once, once_at_the_centre
from api.permissions import IsMember, RoleLacks
from api.rendering import json_answer, json_text
from api.shapes import oversight as shown
from tenants.officers.administration import body_roles
from tenants.oversight import asking, question_rules, questions
from tenants.oversight.offices import offices_of
from tenants.oversight.rules import TITLE_MAX

_LONGEST_OFFICE, _LONGEST_CODE = 30, 16


class WorksThere(IsMember):
    """Who works in the body reads what it is asked; those who speak for it answer.

    Who watches over it reads the questions of their own side at the centre.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the officer's roles allow the method.

        Raises:
            RoleLacks: they do not.
        """
        if not super().has_permission(request, view):
            return False
        may = question_rules.ANSWERERS if request.method == "POST" else body_roles()
        if not may & access_of(request).roles:
            raise RoleLacks(may)
        return True


class Questions(OfTheCentre):
    """/central/questions."""

    @extend_schema(
        operation_id="central_questions",
        parameters=[
            shown.QUESTION_STATE,
            shown.QUESTION_BODY,
            *shapes.parameters("limit", "cursor"),
        ],
        responses={200: shown.QuestionPage, **shapes.problems(400, 401, 404)},
    )
    def get(self, request: Request) -> HttpResponse:
        """List questions to bodies of the officer's area, the latest asked first."""
        text = questions.questions_of_offices(
            offices=offices_of(watcher_of(request).held),
            state=parsing.choice(request, "state", questions.STATES),
            body_code=parsing.text(request, "body") or None,
            before=parsing.event_cursor(request),
            limit=parsing.limit(request),
            now=timezone.now(),
        )
        return json_answer(shapes.with_cursor(text, "next"))

    @extend_schema(
        operation_id="central_question_ask",
        request=shown.NewQuestion,
        parameters=shapes.ONCE,
        responses={201: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request) -> HttpResponse:
        """Ask a body of an office's area something."""
        watcher = watcher_of(request)
        asked = fields.read(
            parsing.object_of(request),
            {
                "office": fields.optional_text(_LONGEST_OFFICE),
                "body": fields.text(_LONGEST_CODE),
                "subject": fields.text(TITLE_MAX),
                "text": lines_of_text,
                "reference": fields.optional_text(question_rules.REFERENCE_MAX),
                "due_date": fields.day,
            },
        )

        def work() -> Answer:
            number = asking.ask(
                offices=offices_of(watcher.held),
                office_name=asked["office"],
                asked=asking.Asked(
                    body_code=asked["body"],
                    subject=asked["subject"],
                    text=asked["text"],
                    reference=asked["reference"] or "",
                    due_date=asked["due_date"],
                ),
                officer_id=watcher.officer_id,
                now=timezone.now(),
            )
            return Answer(status=201, text=json_text({"number": number}))

        return once_at_the_centre(request, "POST questions", watcher.officer_id, work)


class QuestionAgain(OfTheCentre):
    """/central/questions/{question}/ask-again."""

    @extend_schema(
        operation_id="central_question_ask_again",
        request=shown.QuestionAgain,
        parameters=shapes.ONCE,
        responses={200: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, question: int) -> HttpResponse:
        """Ask again in the same thread, with a new day."""
        readers = {"text": lines_of_text, "due_date": fields.day}
        return _continued(request, question, question_rules.ASK, readers)


class QuestionClose(OfTheCentre):
    """/central/questions/{question}/close."""

    @extend_schema(
        operation_id="central_question_close",
        request=shown.QuestionText,
        parameters=shapes.ONCE,
        responses={200: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, question: int) -> HttpResponse:
        """Close the thread; nothing more is said in it."""
        return _continued(request, question, question_rules.CLOSE, {"text": lines_of_text})


class BodyQuestions(APIView):
    """/bodies/{body_code}/questions."""

    permission_classes = [WorksThere]

    @extend_schema(
        operation_id="questions_list",
        parameters=[shown.QUESTION_STATE, *shapes.parameters("limit", "cursor")],
        responses={200: shown.QuestionPage, **shapes.problems(400, 401, 403, 404, 503)},
    )
    def get(self, request: Request, body_code: str) -> HttpResponse:
        """List what the body was asked, the latest first."""
        text = questions.questions_to(
            body_code=body_of(request).code,
            state=parsing.choice(request, "state", questions.STATES),
            before=parsing.event_cursor(request),
            limit=parsing.limit(request),
            now=timezone.now(),
        )
        return json_answer(shapes.with_cursor(text, "next"))


class QuestionAnswer(APIView):
    """/bodies/{body_code}/questions/{question}/answer."""

    permission_classes = [WorksThere]

    @extend_schema(
        operation_id="question_answer",
        request=shown.QuestionText,
        parameters=shapes.ONCE,
        responses={200: shown.Numbered, **shapes.problems(*shapes.REFUSED)},
    )
    def post(self, request: Request, body_code: str, question: int) -> HttpResponse:
        """Answer for the body, or add to its answer."""
        number = known_number(question)
        asked = fields.read(parsing.object_of(request), {"text": lines_of_text})
        officer = access_of(request).officer().in_office(question_rules.ANSWERERS)
        route = f"POST questions/{number}/answer"
        request_id = id_of_request(request, route)

        def work() -> Answer:
            asking.answer(
                body_code=body_of(request).code,
                number=number,
                text=asked["text"],
                officer_id=officer.id,
                position_th=officer.position_th,
                request_id=request_id,
                now=timezone.now(),
            )
            audit.record(action="question_answered", subject=str(number), officer=officer)
            return Answer(status=200, text=json_text({"number": number}))

        return once(request, route, work, claim_first=True)


def _continued(
    request: Request, question: int, act: str, readers: Mapping[str, fields.Reader]
) -> HttpResponse:
    watcher, number = watcher_of(request), known_number(question)
    asked = fields.read(parsing.object_of(request), readers)

    def work() -> Answer:
        asking.continue_thread(
            number=number,
            act=act,
            offices=offices_of(watcher.held),
            text=asked["text"],
            due_date=asked.get("due_date"),
            officer_id=watcher.officer_id,
            now=timezone.now(),
        )
        return Answer(status=200, text=json_text({"number": number}))

    route = f"POST questions/{number}/{act}"
    return once_at_the_centre(request, route, watcher.officer_id, work)
