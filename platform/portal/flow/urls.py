"""Addresses of the pages of a kind of document."""

from django.urls import URLPattern, path

from portal.flow import form_pages, pages
from portal.flow.desk import Desk


def urls(desk: Desk) -> list[URLPattern]:
    """Return the addresses of a desk, named after it: ``receipts_list``, ``receipts_one``."""
    every, told = f"b/<slug:body_code>/{desk.slug}", {"desk": desk}
    one = f"{every}/<str:document>"
    return [
        path(every, pages.register, told, name=f"{desk.slug}_list"),
        path(f"{every}/new", form_pages.new, told, name=f"{desk.slug}_new"),
        path(f"{every}/search/<slug:name>", form_pages.search, told, name=f"{desk.slug}_search"),
        path(one, pages.one, told, name=f"{desk.slug}_one"),
        path(f"{one}/edit", form_pages.edit, told, name=f"{desk.slug}_edit"),
        path(f"{one}/<slug:action>", pages.take_step, told, name=f"{desk.slug}_step"),
    ]
