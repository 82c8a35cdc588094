"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the day in Bangkok, the language, and where to come back to after changing it."""
    is_read = request.method in {"GET", "HEAD"}
    return {
        "today": timezone.localdate(),
        "language": translation.get_language() or "th",
        "this_page": request.get_full_path() if is_read else request.path,
    }
