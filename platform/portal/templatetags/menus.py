"""The menu in the header."""

from typing import Any

from django import template

from portal.desks import DESKS
from portal.doors import Visit
from portal.flow.menu import modules

register = template.Library()


@register.simple_tag
def menu(visit: Visit, here: str) -> list[dict[str, Any]]:
    """Return the modules of the menu with their pages, as an officer sees them."""
    return modules(visit, DESKS, here)
