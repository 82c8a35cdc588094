"""Who may see the centre's pages: officers who watch over an area; to others there are none."""

from collections.abc import Collection
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from portal.doors import COOKIE, Page, to_sign_in
from portal.replies import show
from tenants.rollups.watching import Watcher, watcher_by_token


def in_area(page: Page) -> Page:
    """Let those who watch over an area in; the page is called with the watcher.

    Raises:
        Http404: the officer watches over nothing.
    """

    @wraps(page)
    def door(request: HttpRequest, **path: Any) -> HttpResponse:
        watcher = _watcher(request)
        if watcher is None:
            return to_sign_in(request)
        if not watcher.area:
            raise Http404
        return page(request, watcher, **path)

    return door


def watches(request: HttpRequest) -> bool:
    """Tell whether the officer watches over an area."""
    watcher = _watcher(request)
    return watcher is not None and bool(watcher.area)


def forbidden(request: HttpRequest, watcher: Watcher, roles: Collection[str]) -> HttpResponse:
    """Say that what was asked is done by officers of other roles."""
    facts = {"access": watcher, "needed_roles": sorted(roles)}
    return show(request, "central/forbidden.html", facts, status=403)


def _watcher(request: HttpRequest) -> Watcher | None:
    token = request.COOKIES.get(COOKIE)
    if not token:
        return None
    return watcher_by_token(token=token, kind="portal", now=timezone.now())
