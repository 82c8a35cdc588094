"""What the pages of master data say of their rows."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def named(names: Mapping[str, str], name: str) -> str:
    """Return what is called by a name; of one that nothing has, the name."""
    return names.get(name, name)


@register.filter
def master_value(value: str | int | None) -> str:
    """Return a value of a row in words."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("ใช่") if value else _("ไม่ใช่")
    return str(value)
