"""Contracts that last: construction by instalments, equipment in parts, projects paid by grants."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, spending
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import Books, cr, dr
from openlaas.demo.sellers import Seller, draw_seller
from openlaas.demo.spending import Bill
from openlaas.demo.working_days import days_later

_ROAD = "1208010101.001"
_OFFICE_EQUIPMENT = "1206010101.001"
_OFFICE_EQUIPMENT_IN_PARTS = "1206010102.001"
_EQUIPMENT = (
    ("1206010101.001", "ครุภัณฑ์สำนักงาน"),
    ("1206100101.001", "ครุภัณฑ์คอมพิวเตอร์"),
    ("1206030101.001", "ครุภัณฑ์ไฟฟ้าและวิทยุ"),
    ("1206120101.001", "ครุภัณฑ์งานบ้านงานครัว"),
    ("1206050101.001", "ครุภัณฑ์การเกษตร"),
)
_CAPITALISED_FROM = Decimal(10_000)
_VILLAGES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A construction contract, paid in equal instalments; 15 % may be paid in advance."""

    what: str
    seller: Seller
    instalment: Decimal
    instalments: int
    has_advance: bool


def sign_road_contract(books: Books, day: date, *, percent: str) -> bool:
    """EX12, EX05, EX06 and EX07: a village road of so many percent of a year's revenue."""
    rng = books.rng
    instalments = 2 if books.is_light else 3
    total = vary(rng, books.scale.share(percent), 20, step=1000)
    contract = Contract(
        what=f"โครงการก่อสร้างถนนคอนกรีตเสริมเหล็ก หมู่ที่ {rng.randint(1, _VILLAGES)}",
        seller=draw_seller(rng),
        instalment=(total / instalments).quantize(Decimal(1)).quantize(Decimal("0.01")),
        instalments=instalments,
        has_advance=not books.is_light,
    )
    if contract.has_advance:
        books.plan(days_later(day, 7), partial(_pay_advance, contract=contract))
    books.plan(days_later(day, 40), partial(_accept_instalment, contract=contract, done=0))
    return True


def _pay_advance(books: Books, day: date, *, contract: Contract) -> bool:
    advance = percent_of(contract.instalment, "15") * contract.instalments
    if not books.may_pay(accounts.CURRENT, advance, day):
        return False
    books.post(
        "EX12",
        day,
        f"จ่ายเงินล่วงหน้าตามสัญญา {contract.what} ให้{contract.seller.name}",
        [dr(accounts.PAID_IN_ADVANCE, advance), cr(accounts.CURRENT, advance)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def _accept_instalment(books: Books, day: date, *, contract: Contract, done: int) -> bool:
    number = done + 1
    is_last = number == contract.instalments
    advance = percent_of(contract.instalment, "15")
    # An advance that the bank could not carry yet is not there to be recovered.
    has_advance = contract.has_advance and books.debit_balance(accounts.PAID_IN_ADVANCE) >= advance
    bill = Bill(
        gross=contract.instalment,
        what=f"{contract.what} งวดที่ {number}",
        seller=contract.seller,
        retention=percent_of(contract.instalment, "5"),
        advance=advance if has_advance else Decimal("0.00"),
    )
    if is_last and books.rng.randint(1, 3) == 1:
        bill = spending.with_fine(bill, "0.5")
    spending.accept(books, day, account=accounts.WORKS_IN_PROGRESS, bill=bill, rule_id="EX05")
    if is_last:
        books.plan(days_later(day, 3), partial(_complete, contract=contract))
    else:
        books.plan(days_later(day, 40), partial(_accept_instalment, contract=contract, done=number))
    return True


def _complete(books: Books, day: date, *, contract: Contract) -> bool:
    total = contract.instalment * contract.instalments
    books.post(
        "EX06",
        day,
        f"โอนงานระหว่างก่อสร้างเป็นถนน {contract.what}",
        [dr(_ROAD, total), cr(accounts.WORKS_IN_PROGRESS, total)],
        reference=f"ทะเบียนทรัพย์สิน {books.number('asset', day)}",
    )
    return True


def buy_equipment(books: Books, day: date) -> None:
    """EX02: equipment of 10,000 baht or more is an asset."""
    account, name = books.rng.choice(_EQUIPMENT)
    price = max(vary(books.rng, books.scale.now_and_then("0.15"), 60, step=100), _CAPITALISED_FROM)
    bill = Bill(gross=price.quantize(Decimal("0.01")), what=name, seller=draw_seller(books.rng))
    spending.accept(books, day, account=account, bill=bill)


def buy_equipment_in_parts(books: Books, day: date) -> None:
    """EX03, then EX04: furniture delivered in two parts, each paid."""
    part = max(vary(books.rng, books.scale.now_and_then("0.1"), 40, step=100), _CAPITALISED_FROM)
    part = part.quantize(Decimal("0.01"))
    bill = Bill(gross=part, what="ครุภัณฑ์สำนักงาน (ส่งมอบบางส่วน)", seller=draw_seller(books.rng))
    spending.accept(books, day, account=_OFFICE_EQUIPMENT_IN_PARTS, bill=bill, rule_id="EX03")
    books.plan(days_later(day, 30), partial(_accept_last_part, first=bill))


def _accept_last_part(books: Books, day: date, *, first: Bill) -> bool:
    part = first.gross
    bill = Bill(gross=part, what="ครุภัณฑ์สำนักงาน (งวดสุดท้าย)", seller=first.seller)
    books.post(
        "EX04",
        day,
        f"ตรวจรับ{bill.what} จาก{bill.seller.name}",
        [
            dr(_OFFICE_EQUIPMENT, part + part),
            cr(_OFFICE_EQUIPMENT_IN_PARTS, part),
            cr(bill.seller.payable, part),
        ],
        reference=f"ใบตรวจรับ {books.number('inspection', day)}",
    )
    books.plan(days_later(day, 14), partial(spending.pay, bill=bill))
    return True


def spend_specific_grant(books: Books, day: date) -> bool:
    """EX02 with RV09: a project paid by a specific grant, recognised as revenue with its cost."""
    amount = min(
        vary(books.rng, books.scale.share("1.2"), 20, step=100),
        books.credit_balance(accounts.GRANT_IN_ADVANCE),
    )
    if amount <= 0:
        return True
    bill = Bill(
        gross=amount, what="ค่าจ้างเหมาโครงการตามเงินอุดหนุนเฉพาะกิจ", seller=draw_seller(books.rng)
    )
    spending.accept(books, day, account=accounts.HIRED_SERVICE, bill=bill)
    books.post(
        "RV09",
        day,
        "รับรู้รายได้เงินอุดหนุนเฉพาะกิจตามการตรวจรับ",
        [dr(accounts.GRANT_IN_ADVANCE, amount), cr(accounts.SPECIFIC_GRANT, amount)],
        reference=f"ใบผ่านรายการ {books.number('general', day)}",
    )
    return True
