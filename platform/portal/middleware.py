"""Which language the page speaks: Thai, unless the officer chose English."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGE_COOKIE = "openlaas_language"
LANGUAGES = ("th", "en")


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
