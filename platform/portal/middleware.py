"""Which language the page speaks, and what is said when too many sign in at once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal.replies import too_busy
from tenants.officers.passwords import TooManyAtOnce

LANGUAGE_COOKIE = "openlaas_language"
LANGUAGES = ("th", "en")
TOO_MANY_FOR_SECONDS = 5


class LanguageMiddleware:
    """Speaks Thai, or English when the cookie says so. The browser's own wish is not asked for.

    Offices share PCs whose browsers were installed in English; their officers read Thai.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language, and leave the thread with none: then it speaks Thai."""
        if request.COOKIES.get(LANGUAGE_COOKIE) != "en":
            return self.get_response(request)
        with translation.override("en", deactivate=True):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer who comes while too many passwords are being checked; the API does so itself."""
        if isinstance(error, TooManyAtOnce):
            return too_busy(request, seconds=TOO_MANY_FOR_SECONDS)
        return None
