"""Which form an answer has: JSON, for whoever takes it."""

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Negotiation(DefaultContentNegotiation):
    """The framework's own, which need not be asked when anything is welcome."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> Any:
        """Return the renderer and its media type.

        Raises:
            NotAcceptable: the caller takes none of them.
        """
        wanted = request.META.get("HTTP_ACCEPT", "*/*")
        first = next(iter(renderers))
        if format_suffix is None and wanted in {"*/*", first.media_type}:
            return first, first.media_type
        return super().select_renderer(request, renderers, format_suffix)
