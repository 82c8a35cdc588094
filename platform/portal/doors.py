"""Who may see a page: the cookie, the officer behind it, the body in the path.

A page of a body is written ``def page(request, visit, ...)`` under ``@in_body``; only officers of
that body reach it. Everybody else gets the page of a body that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from accounting.officers import Officer
from portal import replies
from tenants.backend.errors import PoolExhausted, ServerAway
from tenants.directory.queries import body_with_books
from tenants.directory.records import BodyRecord
from tenants.lifecycle.rules import EARLIER, lets
from tenants.officers.access import Access, access_by_token
from tenants.transactions import BodyClosed, closed, is_writable

COOKIE = "openlaas_portal"
POSTING_ROLE = "ACCOUNTANT"
CLOSING_ROLE = "FIN_DIRECTOR"
ADMIN_ROLE = "LAO_ADMIN"

Page = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An officer on a page of a body: who, where, and as what."""

    access: Access
    body: BodyRecord

    @property
    def path(self) -> str:
        """What stands for the books in addresses: the code, of earlier books with their number."""
        return self.body.name

    @property
    def earlier_generations(self) -> range:
        """The generations of the body's books before these."""
        return range(1, self.body.generation)

    @property
    def is_earlier(self) -> bool:
        """Whether the books are of an earlier generation."""
        return self.body.state == EARLIER

    @property
    def closed_words(self) -> str:
        """Why the body's state keeps something out, in the officer's language."""
        return words_of_closed(closed(self.body))

    @property
    def may_post(self) -> bool:
        """Whether the officer's roles let them post entries."""
        return POSTING_ROLE in self.access.roles

    @property
    def may_close(self) -> bool:
        """Whether the officer's roles let them close and reopen months."""
        return CLOSING_ROLE in self.access.roles

    @property
    def may_appoint(self) -> bool:
        """Whether the officer's roles let them invite and appoint others."""
        return ADMIN_ROLE in self.access.roles

    @property
    def is_writable(self) -> bool:
        """Whether the body's books can be written now."""
        return is_writable(self.body)

    @property
    def officer(self) -> Officer:
        """The officer as the books record them; acting when the posting role is held so."""
        return self.officer_as(POSTING_ROLE)

    def officer_as(self, *roles: str) -> Officer:
        """Return the officer in the position in which they do what any of the roles may do."""
        return self.access.officer().in_office(roles)

    @property
    def own_roles(self) -> list[str]:
        """Roles held in full, by key."""
        return sorted(self.access.roles - self.access.acting_roles)

    @property
    def acting_roles(self) -> list[str]:
        """Roles held as acting (รักษาราชการแทน), by key."""
        return sorted(self.access.acting_roles)


def signed_in(page: Page) -> Page:
    """Let any officer in; the page is called with their access, which names no body."""

    @wraps(page)
    def door(request: HttpRequest, **path: Any) -> HttpResponse:
        access = _access(request, body_code=None)
        return page(request, access, **path) if access else to_sign_in(request)

    return door


def in_body(page: Page) -> Page:
    """Let officers of the body in the path in; the page is called with their visit."""

    @wraps(page)
    def door(request: HttpRequest, body_code: str, **path: Any) -> HttpResponse:
        access = _access(request, body_code=body_code.partition("_")[0])
        if access is None:
            return to_sign_in(request)
        body = _books_asked_for(access, body_code)
        visit = Visit(access=access, body=body)
        # What was typed is not lost: a form is refused where it would be stored, and shown again.
        if request.method != "POST" and not lets(body.state).read:
            return _closed(request, visit, closed(body))
        try:
            return page(request, visit, **path)
        except BodyClosed as reason:
            return _closed(request, visit, reason)
        except PoolExhausted:
            return replies.busy(request, {"visit": visit})
        except ServerAway:
            return replies.away(request, {"visit": visit})

    return door


def _books_asked_for(access: Access, body_code: str) -> BodyRecord:
    """Return the body of the path; ``<code>_<generation>`` asks for its earlier books.

    Raises:
        Http404: there is none, or the officer is nobody there: the same answer to both.
    """
    body = access.body
    if body is not None and "_" in body_code:
        body = body_with_books(body_code)
    if body is None:
        raise Http404
    return body


def _closed(request: HttpRequest, visit: Visit, reason: BodyClosed) -> HttpResponse:
    facts = {"visit": visit, "words": words_of_closed(reason), "until": reason.until}
    is_passing = lets(reason.state).is_passing
    return replies.closed(request, facts, is_passing=is_passing, now=timezone.now())


def words_of_closed(reason: BodyClosed) -> str:
    """Return what the body's state says to whom it keeps out, in the officer's language."""
    is_english = (translation.get_language() or "").startswith("en")
    return reason.message_en if is_english else reason.message_th


def keep_token(
    request: HttpRequest, response: HttpResponse, *, token: str, expires_at: datetime
) -> None:
    """Give the browser the officer's token."""
    keep_cookie(request, response, COOKIE, token, expires_at=expires_at)


def keep_cookie(
    request: HttpRequest,
    response: HttpResponse,
    name: str,
    value: str,
    *,
    expires_at: datetime,
    samesite: Literal["Lax", "Strict"] = "Lax",
) -> None:
    """Give the browser something to keep that no script can read."""
    response.set_cookie(
        name,
        value,
        expires=expires_at,
        secure=request.is_secure() or settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=samesite,
    )


def _access(request: HttpRequest, *, body_code: str | None) -> Access | None:
    token = request.COOKIES.get(COOKIE)
    if not token:
        return None
    return access_by_token(
        token=token,
        kind="portal",
        body_code=body_code,
        asked=f"{request.method} {request.path}",
        now=timezone.now(),
    )


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, and back afterwards; a posted form's page is its own path."""
    back = request.get_full_path() if request.method == "GET" else request.path
    address = f"{reverse('sign_in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        # A redirect would be followed by the script and its page put into the list.
        response = HttpResponse(status=401)
        response["HX-Redirect"] = reverse("sign_in")
        return response
    return HttpResponseRedirect(address)
