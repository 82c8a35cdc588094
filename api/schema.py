"""The OpenAPI document: put together once for each process, format and language."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request


class Schema(SpectacularAPIView):
    """What the API is, for programs; the same for everybody until the next release.

    Putting it together takes seconds of a core, and anybody may ask for it.
    """

    authentication_classes = ()
    permission_classes = ()
    _kept: dict[tuple[str, str], tuple[str | bytes, str, str]] = {}  # of the process

    @extend_schema(exclude=True)
    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Return the document in the format and language that are asked for."""
        language = request.GET.get("lang", "")
        if language not in dict(settings.LANGUAGES):
            language = translation.get_language() or settings.LANGUAGE_CODE
        key = (request.accepted_renderer.media_type, language)
        if key not in self._kept:
            with translation.override(language):
                made = super().get(request)  # type: ignore[no-untyped-call]  # it has no types
            content = request.accepted_renderer.render(
                made.data, request.accepted_media_type, self.get_renderer_context()
            )
            name = made.headers["Content-Disposition"]
            self._kept[key] = (content, request.accepted_renderer.media_type, name)
        whole, media_type, name = self._kept[key]
        return HttpResponse(
            whole,
            content_type=f"{media_type}; charset=utf-8",
            headers={"Content-Disposition": name},
        )
