"""Errors outside any view: the API answers with a problem document, the portal with a page."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from api.errors import problem

_API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    if request.path.startswith(_API):
        return problem(request, 400)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if request.path.startswith(_API):
        return problem(request, 404)
    return defaults.page_not_found(request, exception)


def bug(request: HttpRequest) -> HttpResponse:
    """Answer 500; the trace is in the log and in Sentry, never in the answer."""
    if request.path.startswith(_API):
        return problem(request, 500)
    return defaults.server_error(request)
