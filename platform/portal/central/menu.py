"""The menu of the centre in the header: money, bodies and oversight, each with its pages."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

# What a module is called, and its pages: what a page calls itself, its address's name, its title.
_MODULES = (
    (
        gettext_noop("การเงิน"),
        (
            ("overview", "central", gettext_noop("ภาพรวม")),
            ("budget", "central_budget", gettext_noop("งบประมาณ")),
            ("revenue", "central_revenue", gettext_noop("รายรับ")),
            ("position", "central_position", gettext_noop("เงินสดและหนี้สิน")),
            ("tables", "central_tables", gettext_noop("ตารางสถิติ")),
        ),
    ),
    (
        gettext_noop("หน่วยงาน"),
        (
            ("bodies", "central_bodies", gettext_noop("รายชื่อหน่วยงาน")),
            ("ranking", "central_ranking", gettext_noop("อันดับ")),
            ("outliers", "central_outliers", gettext_noop("ควรตรวจดู")),
            ("activity", "central_activity", gettext_noop("กิจกรรมขณะนี้")),
            ("service", "central_service", gettext_noop("ระดับการให้บริการ")),
        ),
    ),
    (
        gettext_noop("งานกำกับดูแล"),
        (
            ("oversight", "central_oversight", gettext_noop("หน่วยงานที่ล่าช้า")),
            ("closing", "central_closing", gettext_noop("การปิดงวด")),
            ("announcements", "central_announcements", gettext_noop("ประกาศ")),
            ("questions", "central_questions", gettext_noop("ข้อสอบถาม")),
            ("master", "central_master", gettext_noop("ข้อมูลหลัก")),
        ),
    ),
)


def modules(here: str) -> list[dict[str, Any]]:
    """Return the modules with their pages; the one of the page ``is_here``, else the first."""
    at = next(
        (n for n, (_, pages) in enumerate(_MODULES) if here in (name for name, _, _ in pages)), 0
    )
    return [
        {
            "title": gettext(title),
            "is_here": number == at,
            "pages": [
                {"href": reverse(address), "title": gettext(words), "here": name}
                for name, address, words in pages
            ],
        }
        for number, (title, pages) in enumerate(_MODULES)
    ]
