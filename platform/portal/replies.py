"""How pages are answered: rendered, kept out of every cache, and allowed nothing from outside."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

BUSY_FOR_SECONDS = 5
AWAY_FOR_SECONDS = 10
CLOSED_FOR_SECONDS, _LONGEST_SECONDS = 300, 3600
# Pages need nothing but our own files; a script that slipped into a text could not run.
_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

# Offices have 1-2 Mbit/s; a trial balance shrinks to a tenth. Django's own pads at random, so that
# the length tells nothing of the form token (BREACH).
_GZIP = GZipMiddleware(lambda _request: HttpResponse())


def show(
    request: HttpRequest, template: str, facts: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page that no cache keeps: after signing out, Back must show nothing."""
    response = render(request, f"portal/{template}", dict(facts), status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = _CONTENT_SECURITY_POLICY
    _GZIP.process_response(request, response)  # in place
    return response


def send_file(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """Send a file that no cache keeps; a browser that can shows it, others save it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def send_json(text: str) -> HttpResponse:
    """Send what a script of ours asked for; no cache keeps it."""
    response = HttpResponse(text, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def forbidden(request: HttpRequest, facts: Mapping[str, Any]) -> HttpResponse:
    """Say that the officer's roles do not allow this, and who may."""
    return show(request, "forbidden.html", facts, status=403)


def busy(request: HttpRequest, facts: Mapping[str, Any]) -> HttpResponse:
    """Say that all connections are taken; the page tries again by itself."""
    response = show(request, "busy.html", {**facts, "seconds": BUSY_FOR_SECONDS}, status=503)
    response["Retry-After"] = str(BUSY_FOR_SECONDS)
    return response


def too_busy(
    request: HttpRequest,
    *,
    seconds: int,
    keeps_typed: bool = False,
    words: str = "",
    until: datetime | None = None,
    status: int = 503,
) -> HttpResponse:
    """Say that too much is asked for now; nothing is asked of a database for it.

    A page tries again by itself. What was typed into a form may stand in the answer, to be sent
    again as it is, with the key that makes one document of it; only files must be chosen again.
    Never of a form with a password.

    Args:
        request: what was asked.
        seconds: when to come again.
        keeps_typed: a form stands in the answer.
        words: why, where there is a reason that is not the moment's.
        until: when that ends.
        status: 429 when it is the body itself that asks too much.
    """
    typed = None
    if request.method == "POST" and keeps_typed:
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
    facts = {
        "seconds": seconds,
        "typed": typed,
        "has_files": bool(request.FILES),
        "words": words,
        "until": until,
    }
    response = show(request, "too_busy.html", facts, status=status)
    response["Retry-After"] = str(seconds)
    return response


def waiting_room(
    request: HttpRequest, *, place: int, wait_seconds: tuple[int, int] | None, seconds: int
) -> HttpResponse:
    """Tell who waits to sign in his place in line; the page looks again by itself.

    Args:
        request: what was asked.
        place: how many are to be served until it is his turn, himself included.
        wait_seconds: how long that takes, from and to; None when nobody can know.
        seconds: when the page looks again.
    """
    minutes = tuple(math.ceil(one / 60) for one in wait_seconds) if wait_seconds else None
    facts = {"place": place, "minutes": minutes, "seconds": seconds}
    response = show(request, "waiting_room.html", facts, status=503)
    response["Retry-After"] = str(seconds)
    return response


def away(request: HttpRequest, facts: Mapping[str, Any]) -> HttpResponse:
    """Say that the server with the body's books does not answer; the page tries again by itself."""
    response = show(request, "away.html", {**facts, "seconds": AWAY_FOR_SECONDS}, status=503)
    response["Retry-After"] = str(AWAY_FOR_SECONDS)
    return response


def closed(
    request: HttpRequest, facts: Mapping[str, Any], *, is_passing: bool, now: datetime
) -> HttpResponse:
    """Say what the state of the body keeps out, why and until when, as the API does.

    Args:
        request: the page asked for.
        facts: what the page tells; ``until`` is when it ends, or None.
        is_passing: it will be over soon: 503, and come again; else 409.
        now: what is left until the end is counted from here.
    """
    response = show(request, "closed.html", facts, status=503 if is_passing else 409)
    if facts["until"] is not None:
        seconds = max(1, math.ceil((facts["until"] - now).total_seconds()))
        response["Retry-After"] = str(min(seconds, _LONGEST_SECONDS))
    elif is_passing:
        response["Retry-After"] = str(CLOSED_FOR_SECONDS)
    return response
