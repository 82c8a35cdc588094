"""Buddhist dates, amounts with separators, amounts in Thai words, short titles of roles.

Values come from JSON, so a date may be a text. In English, dates are of the Christian era.
"""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from tenants.officers.appointments import roles
from thai import baht, buddhist, orders

register = template.Library()
_MOVEMENTS = {
    "approve": gettext_noop("อนุมัติ"),
    "supplement": gettext_noop("เพิ่มเติม"),
    "transfer_in": gettext_noop("โอนเพิ่ม"),
    "transfer_out": gettext_noop("โอนลด"),
    "carry_in": gettext_noop("กันมา"),
    "carry_out": gettext_noop("กันไป"),
    "lapse": gettext_noop("พับไป"),
    "reserve": gettext_noop("จอง"),
    "unreserve": gettext_noop("คืนเงินที่จอง"),
    "obligate": gettext_noop("ก่อหนี้ผูกพัน"),
    "unobligate": gettext_noop("ลดหนี้ผูกพัน"),
    "disburse": gettext_noop("เบิกจ่าย"),
    "restore": gettext_noop("คืนเงินที่เบิกจ่าย"),
}


@register.filter
def money(amount: Decimal | str) -> str:
    """Return ``1,234.50``."""
    return baht.with_separators(amount)


@register.filter
def money_or_dash(amount: Decimal | str) -> str | SafeString:
    """Return ``1,234.50``, and a pale dash for nothing, as ledgers have it."""
    if baht.is_zero(amount):
        return format_html('<span class="nothing">{}</span>', "-")
    return baht.with_separators(amount)


@register.simple_tag
def drill(amount: str, account: str, days: str) -> str | SafeString:
    """Return an amount as a link to the ledger of the days it comes from; a dash leads nowhere."""
    if baht.is_zero(amount):
        return money_or_dash(amount)
    return format_html('<a href="ledger/{}?{}">{}</a>', account, days, baht.with_separators(amount))


@register.filter
def money_or_blank(amount: Decimal | str) -> str:
    """Return ``1,234.50``, or nothing for zero: one side of a journal line."""
    return baht.or_blank(amount)


@register.filter
def by_order(order: str) -> str:
    """Return by which order an officer acts, as it stands on papers."""
    if not _is_english():
        return orders.in_words(order)
    number, day = orders.number_and_day(order)
    return f"by order {number}" + (f" from {day_in_words(day)}" if day else "")


@register.filter
def item_movement(kind: str) -> str:
    """Return what a movement did to an open item."""
    return gettext("ตัดออก") if kind == "write_off" else gettext("ชำระ คืน หรือใช้")


@register.filter
def movement_words(kind: str) -> str:
    """Return what a movement of the budget is called."""
    return gettext(_MOVEMENTS[kind])


@register.filter
def in_baht(amount: Decimal | str) -> str:
    """Return the amount in Thai words."""
    return baht.in_words(amount)


@register.filter
def day_in_words(day: date | str) -> str:
    """Return ``15 กันยายน 2569``."""
    known = _day(day)
    return formats.date_format(known, "j F Y") if _is_english() else buddhist.in_words(known)


@register.filter
def weekday_in_words(day: date | str) -> str:
    """Return ``วันอังคารที่ 15 กันยายน 2569``."""
    known = _day(day)
    return (
        formats.date_format(known, "l j F Y") if _is_english() else buddhist.weekday_in_words(known)
    )


@register.filter
def day_short(day: date | str) -> str:
    """Return ``15 ก.ย. 2569``."""
    known = _day(day)
    return formats.date_format(known, "j M Y") if _is_english() else buddhist.short(known)


@register.filter
def month_in_words(day: date | str) -> str:
    """Return ``กันยายน 2569``."""
    known = _day(day)
    return formats.date_format(known, "F Y") if _is_english() else buddhist.month_in_words(known)


