"""Every error is a problem document (RFC 9457), with all its reasons, in Thai and in English."""

import logging
import math
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request

from accounting import answers
from accounting.attachments.store import StoreAway
from accounting.errors import AccountingError, NotFound, Refusal, Stale
from tenants.backend.errors import PoolExhausted, ServerAway
from tenants.lifecycle.rules import lets
from tenants.officers.passwords import TooManyAtOnce
from tenants.transactions import BodyClosed

log = logging.getLogger(__name__)

TITLES = {
    400: ("malformed", "Malformed request"),
    401: ("not_signed_in", "Not signed in"),
    403: ("not_allowed", "Not allowed"),
    404: ("not_found", "Not found"),
    405: ("method_not_allowed", "Method not allowed"),
    406: ("not_acceptable", "Not acceptable"),
    409: ("refused_by_the_books", "Refused by the state of the books"),
    412: ("stale", "Changed since it was read"),
    413: ("too_large", "Too large"),
    415: ("unsupported_media_type", "Unsupported media type"),
    422: ("refused", "Refused"),
    428: ("precondition_required", "If-Match is required"),
    429: ("quota", "Too many requests"),
    500: ("bug", "Our mistake"),
    503: ("unavailable", "Not available now"),
}
RETRY_AFTER_SECONDS = {
    "busy": "5",
    "server_away": "5",
    "body_moving": "1",
    "idempotency_in_progress": "1",
}
_AWAY = Refusal(
    code="server_away",
    message_th="เครื่องแม่ข่ายที่เก็บสมุดบัญชีของหน่วยงานนี้ไม่ตอบสนองชั่วคราว ยังไม่มีการบันทึกใด ๆ โปรดลองใหม่",
    message_en="The server with this body's books does not answer for now; nothing was stored.",
)
_MAINTENANCE_SECONDS, _LONGEST_SECONDS = 60, 3600


def problem(
    request: HttpRequest | Request,
    status: int,
    *,
    code: str = "",
    detail: str = "",
    refusals: list[Refusal] | None = None,
) -> HttpResponse:
    """Return a problem document."""
    usual_code, title = TITLES.get(status, ("error", "Error"))
    code = code or usual_code
    document = {
        "type": f"https://openlaas.th/problems/{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail or title,
        "instance": request.path,
        "trace_id": getattr(request, "id", ""),
        "retryable": status in {429, 503} or code == "idempotency_in_progress",
        "refusals": [shown_refusal(refusal) for refusal in refusals or []],
    }
    response = HttpResponse(
        orjson.dumps(document), status=status, content_type="application/problem+json"
    )
    if status in {429, 503} or code in RETRY_AFTER_SECONDS:
        response["Retry-After"] = RETRY_AFTER_SECONDS.get(code, "5")
    return response


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer an exception of a view (DRF's EXCEPTION_HANDLER); None lets a bug be a 500."""
    request: Request = context["request"]
    if isinstance(error, AccountingError):
        return refusal_answer(request, error)
    if isinstance(error, exceptions.APIException):
        return _framework_answer(request, error)
    if isinstance(error, BodyClosed):
        return closed_answer(request, error, now=timezone.now())
    return _unavailable_answer(request, error)


def _unavailable_answer(request: HttpRequest | Request, error: Exception) -> HttpResponse | None:
    """Answer what is over in a moment; None for a bug."""
    if isinstance(error, ServerAway):
        log.error("server away: %s", error)
        return problem(request, 503, code="server_away", detail=_AWAY.message_en, refusals=[_AWAY])
    for kind, status, code in _ANTICIPATED:
        if isinstance(error, kind):
            return problem(request, status, code=code)
    if isinstance(error, OperationalError | InterfaceError):
        # Too long in a lock or a query, or the cell is away: nothing was stored. See the log.
        log.warning("database refused: %s", error)
        return problem(request, 503, code="busy")
    return None


def refusal_answer(request: HttpRequest | Request, error: AccountingError) -> HttpResponse:
    """Return 404, 422 when the request alone is refuted, 409 when the books refuse it."""
    if isinstance(error, NotFound):
        return problem(request, 404)
    if isinstance(error, Stale):
        return problem(request, 412, code=error.code)
    by_the_books = all(refusal.of_the_books for refusal in error.refusals)
    return problem(
        request,
        409 if by_the_books else 422,
        code=error.code,
        detail="; ".join(refusal.message_en for refusal in error.refusals[:3]),
        refusals=error.refusals,
    )


def closed_answer(
    request: HttpRequest | Request, error: BodyClosed, *, now: datetime
) -> HttpResponse:
    """Return 503 when it will be over soon, else 409: the state of the body refuses it."""
    is_passing = lets(error.state).is_passing
    code = f"body_{error.state}"
    why = Refusal(code=code, message_th=error.message_th, message_en=error.message_en)
    answer = problem(
        request, 503 if is_passing else 409, code=code, detail=error.message_en, refusals=[why]
    )
    if error.until is not None:
        seconds = max(1, math.ceil((error.until - now).total_seconds()))
        answer["Retry-After"] = str(min(seconds, _LONGEST_SECONDS))
    elif is_passing and code not in RETRY_AFTER_SECONDS:
        answer["Retry-After"] = str(_MAINTENANCE_SECONDS)
    return answer


_ANTICIPATED: tuple[tuple[type[Exception], int, str], ...] = (
    (Http404, 404, ""),
    (DjangoPermissionDenied, 403, ""),
    (RequestDataTooBig, 413, ""),
    (answers.KeyReused, 422, "idempotency_key_reused"),
    (answers.StillInProgress, 409, "idempotency_in_progress"),
    (PoolExhausted, 503, "busy"),
    (StoreAway, 503, ""),
    (TooManyAtOnce, 503, "busy"),
)


def _framework_answer(
    request: HttpRequest | Request, error: exceptions.APIException
) -> HttpResponse:
    status = error.status_code
    detail = str(error.detail) if status == HTTPStatus.BAD_REQUEST else ""
    response = problem(
        request,
        status,
        code=getattr(error, "problem_code", ""),
        detail=detail,
        refusals=getattr(error, "refusals", None),
    )
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        response["WWW-Authenticate"] = "Bearer"
    return response


def shown_refusal(refusal: Refusal) -> dict[str, str]:
    """Return a refusal as the API shows it."""
    shown = asdict(refusal)
    del shown["of_the_books"]
    return shown
