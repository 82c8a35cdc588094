"""The second step of signing in, and signing in by a passkey alone.

What a passkey must sign is asked for by static/portal/passkeys.js; all else is plain forms.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import entering
from portal.passkey_site import site_of
from portal.replies import send_json, show
from portal.sign_in import sign_in_page
from tenants.officers.second_step import finishing, passkeys, pending
from tenants.officers.second_step.enrolled import enrolled_by
from tenants.officers.second_step.passkeys import PasskeyRefused
from tenants.officers.sign_in import CodeRefused, UnableToSignIn

CREDENTIAL_MAX = 20_000  # characters; a browser's answer has about 1,000


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or for the passkey, of the officer whose password was right."""
    if request.method == "GET":
        return _page(request)
    try:
        token, expires_at = finishing.finish_by_code(
            token=_step_of(request), code=entering.typed(request, "code"), now=timezone.now()
        )
    except pending.StepGone:
        return _begin_anew(request)
    except CodeRefused:
        return _page(request, refusal=_("รหัสไม่ถูกต้องหรือใช้ไปแล้ว รอรหัสถัดไปในแอปแล้วลองอีกครั้ง"))
    except UnableToSignIn:
        return _page(request, refusal=_locked_words())
    return entering.let_in(request, token=token, expires_at=expires_at, back=_next(request))


@require_POST
def second_step_asked(request: HttpRequest) -> HttpResponse:
    """Tell the browser which of the officer's passkeys must sign what."""
    site = site_of(request)
    try:
        step = pending.look(
            token=_step_of(request), purpose=pending.SECOND_STEP, now=timezone.now()
        )
    except pending.StepGone:
        return HttpResponse(status=410)
    if site is None:
        return HttpResponse(status=404)
    return send_json(
        passkeys.sign_in_options(officer_id=step.officer_id, challenge=step.challenge, site=site)
    )


@require_POST
def passkey_asked(request: HttpRequest) -> HttpResponse:
    """Begin signing in by a passkey alone: tell the browser what must be signed, by any of ours."""
    site, now = site_of(request), timezone.now()
    if site is None:
        return HttpResponse(status=404)
    token, expires_at = pending.begin(purpose=pending.PASSKEY, officer_id=None, now=now)
    step = pending.look(token=token, purpose=pending.PASSKEY, now=now)
    response = send_json(
        passkeys.sign_in_options(officer_id=None, challenge=step.challenge, site=site)
    )
    entering.keep_step(request, response, token=token, expires_at=expires_at)
    return response


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Finish what either of the two above began."""
    site = site_of(request)
    if site is None:
        return HttpResponse(status=404)
    is_second = request.POST.get("purpose") == pending.SECOND_STEP
    try:
        token, expires_at = finishing.finish_by_passkey(
            token=_step_of(request),
            purpose=pending.SECOND_STEP if is_second else pending.PASSKEY,
            credential=request.POST.get("credential", "")[:CREDENTIAL_MAX],
            site=site,
            now=timezone.now(),
        )
    except pending.StepGone:
        return _begin_anew(request)
    except PasskeyRefused:
        refusal = _("พาสคีย์นี้ใช้เข้าสู่ระบบไม่ได้ ลองอีกครั้งหรือใช้วิธีอื่น")
    except UnableToSignIn:
        refusal = _locked_words()
    else:
        return entering.let_in(request, token=token, expires_at=expires_at, back=_next(request))
    if is_second:
        return _page(request, refusal=refusal)
    return sign_in_page(request, {"next": _next(request), "passkey_refusal": refusal}, status=422)


def _page(request: HttpRequest, *, refusal: str = "") -> HttpResponse:
    try:
        step = pending.look(
            token=_step_of(request), purpose=pending.SECOND_STEP, now=timezone.now()
        )
    except pending.StepGone:
        return _begin_anew(request)
    assert step.officer_id is not None  # a second step is somebody's
    enrolled = enrolled_by(officer_id=step.officer_id)
    facts = {
        "next": _next(request),
        "refusal": refusal,
        "has_app": enrolled.app_since is not None,
        "has_passkeys": bool(enrolled.passkeys) and site_of(request) is not None,
        "codes_left": enrolled.codes_left,
    }
    return show(request, "second_step.html", facts, status=422 if refusal else 200)


def _begin_anew(request: HttpRequest) -> HttpResponse:
    query = urlencode({"again": "1", "next": _next(request)})
    response = HttpResponseRedirect(f"{reverse('sign_in')}?{query}")
    response.delete_cookie(entering.STEP_COOKIE, samesite="Strict")
    return response


def _step_of(request: HttpRequest) -> str:
    return request.COOKIES.get(entering.STEP_COOKIE, "")


def _next(request: HttpRequest) -> str:
    return request.POST.get("next", request.GET.get("next", ""))


def _locked_words() -> str:
    return _("ผิดหลายครั้งเกินไป บัญชีถูกพักไว้ รอ 15 นาทีแล้วเข้าสู่ระบบใหม่")
