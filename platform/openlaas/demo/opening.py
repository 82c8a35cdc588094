"""The balances with which a demo body enters fiscal year 2569."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, spending
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import OPENING, Books, DemoLine, cr, dr
from openlaas.demo.sellers import draw_seller
from openlaas.demo.working_days import days_later


@dataclass(frozen=True, slots=True)
class AssetClass:
    """A class of assets: its three accounts, its life in years, its cost in percent of revenue."""

    cost: str
    accumulated: str
    depreciation: str
    name: str
    life: int
    size_percent: str


# Lives are within the range of the Comptroller General; each body announces its own.
ASSET_CLASSES = (
    AssetClass("1205020101.001", "1205020103.001", "5105010103.001", "อาคารสำนักงาน", 40, "24"),
    AssetClass("1205040101.001", "1205040103.001", "5105010107.001", "สิ่งปลูกสร้าง", 20, "9"),
    AssetClass("1206010101.001", "1206010103.001", "5105010109.001", "ครุภัณฑ์สำนักงาน", 8, "2"),
    AssetClass(
        "1206020101.001", "1206020103.001", "5105010111.001", "ครุภัณฑ์ยานพาหนะและขนส่ง", 8, "7"
    ),
    AssetClass("1206100101.001", "1206100103.001", "5105010127.001", "ครุภัณฑ์คอมพิวเตอร์", 4, "1.2"),
    AssetClass("1208010101.001", "1208010103.001", "5105010143.001", "ถนน", 20, "80"),
)
UNIT_CLASSES = ASSET_CLASSES[2:3] + ASSET_CLASSES[4:5]

# Balances of a local body in percent of a year's revenue.
_DEBITS = (
    (accounts.CASH, "0.02"),
    (accounts.CURRENT, "5"),
    (accounts.SAVINGS, "46"),
    (accounts.FIXED_DEPOSIT, "6"),
    (accounts.STAFF_ADVANCE, "0.1"),
    (accounts.TRADE_RECEIVABLE, "0.3"),
    (accounts.LAND_TAX_RECEIVABLE, "0.8"),
    (accounts.SUPPLIES, "0.3"),
    ("1204010101.001", "12"),
)
_CREDITS = (
    (accounts.TRADE_ALLOWANCE, "0.05"),
    (accounts.LAND_TAX_ALLOWANCE, "0.2"),
    (accounts.WHT_FIRM, "0.02"),
    (accounts.WHT_STAFF, "0.03"),
    (accounts.PROVIDENT_FUND, "0.02"),
    (accounts.SOCIAL_SECURITY, "0.08"),
    (accounts.OTHER_DEDUCTIONS, "0.3"),
    (accounts.GUARANTEE, "0.9"),
    (accounts.GRANT_IN_ADVANCE, "1.2"),
    (accounts.DEPOSIT, "0.4"),
)
_BORROWERS = frozenset({"PAO", "CITY", "TOWN", "SPEC"})

_UNIT_DEBITS = ((accounts.CASH, "0.2"), (accounts.CURRENT, "4"), (accounts.SAVINGS, "30"))
_PAWNSHOP_DEBITS = ((accounts.CASH, "40"), (accounts.SAVINGS, "150"), (accounts.PAWNS, "700"))
_WITHOUT_OWN_BUDGET = frozenset({"CHILD_CENTRE", "SCHOOL", "HOSPITAL", "HEALTH_UNIT"})


def open_local_body(books: Books, day: date) -> bool:
    """Post the opening balances of a local body, and plan the payment of its sellers."""
    scale, rng = books.scale, books.rng
    lines = [dr(account, vary(rng, scale.share(size), 20)) for account, size in _DEBITS]
    for asset_class in ASSET_CLASSES:
        lines += _assets(books, asset_class)
    lines += [cr(account, vary(rng, scale.share(size), 20)) for account, size in _CREDITS]
    if books.kind in _BORROWERS:
        lines.append(cr(accounts.LOAN_LONG, vary(rng, scale.share("6"), 20, step=100_000)))
    owed = Decimal("0.00")
    for payment in range(1, 4):
        bill = spending.Bill(
            gross=vary(rng, scale.share("0.5"), 40, step=10),
            what="ค่าใช้จ่ายค้างจ่ายปีงบประมาณ 2568",
            seller=draw_seller(rng),
        )
        owed += bill.gross
        books.plan(days_later(day, 8 * payment), partial(spending.pay, bill=bill))
    lines.append(cr(accounts.PAYABLE, owed))
    _post(books, day, lines, accounts.ACCUMULATED_FUND)
    return True


def open_unit(books: Books, day: date) -> bool:
    """Post the opening balances of an affiliated unit; it owes nothing."""
    is_pawnshop = books.kind == "PAWNSHOP"
    sizes = _PAWNSHOP_DEBITS if is_pawnshop else _UNIT_DEBITS
    lines = [dr(account, vary(books.rng, books.scale.share(size), 20)) for account, size in sizes]
    for asset_class in UNIT_CLASSES:
        lines += _assets(books, asset_class)
    if is_pawnshop:
        equity = accounts.PAWNSHOP_CAPITAL
    elif books.kind in _WITHOUT_OWN_BUDGET:
        equity = accounts.UNIT_SURPLUS
    else:
        equity = accounts.ACCUMULATED_FUND
    _post(books, day, lines, equity)
    return True


def _assets(books: Books, asset_class: AssetClass) -> list[DemoLine]:
    cost = vary(books.rng, books.scale.share(asset_class.size_percent), 25, step=100)
    used_percent = str(books.rng.randint(25, 55))
    return [
        dr(asset_class.cost, cost),
        cr(asset_class.accumulated, percent_of(cost, used_percent)),
    ]


def _post(books: Books, day: date, lines: list[DemoLine], equity: str) -> None:
    balance = sum((line.debit - line.credit for line in lines), Decimal("0.00"))
    books.post(
        OPENING,
        day,
        "บันทึกยอดยกมา ณ วันที่ 1 ตุลาคม 2568",
        [*lines, cr(equity, balance, "ยอดสะสมยกมาจากปีงบประมาณ 2568")],
        reference="ใบผ่านรายการบัญชีทั่วไป ยอดยกมา",
    )
