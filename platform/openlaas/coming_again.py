"""How somebody is told to come again: as a page or as a problem document, with the time to wait."""

from datetime import datetime
from random import Random

from django.http import HttpRequest, HttpResponse

from accounting.errors import Refusal
from api.errors import problem
from portal import replies
from portal.office.refused import words_of

_chance = Random()  # noqa: S311 - spreads who comes again over time, and keeps no secret


def by_chance(least: int, most: int) -> int:
    """Return seconds between the two, both among them: they must not all come back at once."""
    return _chance.randint(least, most)


def of_the_api(request: HttpRequest) -> bool:
    """Tell whether a program asks, who is answered by a problem document."""
    return request.path.startswith("/api/")


def told_to_come_again(
    request: HttpRequest,
    why: Refusal,
    *,
    seconds: int,
    status: int = 503,
    keeps_typed: bool = False,
    until: datetime | None = None,
) -> HttpResponse:
    """Answer why, in both languages or the page's, and when to come again.

    Args:
        request: what was asked.
        why: the reason, which is not the moment's alone.
        seconds: when to come again.
        status: 429 when it is the body itself that asks too much.
        keeps_typed: the page has a form in it with what was typed.
        until: when the reason ends.
    """
    if of_the_api(request):
        return problem_to_come_again(request, why, seconds=seconds, status=status)
    return replies.too_busy(
        request,
        seconds=seconds,
        keeps_typed=keeps_typed,
        words=words_of(why),
        until=until,
        status=status,
    )


def problem_to_come_again(
    request: HttpRequest, why: Refusal, *, seconds: int, status: int = 503
) -> HttpResponse:
    """Answer a program: why, and when to come again."""
    answer = problem(request, status, code=why.code, detail=why.message_en, refusals=[why])
    answer["Retry-After"] = str(seconds)
    return answer
