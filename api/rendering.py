"""Writing an answer: JSON, whether Python or the database made it."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.http import HttpResponse
from rest_framework.renderers import BaseRenderer


class JSONRenderer(BaseRenderer):
    """JSON in UTF-8."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return the bytes; nothing for an answer without content."""
        return b"" if data is None else orjson.dumps(data, default=str)


def json_answer(
    text: str, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Return an answer of JSON that is text already."""
    return HttpResponse(
        text.encode(), status=status, content_type="application/json", headers=dict(headers or {})
    )


def json_text(data: Any) -> str:
    """Return plain values as JSON text."""
    return orjson.dumps(data, default=str).decode()
