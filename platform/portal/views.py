"""Pages that stand in for another one: refused forms."""

from django.http import HttpRequest, HttpResponse


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Ask the officer to open the form again."""
    return HttpResponse(
        "แบบฟอร์มหมดอายุ กรุณาเปิดหน้านี้ใหม่", status=403, content_type="text/plain; charset=utf-8"
    )
