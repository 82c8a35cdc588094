"""The menu in the header, made once for each set of roles and filled in for each body.

Made anew it was two thirds of what an empty page costs (3 ms of 5): some fifty addresses are put
together and sixty titles translated for it.
"""

from datetime import date
from functools import lru_cache

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from portal.central import menu as of_the_centre
from portal.desks import DESKS
from portal.doors import ADMIN_ROLE, Visit
from portal.flow.menu import modules

_ANY_BODY = "-any-body-"  # no code of a body has a letter
_KEPT = 2_000  # a page for some fifty sets of roles, in two languages

register = template.Library()


@register.simple_tag(takes_context=True)
def menu(context: RequestContext, visit: Visit, here: str) -> SafeString:
    """Return the menu of a page, as an officer of the body sees it."""
    made = _of_roles(visit.access.roles, here, context["language"], context["today"])
    return mark_safe(made.replace(_ANY_BODY, visit.path))  # noqa: S308 - a path of our own


@register.simple_tag(takes_context=True)
def central_menu(context: RequestContext, here: str) -> SafeString:
    """Return the centre's menu, which is the same for everybody who watches over an area."""
    return _of_the_centre(here, context["language"], context["today"])


@lru_cache(maxsize=_KEPT)
def _of_the_centre(here: str, _language: str, today: date) -> SafeString:
    """Return the menu; the language is spoken, and named for the cache."""
    shown = {"modules": of_the_centre.modules(here), "here": here, "today": today}
    return render_to_string("portal/central/menu.html", shown)


@lru_cache(maxsize=_KEPT)
def _of_roles(roles: frozenset[str], here: str, language: str, today: date) -> str:
    """Return the menu with a mark for the body; the language is spoken, and named for the cache."""
    shown = {
        "path": _ANY_BODY,
        "modules": modules(_ANY_BODY, roles, DESKS, here),
        "here": here,
        "may_appoint": ADMIN_ROLE in roles,
        "language": language,
        "today": today,
    }
    return render_to_string("portal/parts/menu.html", shown)
