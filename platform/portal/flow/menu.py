"""The menu in the header, by module; desks stand in it where they say they belong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from accounting.documents.workflow import Words
from portal.doors import ADMIN_ROLE, POSTING_ROLE
from portal.flow.desk import ACCOUNTS, BUDGET, EXPENDITURE, REVENUE, Desk, say

MODULES = {
    BUDGET: Words("งบประมาณ", "Budget"),
    REVENUE: Words("รายรับ", "Revenue"),
    EXPENDITURE: Words("รายจ่าย", "Expenditure"),
    ACCOUNTS: Words("บัญชี", "Accounts"),
}


# Who answers for the separation of duties, or asks about it.
_WATCH = frozenset({"INT_AUDIT", "OAG", "FIN_DIRECTOR", "CLERK_LAO", "EXECUTIVE"})


def _everybody(roles: frozenset[str]) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page of a module: the name of its address, what it is called, and which roles see it."""

    module: str
    page: str
    title: str
    here: str = ""
    key: str = ""
    shows: Callable[[frozenset[str]], bool] = _everybody


# Pages that are no desk, in the order of their module's menu. Slices add theirs.
ITEMS: tuple[Item, ...] = (
    Item(module=BUDGET, page="fiscal_years", title=gettext_noop("กำหนดปีงบประมาณ")),
    Item(module=REVENUE, page="deposits", title=gettext_noop("เงินรับฝาก เงินประกัน")),
    Item(module=REVENUE, page="open_receivables", title=gettext_noop("ลูกหนี้คงค้าง")),
    Item(module=EXPENDITURE, page="certificates", title=gettext_noop("หนังสือรับรองการหักภาษี")),
    Item(
        module=REVENUE,
        page="taxpayers_list",
        title=gettext_noop("ทะเบียนผู้ชำระภาษี"),
        here="taxpayers",
    ),
    Item(
        module=EXPENDITURE,
        page="vendors_list",
        title=gettext_noop("ทะเบียนผู้ขายและเจ้าหนี้"),
        here="vendors",
    ),
    Item(
        module=EXPENDITURE,
        page="payees_list",
        title=gettext_noop("ทะเบียนบุคลากรและผู้รับเงินอื่น"),
        here="payees",
    ),
    Item(module=BUDGET, page="budget", title=gettext_noop("งบประมาณคงเหลือ")),
    Item(module=ACCOUNTS, page="vouchers", title=gettext_noop("ใบผ่านรายการ"), key="KeyV"),
    Item(module=ACCOUNTS, page="journal", title=gettext_noop("สมุดรายวัน"), key="KeyJ"),
    Item(module=ACCOUNTS, page="original_books", title=gettext_noop("สมุดขั้นต้น")),
    Item(
        module=ACCOUNTS,
        page="new_entry",
        title=gettext_noop("บันทึกรายการ"),
        key="KeyN",
        shows=lambda roles: POSTING_ROLE in roles,
    ),
    Item(
        module=ACCOUNTS,
        page="ledger_choice",
        title=gettext_noop("แยกประเภท"),
        here="ledger",
        key="KeyL",
    ),
    Item(module=ACCOUNTS, page="trial_balance", title=gettext_noop("งบทดลอง"), key="KeyB"),
    Item(module=ACCOUNTS, page="periods", title=gettext_noop("งวดบัญชี")),
    Item(module=ACCOUNTS, page="own_accounts", title=gettext_noop("บัญชีย่อย"), here="accounts"),
    Item(module=ACCOUNTS, page="bank_accounts", title=gettext_noop("บัญชีธนาคาร")),
    Item(
        module=ACCOUNTS,
        page="divisions_list",
        title=gettext_noop("กองและสำนัก"),
        here="divisions",
    ),
    Item(module=ACCOUNTS, page="announcements", title=gettext_noop("ประกาศ")),
    Item(module=ACCOUNTS, page="questions", title=gettext_noop("ข้อสอบถาม")),
    Item(
        module=ACCOUNTS,
        page="separation",
        title=gettext_noop("การแบ่งแยกหน้าที่"),
        shows=lambda roles: bool(roles & _WATCH),
    ),
    Item(
        module=ACCOUNTS,
        page="readings",
        title=gettext_noop("การเข้าดูบัญชี"),
        shows=lambda roles: bool(roles & (_WATCH | {ADMIN_ROLE})),
    ),
)


def modules(
    path: str, roles: frozenset[str], desks: tuple[Desk, ...], here: str
) -> list[dict[str, Any]]:
    """Return the modules that have pages, each with its items; the one of the page ``is_here``.

    A page of no module shows the accounts.

    Args:
        path: what stands for the books in addresses.
        roles: the officer's, acting ones too.
        desks: all of them.
        here: the page's name, as its item's or desk's.
    """
    found = []
    for module, title in MODULES.items():
        items = [_of_desk(desk, path) for desk in desks if desk.module == module]
        items += [_of_page(one, path) for one in ITEMS if one.module == module and one.shows(roles)]
        is_here = any(item["here"] == here for item in items)
        if items:
            found.append({"title": say(title), "pages": items, "is_here": is_here})
    if not any(module["is_here"] for module in found):
        found[-1]["is_here"] = True
    return found


def _of_desk(desk: Desk, path: str) -> dict[str, str]:
    address = reverse(f"{desk.slug}_list", args=[path])
    return {"href": address, "title": desk.named, "here": desk.slug, "key": ""}


def _of_page(item: Item, path: str) -> dict[str, str]:
    return {
        "href": reverse(item.page, args=[path]),
        "title": gettext(item.title),
        "here": item.here or item.page,
        "key": item.key,
    }
