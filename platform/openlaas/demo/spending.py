"""Money going out to sellers: acceptance, payment, supplies, utilities, tax kept back."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, rules
from openlaas.demo.amounts import percent_of, skewed, vary
from openlaas.demo.ledger import Books, DemoLine, cr, dr
from openlaas.demo.sellers import STATE_UTILITY, Seller, draw_seller
from openlaas.demo.working_days import days_later, month_in_words

_ZERO = Decimal("0.00")
_CANCELLED_CHEQUE_IN = 150  # one payment in so many
_LEAST_TO_CANCEL = Decimal(1000)
_SCHOOL_SUBSIDY = "5107010116.001"

# Types of expenditure that offices buy all year round, with a weight.
_EVERYDAY = {
    "330100": 10,
    "330200": 5,
    "330300": 5,
    "330600": 5,
    "330700": 4,
    "330800": 12,
    "330900": 3,
    "331100": 2,
    "331400": 5,
    "331700": 2,
    "330400": 5,
    "320100": 25,
    "320200": 3,
    "320300": 8,
    "320400": 8,
    "510100": 1,
}
# How papers call what the classification names at length.
_SPOKEN = {
    "320100": "ค่าจ้างเหมาบริการ",
    "320200": "ค่ารับรองและพิธีการ",
    "320300": "ค่าใช้จ่ายโครงการและกิจกรรม",
    "320400": "ค่าซ่อมแซมและบำรุงรักษาทรัพย์สิน",
    "510100": "ค่าจ้างที่ปรึกษา",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What is owed to a seller, and what will be kept back when it is paid. Baht."""

    gross: Decimal
    what: str
    seller: Seller
    fine: Decimal = _ZERO
    retention: Decimal = _ZERO
    advance: Decimal = _ZERO


