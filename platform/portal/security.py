"""An officer's own page of what they sign in with: app, passkeys, recovery codes.

Nothing is changed before the officer proved again, on this page, that it is them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import entering
from portal.doors import signed_in
from portal.office.refused import words_of
from portal.passkey_site import site_of
from portal.replies import send_json, show
from portal.second_step import CREDENTIAL_MAX
from tenants.officers.access import Access
from tenants.officers.second_step import (
    authenticator,
    codes,
    confirming,
    passkeys,
    pending,
    recovery,
    rules,
    totp,
)
from tenants.officers.second_step.authenticator import UnableToEnrol
from tenants.officers.second_step.enrolled import enrolled_by
from tenants.officers.sign_in import UnableToSignIn

# What a form of the page does; it returns new recovery codes, to be shown once, or none.
_Change = Callable[[HttpRequest, Access, datetime], list[str]]
_QR_PIXELS_A_MODULE = 5


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def security(request: HttpRequest, access: Access) -> HttpResponse:
    """Show what is enrolled; confirm that it is the officer; change one thing."""
    if request.method == "GET":
        return _page(request, access, {"done": request.GET.get("done", "")})
    action = request.POST.get("action", "")
    if action == "confirm":
        return _confirm(request, access)
    if action not in _CHANGES:
        raise Http404
    return _change(request, access, action)


@require_POST
@signed_in
def passkey_asked(request: HttpRequest, access: Access) -> HttpResponse:
    """Begin to enrol a passkey: tell the browser what to make."""
    site, now = site_of(request), timezone.now()
    if site is None or not confirming.is_confirmed(sha256=access.token_sha256, now=now):
        return HttpResponse(status=403)
    token, expires_at = pending.begin(
        purpose=pending.ENROLMENT, officer_id=access.officer_id, now=now
    )
    step = pending.look(token=token, purpose=pending.ENROLMENT, now=now)
    response = send_json(
        passkeys.enrolment_options(
            officer_id=access.officer_id, challenge=step.challenge, site=site
        )
    )
    entering.keep_step(request, response, token=token, expires_at=expires_at)
    return response


def _confirm(request: HttpRequest, access: Access) -> HttpResponse:
    try:
        confirming.confirm(
            sha256=access.token_sha256,
            officer_id=access.officer_id,
            proof=entering.typed(request, "proof"),
            now=timezone.now(),
        )
    except UnableToSignIn:
        return _page(request, access, {"proof_refused": True}, status=422)
    return _back("confirm")


def _change(request: HttpRequest, access: Access, action: str) -> HttpResponse:
    now = timezone.now()
    if not confirming.is_confirmed(sha256=access.token_sha256, now=now):
        return _page(request, access, {"must_confirm": True}, status=403)
    try:
        new_codes = _CHANGES[action](request, access, now)
    except UnableToEnrol as refused:
        wrong = {one.pointer.removeprefix("/"): words_of(one) for one in refused.refusals}
        whole = [words_of(one) for one in refused.refusals if not one.pointer]
        facts = {"errors": wrong, "whole": whole, "name": entering.typed(request, "name")}
        return _page(request, access, facts, status=422)
    except pending.StepGone:
        whole = [_("ใช้เวลานานเกินไป ลองเพิ่มพาสคีย์อีกครั้ง")]
        return _page(request, access, {"whole": whole}, status=422)
    if new_codes:
        return _page(request, access, {"done": action, "new_codes": new_codes})
    return _back(action)


def _begin_app(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    authenticator.begin_app(officer_id=access.officer_id, now=now)
    return []


def _confirm_app(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    code = codes.read(entering.typed(request, "code"))
    return authenticator.confirm_app(officer_id=access.officer_id, code=code, now=now)


def _remove_app(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    authenticator.remove_app(officer_id=access.officer_id)
    return []


def _add_passkey(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    site = site_of(request)
    if site is None:
        raise Http404
    step = pending.finish(
        token=request.COOKIES.get(entering.STEP_COOKIE, ""), purpose=pending.ENROLMENT, now=now
    )
    if step.officer_id != access.officer_id:  # begun by who was signed in here before
        raise pending.StepGone
    return passkeys.enrol_passkey(
        officer_id=access.officer_id,
        name=entering.typed(request, "name"),
        credential=request.POST.get("credential", "")[:CREDENTIAL_MAX],
        challenge=step.challenge,
        site=site,
        now=now,
    )


def _remove_passkey(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    try:
        passkey_id = UUID(request.POST.get("passkey", ""))
    except ValueError as error:
        raise Http404 from error
    passkeys.remove_passkey(officer_id=access.officer_id, passkey_id=passkey_id)
    return []


def _make_codes(request: HttpRequest, access: Access, now: datetime) -> list[str]:
    if not enrolled_by(officer_id=access.officer_id).is_on:
        raise Http404
    return recovery.make_codes(officer_id=access.officer_id, now=now)


_CHANGES: dict[str, _Change] = {
    "begin_app": _begin_app,
    "confirm_app": _confirm_app,
    "remove_app": _remove_app,
    "add_passkey": _add_passkey,
    "remove_passkey": _remove_passkey,
    "make_codes": _make_codes,
}


def _page(
    request: HttpRequest, access: Access, facts: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    confirmed = confirming.is_confirmed(sha256=access.token_sha256, now=timezone.now())
    secret = authenticator.secret_to_confirm(officer_id=access.officer_id) if confirmed else None
    enrolled = enrolled_by(officer_id=access.officer_id)
    shown = {
        "access": access,
        "enrolled": enrolled,
        "codes_left": enrolled.codes_left,
        "confirmed": confirmed,
        "secret": secret and " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": secret and _qr(totp.address(secret=secret, username=access.username)),
        "has_passkeys": site_of(request) is not None,
        "name_max": rules.PASSKEY_NAME_MAX,
        **facts,
    }
    return show(request, "security.html", shown, status=status)


def _qr(address: str) -> str:
    """Return the QR code as SVG; it stands in the page itself, so that no cache keeps it."""
    return segno.make(address, error="m").svg_inline(scale=_QR_PIXELS_A_MODULE)


def _back(action: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('security')}?done={action}")
