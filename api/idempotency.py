"""One effect for each Idempotency-Key, and the first answer again for every repetition."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounting import answers
from accounting.errors import AccountingError
from api.authentication import body_of
from api.errors import refusal_answer
from api.parsing import object_of
from api.rendering import json_answer
from tenants.directory.records import BodyRecord
from tenants.oversight import answers as central_answers
from tenants.transactions import prove_and_undo, tenant_transaction

KEY_LENGTHS = range(8, 129)


class BadIdempotencyKey(APIException):
    """The Idempotency-Key header is missing, or not 8 to 128 printable characters."""

    status_code = 400
    problem_code = "idempotency_key_required"
    default_detail = "Idempotency-Key must have 8 to 128 printable characters"


def once(
    request: Request,
    route: str,
    work: Callable[[], answers.Answer],
    *,
    said: Mapping[str, Any] | None = None,
    dry_run: bool = False,
    claim_first: bool = False,
) -> HttpResponse:
    """Do the work in one transaction of the path's body, unless the key was answered before.

    The answer is stored in the transaction of its effect. A refusal is stored too, in a
    transaction of its own: whatever the work had written by then is rolled back first.

    A dry run does the same work by the same code, rolls it back, and keeps nothing.

    Args:
        request: whose Idempotency-Key counts.
        route: the key's scope in the body.
        work: what to do, once.
        said: what makes two requests the same, where it is not the JSON object that was sent.
        dry_run: do it and take it back.
        claim_first: claim the key before the work begins, not together with its first question:
            for work that changes something else too, which a rollback here does not undo, and for
            work that catches what its questions raise.
    """
    body = body_of(request)
    asked = _asked(request, route, said)
    try:
        with tenant_transaction(body):
            if dry_run:
                return _rolled_back(work())
            if claim_first and (kept := answers.claim(asked)):
                return _again(kept)
            if not claim_first:
                answers.claim_with_next(asked)
            answer = work()
            answers.remember(asked, answer)
        return json_answer(answer.text, status=answer.status)
    except answers.AnsweredBefore as before:
        return _again(before.answer)
    except AccountingError as error:
        refused = refusal_answer(request, error)
        return refused if dry_run else _refused(body, asked, refused)


def once_at_the_centre(
    request: Request, route: str, officer_id: UUID, work: Callable[[], answers.Answer]
) -> HttpResponse:
    """Do the work in one transaction of the control plane, unless the key was answered before.

    As `once`, for work that touches no body's books: a key's scope is the officer and the route.
    """
    asked = _asked(request, route, None)
    try:
        with transaction.atomic():
            if kept := central_answers.claim(officer_id, asked):
                return _again(kept)
            answer = work()
            central_answers.remember(officer_id, asked, answer, now=timezone.now())
        return json_answer(answer.text, status=answer.status)
    except AccountingError as error:
        refused = refusal_answer(request, error)
    with transaction.atomic():
        if kept := central_answers.claim(officer_id, asked):
            return _again(kept)
        said = answers.Answer(status=refused.status_code, text=refused.content.decode())
        central_answers.remember(officer_id, asked, said, now=timezone.now())
    return refused


def _refused(body: BodyRecord, asked: answers.Request, refused: HttpResponse) -> HttpResponse:
    """Keep a refusal, unless the key was answered in the meantime: then that is the answer."""
    with tenant_transaction(body):
        if kept := answers.claim(asked):
            return _again(kept)
        text = refused.content.decode()
        answers.remember(asked, answers.Answer(status=refused.status_code, text=text))
    return refused


def id_of_request(request: Request, route: str) -> UUID:
    """Return an id that this request has whenever it is sent.

    Note [Work of the control plane]
    Officers are kept in another database than the body's answers, so the two cannot commit as one.
    The control plane commits first and the answer second. A crash between them leaves the effect
    without the answer; the same request, sent again, finds by this id that it was done and answers
    as before. The other order could promise what never happened.
    """
    asked = _asked(request, route, None)
    return uuid5(NAMESPACE_URL, f"{body_of(request).code} {asked.route} {asked.key} {asked.sha256}")


def _asked(request: Request, route: str, said: Mapping[str, Any] | None) -> answers.Request:
    canonical = orjson.dumps(
        object_of(request) if said is None else said, option=orjson.OPT_SORT_KEYS
    )
    sha256 = hashlib.sha256(canonical).hexdigest()
    return answers.Request(route=route, key=_key(request), sha256=sha256)


def _rolled_back(answer: answers.Answer) -> HttpResponse:
    prove_and_undo()
    return json_answer(answer.text, status=200, headers={"Dry-Run": "true"})


def _again(kept: answers.Answer) -> HttpResponse:
    response = json_answer(kept.text, status=kept.status, headers={"Idempotency-Hit": "true"})
    if kept.status >= 400:  # noqa: PLR2004 - the first client error
        response["Content-Type"] = "application/problem+json"
    return response


def _key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if len(key) not in KEY_LENGTHS or not (key.isascii() and key.isprintable()):
        raise BadIdempotencyKey
    return key
