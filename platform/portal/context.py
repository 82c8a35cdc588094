"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the day in Bangkok, the language, and who is signed in."""
    return {
        "today": timezone.localdate(),
        "language": translation.get_language() or "th",
        "access": getattr(request, "access", None),
    }
