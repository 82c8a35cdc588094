"""How a browser gets in: with a token at once, or with a step to finish first."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from portal.doors import keep_cookie, keep_token
from tenants.officers.second_step import pending

STEP_COOKIE = "openlaas_step"
_LONGEST = 200  # characters; what is longer was not typed by an officer


def let_in(
    request: HttpRequest, *, token: str, expires_at: datetime, back: str = ""
) -> HttpResponse:
    """Give the browser its token and send it to the page it asked for, or to the bodies."""
    response = HttpResponseRedirect(_safe(request, back))
    keep_token(request, response, token=token, expires_at=expires_at)
    response.delete_cookie(STEP_COOKIE, samesite="Strict")
    rotate_token(request)
    return response


def ask_second_step(
    request: HttpRequest, *, officer_id: UUID, now: datetime, back: str = ""
) -> HttpResponse:
    """Send the browser to the second step of an officer whose first one was right."""
    response = HttpResponseRedirect(f"{reverse('second_step')}?{urlencode({'next': back})}")
    token, expires_at = pending.begin(purpose=pending.SECOND_STEP, officer_id=officer_id, now=now)
    keep_step(request, response, token=token, expires_at=expires_at)
    rotate_token(request)
    return response


def keep_step(
    request: HttpRequest, response: HttpResponse, *, token: str, expires_at: datetime
) -> None:
    """Give the browser the token of a step that it began."""
    keep_cookie(request, response, STEP_COOKIE, token, expires_at=expires_at, samesite="Strict")


def typed(request: HttpRequest, field: str) -> str:
    """Return a field without what PostgreSQL cannot hold, and never endlessly long."""
    return request.POST.get(field, "")[:_LONGEST].replace("\x00", "")


def _safe(request: HttpRequest, back: str) -> str:
    """Return the page asked for when it is one of ours, else the choice of bodies."""
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return reverse("bodies")
