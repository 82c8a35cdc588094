"""Versions of what can be changed: told as an ETag, asked back as If-Match."""

from http import HTTPStatus

import orjson
from django.http import HttpResponse
from rest_framework.exceptions import APIException
from rest_framework.request import Request

_LONGEST_VERSION = 9


class IfMatchRequired(APIException):
    """A change must say which version it changes."""

    status_code = 428
    problem_code = "if_match_required"


def with_etag(response: HttpResponse) -> HttpResponse:
    """Add the ETag of the version that a successful answer shows."""
    if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
        response["ETag"] = f'"{orjson.loads(response.content)["version"]}"'
    return response


def if_match(request: Request) -> int:
    """Return the version that the request means to change; 0, which is none, if not one of ours.

    Raises:
        IfMatchRequired: it names none.
    """
    version = if_match_if_any(request)
    if version is None:
        raise IfMatchRequired
    return version


def if_match_if_any(request: Request) -> int | None:
    """Return the version that the request insists on, as ``if_match`` does; None when it does not.

    Taking a step needs none: a program that drafts, checks and posts in one go has read what it
    sent. Whoever shows a document to a person sends the ETag of what that person saw.
    """
    value = request.headers.get("If-Match", "").strip()
    if not value:
        return None
    digits = value.removeprefix("W/").strip('"')
    is_version = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_VERSION
    return int(digits) if is_version else 0
