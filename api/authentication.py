"""Who is asking: an opaque bearer token, looked up anew by every request."""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tenants.directory.queries import books_of_generation
from tenants.directory.records import BodyRecord
from tenants.officers.access import Access, access_by_token

_TOKEN_MAX = 200
_GENERATION_DIGITS = 5


def holder_in_a_body(token: str, request: Request) -> Access | None:
    """Return who bears the token; the body, when there is one, comes from the path only."""
    return access_by_token(
        token=token,
        kind="api",
        body_code=request.parser_context["kwargs"].get("body_code"),
        asked=f"{request.method} {request.path}",
        now=timezone.now(),
    )


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer <token>``.

    One class for all doors, so that the OpenAPI document has one scheme.

    Attributes:
        holder: who bears a token and what it opens; None when the token is no good. Doors that
            ask about something else than a body give their own.
    """

    def __init__(self, holder: Callable[[str, Request], Any] = holder_in_a_body) -> None:
        self.holder = holder

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        """Return who bears the token, None without a token.

        Raises:
            AuthenticationFailed: the token is unknown, revoked or expired.
        """
        token = bearer_of(request)
        if token is None:
            return None
        holder = self.holder(token, request)
        if holder is None:
            raise AuthenticationFailed
        return holder, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 says of how to sign in."""
        return "Bearer"


def bearer_of(request: Request | HttpRequest) -> str | None:
    """Return the bearer token of a request, None when it sends none.

    Raises:
        AuthenticationFailed: what it sends can be no token of ours.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return None
    if scheme.lower() != "bearer" or not 0 < len(token) <= _TOKEN_MAX or not token.isascii():
        raise AuthenticationFailed
    return token


def access_of(request: Request) -> Access:
    """Return the access of a request that has passed IsSignedIn."""
    return cast("Access", request.user)


def body_of(request: Request) -> BodyRecord:
    """Return the body of the path, with the books of ``?generation=`` when that is asked for.

    Raises:
        Http404: there is no such body, or the officer is nobody there: the same answer to both;
            or it has no books of that generation.
    """
    body = access_of(request).body
    if body is None:
        raise Http404
    return body if "generation" not in request.query_params else _of_generation(request, body)


def _of_generation(request: Request, live: BodyRecord) -> BodyRecord:
    """Return the body with its books of the generation asked for; asked once for each request."""
    found: BodyRecord | None = request.parser_context.get("books_of_generation")
    if found is None:
        asked = request.query_params["generation"]
        is_number = asked.isascii() and asked.isdecimal() and len(asked) <= _GENERATION_DIGITS
        number = int(asked) if is_number else 0
        is_live = number == live.generation
        found = live if is_live else books_of_generation(live.code, number)
        if found is None:
            raise Http404
        request.parser_context["books_of_generation"] = found
    return found
