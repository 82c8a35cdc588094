"""One effect for each Idempotency-Key, and the first answer again for every repetition."""

import hashlib
from collections.abc import Callable

import orjson
from django.http import HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounting import answers
from accounting.errors import AccountingError
from api.authentication import body_of
from api.errors import refusal_answer
from api.parsing import object_of
from api.rendering import json_answer
from tenants.transactions import tenant_transaction

KEY_LENGTHS = range(8, 129)


class BadIdempotencyKey(APIException):
    """The Idempotency-Key header is missing, or not 8 to 128 printable characters."""

    status_code = 400
    problem_code = "idempotency_key_required"
    default_detail = "Idempotency-Key must have 8 to 128 printable characters"


def once(request: Request, route: str, work: Callable[[], answers.Answer]) -> HttpResponse:
    """Do the work in one transaction of the path's body, unless the key was answered before.

    The answer is stored in the transaction of its effect. A refusal is stored too, in a
    transaction of its own: whatever the work had written by then is rolled back first.
    """
    key = _key(request)
    body = body_of(request)
    canonical = orjson.dumps(object_of(request), option=orjson.OPT_SORT_KEYS)
    asked = answers.Request(route=route, key=key, sha256=hashlib.sha256(canonical).hexdigest())
    try:
        with tenant_transaction(body):
            answers.claim_with_next(asked)
            answer = work()
            answers.remember(asked, answer)
        return json_answer(answer.text, status=answer.status)
    except answers.AnsweredBefore as before:
        return _again(before.answer)
    except AccountingError as error:
        refused = refusal_answer(request._request, error)  # noqa: SLF001 - DRF wraps Django's
        with tenant_transaction(body):
            if kept := answers.claim(asked):
                return _again(kept)
            text = refused.content.decode()
            answers.remember(asked, answers.Answer(status=refused.status_code, text=text))
        return refused


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
