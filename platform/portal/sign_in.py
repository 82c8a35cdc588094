"""Signing in by password or by a link, and signing out."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.doors import COOKIE, keep_token
from portal.replies import show
from tenants.officers.access import access_by_token
from tenants.officers.sign_in import (
    PASSWORD_MIN_LENGTH,
    PasswordTooWeak,
    UnableToSignIn,
    purpose_of_link,
    set_password_by_link,
    sign_in_by_link,
    sign_out,
)
from tenants.officers.sign_in import sign_in as sign_in_by_password

_LONGEST = 200  # characters; what is longer was not typed by an officer


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; what was wrong is never said in part."""
    back = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET":
        return show(request, "sign_in.html", {"next": back})
    username, password = _typed(request, "username").strip(), _typed(request, "password")
    try:
        token, expires_at = sign_in_by_password(
            username=username, password=password, kind="portal", now=timezone.now()
        )
    except UnableToSignIn:
        facts = {"next": back, "username": username, "refused": True}
        return show(request, "sign_in.html", facts, status=422)
    response = HttpResponseRedirect(_safe(request, back))
    keep_token(request, response, token=token, expires_at=expires_at)
    rotate_token(request)
    return response


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a one-time link. Only the button uses it up: mail programs look at links too."""
    try:
        purpose = purpose_of_link(token=token, now=timezone.now())
        if request.method == "POST":
            return _use_link(request, token, purpose)
    except UnableToSignIn:
        return show(request, "sign_in_link_gone.html", {}, status=410)
    return _link_form(request, purpose)


def _use_link(request: HttpRequest, token: str, purpose: str) -> HttpResponse:
    now, password = timezone.now(), _typed(request, "password")
    if purpose == "sign_in":
        new_token, expires_at = sign_in_by_link(token=token, now=now)
    elif password != _typed(request, "again"):
        return _link_form(request, purpose, refusal=_("รหัสผ่านสองช่องไม่ตรงกัน"))
    else:
        try:
            new_token, expires_at = set_password_by_link(token=token, password=password, now=now)
        except PasswordTooWeak:
            refusal = _("รหัสผ่านต้องยาวอย่างน้อย %(count)d ตัวอักษร") % {"count": PASSWORD_MIN_LENGTH}
            return _link_form(request, purpose, refusal=refusal)
    response = HttpResponseRedirect(reverse("bodies"))
    keep_token(request, response, token=new_token, expires_at=expires_at)
    rotate_token(request)
    return response


def _link_form(request: HttpRequest, purpose: str, *, refusal: str = "") -> HttpResponse:
    facts = {"purpose": purpose, "shortest": PASSWORD_MIN_LENGTH, "refusal": refusal}
    return show(request, "sign_in_link.html", facts, status=422 if refusal else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out: the token is revoked and the browser forgets it."""
    now = timezone.now()
    token = request.COOKIES.get(COOKIE, "")
    access = access_by_token(token=token, kind="portal", body_code=None, now=now)
    if access is not None:
        sign_out(sha256=access.token_sha256, now=now)
    response = HttpResponseRedirect(f"{reverse('sign_in')}?left=1")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def _typed(request: HttpRequest, field: str) -> str:
    """Return a field without what PostgreSQL cannot hold, and never endlessly long."""
    return request.POST.get(field, "")[:_LONGEST].replace("\x00", "")


def _safe(request: HttpRequest, back: str) -> str:
    """Return the page asked for when it is one of ours, else the choice of bodies."""
    if back and url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return back
    return reverse("bodies")