def mean_purchase(books: Books) -> Decimal:
    """Give the usual size of a purchase, so that a year's purchases come to a fifth of revenue."""
    return books.scale.each("20", books.scale.count // 5, "0.9")


def accept_purchase(books: Books, day: date) -> None:
    """EX02: goods or services for everyday work are accepted; paid within weeks."""
    code = books.rng.choices(tuple(_EVERYDAY), weights=tuple(_EVERYDAY.values()))[0]
    official_name, account = rules.budget_types()[code]
    name = _SPOKEN.get(code, official_name)
    gross = skewed(books.rng, mean_purchase(books), step=10)
    accept(
        books,
        day,
        account=account,
        bill=Bill(gross=gross, what=name, seller=draw_seller(books.rng)),
    )


def accept(books: Books, day: date, *, account: str, bill: Bill, rule_id: str = "EX02") -> None:
    """Set up the payable at inspection, and plan its payment in one to four weeks."""
    books.post(
        rule_id,
        day,
        f"ตรวจรับ{bill.what} จาก{bill.seller.name}",
        [dr(account, bill.gross), cr(bill.seller.payable, bill.gross)],
        reference=f"ใบตรวจรับ {books.number('inspection', day)}",
    )
    books.plan(days_later(day, books.rng.randint(5, 28)), partial(pay, bill=bill))


def pay(books: Books, day: date, *, bill: Bill) -> bool:
    """EX07: pay a bill by cheque, less the tax and whatever else is kept back."""
    tax = bill.seller.withheld(bill.gross)
    net = bill.gross - tax - bill.fine - bill.retention - bill.advance
    if not books.may_pay(accounts.CURRENT, net, day):
        return False
    reference = f"ฎีกา {books.number('voucher', day)}"
    books.post(
        "EX07",
        day,
        f"จ่ายเงิน{bill.what} ให้{bill.seller.name}",
        [
            dr(bill.seller.payable, bill.gross),
            cr(accounts.CURRENT, net, f"เช็คเลขที่ {books.number('cheque', day)}"),
            cr(bill.seller.withholding, tax, "ภาษีเงินได้หัก ณ ที่จ่าย"),
            cr(accounts.CONTRACT_FINE, bill.fine, "ค่าปรับ"),
            cr(accounts.RETENTION, bill.retention, "เงินประกันผลงาน"),
            cr(accounts.PAID_IN_ADVANCE, bill.advance, "หักเงินจ่ายล่วงหน้า"),
        ],
        reference=reference,
    )
    is_plain = net == bill.gross - tax and net > _LEAST_TO_CANCEL
    if is_plain and books.rng.randint(1, _CANCELLED_CHEQUE_IN) == 1:
        books.plan(
            days_later(day, books.rng.randint(3, 20)),
            partial(cancel_cheque, bill=bill, net=net, voucher=reference),
        )
    return True


def cancel_cheque(books: Books, day: date, *, bill: Bill, net: Decimal, voucher: str) -> bool:
    """EX17: a cheque is cancelled and the net payable opens again; a new cheque follows."""
    books.post(
        "EX17",
        day,
        f"ยกเลิกเช็คตาม{voucher} เนื่องจากระบุชื่อผู้รับเงินคลาดเคลื่อน",
        [dr(accounts.CURRENT, net), cr(bill.seller.payable, net)],
        reference=voucher,
    )
    books.plan(days_later(day, 3), partial(_pay_again, bill=bill, net=net))
    return True


def _pay_again(books: Books, day: date, *, bill: Bill, net: Decimal) -> bool:
    if not books.may_pay(accounts.CURRENT, net, day):
        return False
    books.post(
        "EX07",
        day,
        f"ออกเช็คใหม่แทนฉบับที่ยกเลิก ให้{bill.seller.name}",
        [
            dr(bill.seller.payable, net),
            cr(accounts.CURRENT, net, f"เช็คเลขที่ {books.number('cheque', day)}"),
        ],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def accept_utilities(books: Books, day: date) -> bool:
    """EX02: last month's electricity, water, telephone and internet, paid within a week or so."""
    month = days_later(day.replace(day=1), -10)
    lines = [
        dr(rules.budget_types()[code][1], vary(books.rng, books.scale.share(size) / 12, 20), name)
        for code, name, size in (
            ("340100", "ค่าไฟฟ้า", "1.6"),
            ("340200", "ค่าน้ำประปา", "0.2"),
            ("340300", "ค่าโทรศัพท์", "0.03"),
            ("340500", "ค่าบริการสื่อสารและโทรคมนาคม", "0.1"),
        )
    ]
    gross = sum((line.debit for line in lines), _ZERO)
    bill = Bill(gross=gross, what=f"ค่าสาธารณูปโภคเดือน {month_in_words(month)}", seller=STATE_UTILITY)
    books.post(
        "EX02",
        day,
        f"ตั้งหนี้{bill.what}",
        [*lines, cr(STATE_UTILITY.payable, gross)],
        reference=f"ใบแจ้งหนี้ {books.number('bill', day)}",
    )
    books.plan(days_later(day, 7), partial(pay, bill=bill))
    return True


def accept_allowances(books: Books, day: date) -> bool:
    """EX02: the month's allowances for the old and disabled, or a province's school subsidies."""
    amount = vary(books.rng, books.scale.share("17") / 12, 3, step=100)
    is_province = books.kind == "PAO"
    account = _SCHOOL_SUBSIDY if is_province else accounts.WELFARE
    name = "เงินอุดหนุนสถานศึกษาในสังกัด" if is_province else "เบี้ยยังชีพผู้สูงอายุและผู้พิการ"
    what = f"{name}เดือน {month_in_words(day)}"
    books.post(
        "EX02",
        day,
        f"ตั้งหนี้{what}",
        [dr(account, amount), cr(accounts.PAYABLE, amount)],
        reference=f"บัญชีรายชื่อ {books.number('allowance list', day)}",
    )
    books.plan(days_later(day, 5), partial(_pay_allowances, amount=amount, what=what))
    return True


def _pay_allowances(books: Books, day: date, *, amount: Decimal, what: str) -> bool:
    if not books.may_pay(accounts.CURRENT, amount, day):
        return False
    books.post(
        "EX07",
        day,
        f"จ่าย{what}",
        [dr(accounts.PAYABLE, amount), cr(accounts.CURRENT, amount)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def plan_withholding(books: Books, day: date, *, due: date) -> None:
    """Plan the remittance of the tax kept back up to now: called as a month begins."""
    owed = [
        dr(account, balance, form)
        for account, form in (
            (accounts.WHT_STAFF, "ภ.ง.ด.1"),
            (accounts.WHT_PERSON, "ภ.ง.ด.3"),
            (accounts.WHT_FIRM, "ภ.ง.ด.53"),
            (accounts.WHT_STATE, "ภ.ง.ด.53 หน่วยงานของรัฐ"),
        )
        if (balance := books.credit_balance(account)) > 0
    ]
    for group in [owed] if books.is_light and owed else [[line] for line in owed]:
        books.plan(due, partial(_remit, owed=group))


def _remit(books: Books, day: date, *, owed: list[DemoLine]) -> bool:
    total = sum((line.debit for line in owed), _ZERO)
    if not books.may_pay(accounts.CURRENT, total, day):
        return False
    forms = " ".join(line.memo or "" for line in owed)
    books.post(
        "EX08",
        day,
        f"นำส่งภาษีหัก ณ ที่จ่าย {forms}",
        [*owed, cr(accounts.CURRENT, total)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def buy_supplies(books: Books, day: date) -> None:
    """AS06: supplies bought into stock; AS07: most of them issued in the following weeks."""
    gross = skewed(books.rng, mean_purchase(books), step=10)
    bill = Bill(gross=gross, what="วัสดุสำนักงานเข้าคลัง", seller=draw_seller(books.rng))
    accept(books, day, account=accounts.SUPPLIES, bill=bill, rule_id="AS06")
    used = percent_of(gross, str(books.rng.randint(60, 95)))
    books.plan(days_later(day, books.rng.randint(10, 60)), partial(_issue_supplies, amount=used))


def _issue_supplies(books: Books, day: date, *, amount: Decimal) -> bool:
    books.post(
        "AS07",
        day,
        "เบิกวัสดุสำนักงานไปใช้ในราชการ",
        [dr(accounts.SUPPLIES_USED, amount), cr(accounts.SUPPLIES, amount)],
        reference=f"ใบเบิกวัสดุ {books.number('stock issue', day)}",
    )
    return True


def spend_accumulated_fund(books: Books, day: date) -> None:
    """EX18: a service paid from the accumulated fund; the entry is as EX02."""
    bill = Bill(
        gross=vary(books.rng, books.scale.now_and_then("0.4"), 40, step=10),
        what="ค่าจ้างเหมาซ่อมแซมเร่งด่วน (จ่ายขาดเงินสะสมตามมติสภาท้องถิ่น)",
        seller=draw_seller(books.rng),
    )
    accept(books, day, account=accounts.HIRED_SERVICE, bill=bill, rule_id="EX18")


def with_fine(bill: Bill, percent: str) -> Bill:
    """Give the bill with a fine for late delivery, in percent of its price."""
    return replace(bill, fine=percent_of(bill.gross, percent))
