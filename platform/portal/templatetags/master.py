"""What the pages of master data say of their rows."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()
# What stands for itself in the rows of a version is a word to whoever reads them.
_VALUES = {
    "begin": gettext_noop("เริ่มใช้"),
    "end": gettext_noop("เลิกใช้"),
    "plan": gettext_noop("แผนงาน"),
    "side": gettext_noop("ด้าน"),
    "task": gettext_noop("งาน"),
    "expenditure": gettext_noop("รายจ่าย"),
    "budget": gettext_noop("งบ"),
    "category": gettext_noop("หมวด"),
    "type": gettext_noop("ประเภท"),
    "revenue": gettext_noop("รายรับ"),
    "group": gettext_noop("กลุ่ม"),
    "fund_source": gettext_noop("แหล่งเงิน"),
    "in_budget": gettext_noop("ในงบประมาณ"),
    "outside": gettext_noop("นอกงบประมาณ"),
    "debit": gettext_noop("เดบิต"),
    "credit": gettext_noop("เครดิต"),
}


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
    words = _VALUES.get(str(value))
    return _(words) if words else str(value)