@register.filter
def month_short(day: date | str) -> str:
    """Return ``ก.ย.``: a month of a year that is told elsewhere."""
    known = _day(day)
    if _is_english():
        return formats.date_format(known, "M")
    return buddhist.MONTHS_SHORT[known.month - 1]


@register.filter
def moment(time: datetime | str) -> str:
    """Return ``15 ก.ย. 2569 เวลา 14:05 น.``, in Bangkok, the time on one line."""
    known = datetime.fromisoformat(time) if isinstance(time, str) else time
    local = timezone.localtime(known)
    if _is_english():
        return f"{day_short(local.date())}, {local:%H:%M}"
    return f"{day_short(local.date())} เวลา\u00a0{local:%H:%M}\u00a0น."


@register.filter
def path_number(number: str) -> str:
    """Return a document's number as paths write it: ``JV-00001-69``."""
    return number.replace("/", "-")


@register.filter
def role_title(key: str) -> str:
    """Return the short title of a role: what stands before a bracket or a slash in roles.csv."""
    role = roles().get(key)
    if role is None:
        return key
    title = role.title_en if _is_english() else role.title_th
    return title.partition("(")[0].partition("/")[0].strip()


_STATES = {
    "draft": gettext_noop("ร่าง"),
    "checked": gettext_noop("ตรวจแล้ว"),
    "posted": gettext_noop("บันทึกบัญชีแล้ว"),
    "cancelled": gettext_noop("ยกเลิก"),
}
_STEPS = {
    "draft": gettext_noop("จัดทำร่าง"),
    "check": gettext_noop("ตรวจแล้ว"),
    "post": gettext_noop("บันทึกบัญชี"),
    "post_unchecked": gettext_noop("บันทึกบัญชีทันที โดยไม่มีผู้อื่นตรวจ"),
    "return": gettext_noop("ส่งคืนให้แก้"),
    "cancel": gettext_noop("ยกเลิก"),
}


@register.filter
def state_title(state: str) -> str:
    """Return the state of a document in words."""
    return gettext(_STATES.get(state, state))


@register.filter
def step_title(action: str) -> str:
    """Return what an officer did to a document."""
    return gettext(_STEPS.get(action, action))


# Of a body, as the register has it (tenants/lifecycle/rules.py).
_BODY_STATES = {
    "open": gettext_noop("เปิดใช้งาน"),
    "read_only": gettext_noop("อ่านได้อย่างเดียว"),
    "import_only": gettext_noop("นำเข้าข้อมูลเท่านั้น"),
    "maintenance": gettext_noop("ปิดปรับปรุง"),
    "suspended": gettext_noop("ระงับการใช้งาน"),
    "archived": gettext_noop("เก็บถาวร"),
    "moving": gettext_noop("กำลังย้าย"),
    "provisioning": gettext_noop("กำลังสร้างบัญชี"),
    "registered": gettext_noop("ยังไม่มีบัญชี"),
}


@register.filter
def body_state_title(state: str) -> str:
    """Return the state of a body in words."""
    return gettext(_BODY_STATES.get(state, state))


_UNIT = gettext_noop("หน่วยงานภายใต้สังกัด")
_KINDS = {
    "PAO": gettext_noop("องค์การบริหารส่วนจังหวัด"),
    "CITY": gettext_noop("เทศบาลนคร"),
    "TOWN": gettext_noop("เทศบาลเมือง"),
    "TMUN": gettext_noop("เทศบาลตำบล"),
    "SAO": gettext_noop("องค์การบริหารส่วนตำบล"),
    "SPEC": gettext_noop("องค์กรปกครองส่วนท้องถิ่นรูปแบบพิเศษ"),
}


@register.filter
def kind_title(kind: str) -> str:
    """Return what kind of body it is; every other kind is a unit under one."""
    return gettext(_KINDS.get(kind, _UNIT))


def _day(day: date | str) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _is_english() -> bool:
    return (translation.get_language() or "").startswith("en")
