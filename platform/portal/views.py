"""Pages of no body: the first one, the choice of bodies, the language, a form that expired."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from portal import doors
from portal.central.doors import watches
from portal.middleware import LANGUAGE_COOKIE, LANGUAGES
from portal.replies import show
from tenants.officers.access import Access, bodies_of

_SEARCH_FROM = 8  # so many bodies fit on a screen
_LANGUAGE_KEPT_FOR_SECONDS = 365 * 24 * 3600


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    """Go to the bodies; that page asks for signing in when it has to."""
    return HttpResponseRedirect(reverse("bodies"))


@require_safe
@doors.signed_in
def bodies(request: HttpRequest, access: Access) -> HttpResponse:
    """Let the officer choose one of their bodies; who has one goes right in.

    Who watches over an area may choose the centre's pages too, and goes there without any body.
    """
    found = bodies_of(officer_id=access.officer_id, now=timezone.now())
    is_watcher = watches(request)
    if not found and is_watcher:
        return HttpResponseRedirect(reverse("central"))
    if len(found) == 1 and not is_watcher:
        return HttpResponseRedirect(reverse("home", args=[found[0].code]))
    words = request.GET.get("q", "").strip()
    facts = {
        "access": access,
        "bodies": [body for body in found if words in f"{body.code} {body.full_name_th}"],
        "words": words,
        "count": len(found),
        "is_watcher": is_watcher,
        "has_search": len(found) >= _SEARCH_FROM,
    }
    return show(request, "bodies.html", facts)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen in a cookie, and go back to the page."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    chosen = request.POST.get("language", "")
    if chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=_LANGUAGE_KEPT_FOR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Ask the officer to open the form again; nothing was stored."""
    return show(request, "form_expired.html", {"back": request.path}, status=HTTPStatus.FORBIDDEN)
