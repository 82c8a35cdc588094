"""As of which moment a report is asked for (``as_known_at``): later recordings are left out."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.translation import gettext

from thai import buddhist

_YEARS = range(1970, 2400)  # C.E.; what is later was meant in the Buddhist era


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The moment asked for; None is now. What was typed, and what is wrong with it."""

    at: datetime | None = None
    typed: str = ""
    error: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The moment as addresses carry it: exact, so that a link means the same for ever."""
        return {"as_known_at": self.at.isoformat()} if self.at else {}


def known_asked(request: HttpRequest, name: str = "as_known_at") -> Known:
    """Return the moment asked for, as officers type it or as addresses carry it."""
    text = request.GET.get(name, "").strip()
    if not text:
        return Known()
    moment = buddhist.typed_moment(text)
    if moment is None or moment.year not in _YEARS:
        words = gettext("ให้พิมพ์วันที่และเวลา เช่น 15/09/2569 16:30")
        return Known(typed=text, error=words)
    return Known(at=moment, typed=buddhist.moment_as_typed(moment))


def moment_of_file(request: HttpRequest, name: str = "as_known_at") -> datetime | None:
    """Return the moment that a file is asked for; None is now.

    Raises:
        Http404: it is none. A file that left it out in silence would be taken for another.
    """
    known = known_asked(request, name)
    if known.error:
        raise Http404
    return known.at
