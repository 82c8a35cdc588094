"""Signing in by password or by a link, and signing out. What follows: second_step.py."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.doors import COOKIE
from portal.entering import ask_second_step, let_in, typed
from portal.passkey_site import site_of
from portal.replies import show
from tenants.officers.access import access_by_token
from tenants.officers.sign_in import (
    PASSWORD_MIN_LENGTH,
    PasswordTooWeak,
    SecondStepNeeded,
    UnableToSignIn,
    purpose_of_link,
    set_password_by_link,
    sign_in_by_link,
    sign_out,
)
from tenants.officers.sign_in import sign_in as sign_in_by_password


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for user name and password; what was wrong is never said in part."""
    back = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "GET":
        return sign_in_page(request, {"next": back})
    now, username, password = timezone.now(), typed(request, "username"), typed(request, "password")
    username = username.strip()
    try:
        token, expires_at = sign_in_by_password(
            username=username, password=password, kind="portal", now=now
        )
    except SecondStepNeeded as needed:
        return ask_second_step(request, officer_id=needed.officer_id, now=now, back=back)
    except UnableToSignIn:
        facts = {"next": back, "username": username, "refused": True}
        return sign_in_page(request, facts, status=422)
    return let_in(request, token=token, expires_at=expires_at, back=back)


def sign_in_page(
    request: HttpRequest, facts: dict[str, object], *, status: int = 200
) -> HttpResponse:
    """Show the form; where passkeys work, with their button."""
    facts = {**facts, "has_passkeys": site_of(request) is not None}
    return show(request, "sign_in.html", facts, status=status)


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
    now, password = timezone.now(), typed(request, "password")
    if purpose != "sign_in" and password != typed(request, "again"):
        return _link_form(request, purpose, refusal=_("รหัสผ่านสองช่องไม่ตรงกัน"))
    try:
        if purpose == "sign_in":
            new_token, expires_at = sign_in_by_link(token=token, now=now)
        else:
            new_token, expires_at = set_password_by_link(token=token, password=password, now=now)
    except SecondStepNeeded as needed:
        return ask_second_step(request, officer_id=needed.officer_id, now=now)
    except PasswordTooWeak:
        refusal = _("รหัสผ่านต้องยาวอย่างน้อย %(count)d ตัวอักษร") % {"count": PASSWORD_MIN_LENGTH}
        return _link_form(request, purpose, refusal=refusal)
    return let_in(request, token=new_token, expires_at=expires_at)


def _link_form(request: HttpRequest, purpose: str, *, refusal: str = "") -> HttpResponse:
    facts = {"purpose": purpose, "shortest": PASSWORD_MIN_LENGTH, "refusal": refusal}
    return show(request, "sign_in_link.html", facts, status=422 if refusal else 200)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out: the token is revoked and the browser forgets it."""
    now = timezone.now()
    token = request.COOKIES.get(COOKIE, "")
    access = access_by_token(token=token, kind="portal", body_code=None, asked="", now=now)
    if access is not None:
        sign_out(sha256=access.token_sha256, now=now)
    response = HttpResponseRedirect(f"{reverse('sign_in')}?left=1")
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
