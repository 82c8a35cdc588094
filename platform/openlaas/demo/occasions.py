"""What happens now and then: guarantees, deposits, advances, gifts, corrections, disposals."""

from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, revenue, spending
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import Books, cr, dr
from openlaas.demo.sellers import draw_seller
from openlaas.demo.working_days import days_later

_EQUIPMENT = "1206010101.001"
_EQUIPMENT_ACCUMULATED = "1206010103.001"
_EQUIPMENT_DISPOSED = "5203010111.001"
_TRAVEL = "5103010199.001"
_LIGHTING = "1206030101.001"
_LEFT_VALUE = Decimal("1.00")
_FORFEITED_IN = 8  # one guarantee in so many


def receive_guarantee(books: Books, day: date) -> None:
    """DP01: a contract guarantee in cash; DP02 gives it back, or now and then DP03 keeps it."""
    amount = vary(books.rng, books.scale.now_and_then("0.03"), 50, step=10)
    seller = draw_seller(books.rng)
    books.post(
        "DP01",
        day,
        f"รับเงินประกันสัญญาจาก{seller.name}",
        [dr(accounts.CASH, amount), cr(accounts.GUARANTEE, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    revenue.plan_banking(books, day)
    is_forfeited = books.rng.randint(1, _FORFEITED_IN) == 1
    after = days_later(day, books.rng.randint(45, 150))
    ending = _forfeit if is_forfeited else _return_guarantee
    books.plan(after, partial(ending, amount=amount, name=seller.name))


def _return_guarantee(books: Books, day: date, *, amount: Decimal, name: str) -> bool:
    if not books.may_pay(accounts.CURRENT, amount, day):
        return False
    books.post(
        "DP02",
        day,
        f"คืนเงินประกันสัญญาให้{name}",
        [dr(accounts.GUARANTEE, amount), cr(accounts.CURRENT, amount)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def _forfeit(books: Books, day: date, *, amount: Decimal, name: str) -> bool:
    books.post(
        "DP03",
        day,
        f"ริบเงินประกันสัญญาของ{name}",
        [dr(accounts.GUARANTEE, amount), cr(accounts.CONTRACT_FINE, amount)],
        reference=f"ใบผ่านรายการ {books.number('general', day)}",
    )
    return True


def receive_deposit(books: Books, day: date) -> None:
    """DP04: money held for another; DP05 spends it on the body's own work."""
    amount = vary(books.rng, books.scale.now_and_then("0.08"), 50, step=100)
    books.post(
        "DP04",
        day,
        "รับเงินรับฝากจากหน่วยงานอื่นเพื่อดำเนินโครงการ",
        [dr(accounts.SAVINGS, amount), cr(accounts.DEPOSIT, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    books.plan(days_later(day, books.rng.randint(20, 60)), partial(_spend_deposit, amount=amount))


def _spend_deposit(books: Books, day: date, *, amount: Decimal) -> bool:
    bill = spending.Bill(
        gross=amount, what="ค่าจ้างเหมาโครงการจากเงินรับฝาก", seller=draw_seller(books.rng)
    )
    books.post(
        "DP05",
        day,
        f"ตั้งหนี้{bill.what} ของ{bill.seller.name}",
        [
            dr(accounts.HIRED_SERVICE, amount),
            cr(bill.seller.payable, amount),
            dr(accounts.DEPOSIT, amount),
            cr(accounts.FROM_DEPOSIT, amount),
        ],
        reference=f"ใบตรวจรับ {books.number('inspection', day)}",
    )
    books.plan(days_later(day, 10), partial(spending.pay, bill=bill))
    return True


def request_staff_advance(books: Books, day: date) -> None:
    """EX13, EX14 and EX15: an advance for travel, cleared within thirty days, the rest returned."""
    amount = vary(books.rng, books.scale.now_and_then("0.02"), 50, step=100)
    books.plan(days_later(day, 2), partial(_pay_advance, amount=amount))


def _pay_advance(books: Books, day: date, *, amount: Decimal) -> bool:
    if not books.may_pay(accounts.CURRENT, amount, day):
        return False
    contract = f"สัญญาการยืมเงิน {books.number('staff loan', day)}"
    books.post(
        "EX13",
        day,
        "จ่ายเงินยืมค่าใช้จ่ายเดินทางไปราชการ",
        [dr(accounts.STAFF_ADVANCE, amount), cr(accounts.CURRENT, amount)],
        reference=contract,
    )
    spent = percent_of(amount, str(books.rng.randint(70, 100)))
    task = partial(_clear_advance, spent=spent, left=amount - spent, contract=contract)
    books.plan(days_later(day, books.rng.randint(10, 25)), task)
    return True


def _clear_advance(
    books: Books, day: date, *, spent: Decimal, left: Decimal, contract: str
) -> bool:
    books.post(
        "EX14",
        day,
        "ส่งใช้เงินยืมด้วยใบสำคัญค่าใช้จ่ายเดินทางไปราชการ",
        [dr(_TRAVEL, spent), cr(accounts.STAFF_ADVANCE, spent)],
        reference=contract,
    )
    if left:
        books.post(
            "EX15",
            day,
            "คืนเงินยืมเหลือจ่ายเป็นเงินสด",
            [dr(accounts.CASH, left), cr(accounts.STAFF_ADVANCE, left)],
            reference=contract,
        )
        revenue.plan_banking(books, day)
    return True


def find_overpayment(books: Books, day: date) -> None:
    """EX16: too much was paid to a seller; the money comes back in cash two weeks later."""
    amount = vary(books.rng, books.scale.now_and_then("0.005"), 50, step=1)
    books.post(
        "EX16",
        day,
        "ตั้งเงินรอรับคืนจากการจ่ายเงินค่าจ้างเหมาเกิน",
        [dr(accounts.TO_BE_RECOVERED, amount), cr(accounts.HIRED_SERVICE, amount)],
        reference=f"ใบผ่านรายการ {books.number('general', day)}",
    )
    books.plan(days_later(day, 14), partial(_recover, amount=amount))


def _recover(books: Books, day: date, *, amount: Decimal) -> bool:
    books.post(
        "EX16",
        day,
        "รับคืนเงินค่าจ้างเหมาที่จ่ายเกิน",
        [dr(accounts.CASH, amount), cr(accounts.TO_BE_RECOVERED, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    revenue.plan_banking(books, day)
    return True


def receive_unidentified(books: Books, day: date) -> None:
    """RV12: money of unknown origin; cleared to other income when its owner is found."""
    amount = vary(books.rng, books.scale.now_and_then("0.004"), 80, step=1)
    books.post(
        "RV12",
        day,
        "รับเงินโอนเข้าบัญชีที่ยังไม่ทราบที่มา",
        [dr(accounts.SAVINGS, amount), cr(accounts.UNIDENTIFIED, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    books.plan(days_later(day, books.rng.randint(15, 60)), partial(_identify, amount=amount))


def _identify(books: Books, day: date, *, amount: Decimal) -> bool:
    books.post(
        "RV12",
        day,
        "ล้างเงินรอตรวจสอบเป็นรายได้เบ็ดเตล็ดเมื่อทราบที่มา",
        [dr(accounts.UNIDENTIFIED, amount), cr(accounts.OTHER_INCOME, amount)],
        reference=f"ใบผ่านรายการ {books.number('general', day)}",
    )
    return True


def receive_donation(books: Books, day: date) -> None:
    """RV17: a gift for a purpose, deferred, then recognised when it is used."""
    amount = vary(books.rng, books.scale.now_and_then("0.02"), 50, step=100)
    books.post(
        "RV17",
        day,
        "รับบริจาคเงินเพื่อช่วยเหลือผู้ประสบภัย",
        [dr(accounts.CASH, amount), cr(accounts.DONATION_DEFERRED, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    revenue.plan_banking(books, day)
    books.plan(days_later(day, 40), partial(_use_donation, amount=amount))


def _use_donation(books: Books, day: date, *, amount: Decimal) -> bool:
    books.post(
        "RV17",
        day,
        "รับรู้รายได้จากการบริจาคเมื่อใช้ตามวัตถุประสงค์",
        [dr(accounts.DONATION_DEFERRED, amount), cr(accounts.DONATION_USED, amount)],
        reference=f"ใบผ่านรายการ {books.number('general', day)}",
    )
    return True


def receive_tax_early(books: Books, day: date) -> None:
    """RV06: land tax of a coming period, paid before it is due."""
    amount = vary(books.rng, books.scale.now_and_then("0.01"), 50, step=1)
    books.post(
        "RV06",
        day,
        "รับชำระภาษีที่ดินและสิ่งปลูกสร้างล่วงหน้า",
        [dr(accounts.CASH, amount), cr(accounts.TAX_IN_ADVANCE, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    revenue.plan_banking(books, day)


def receive_asset_gift(books: Books, day: date) -> None:
    """AS02: office equipment given to the body, at fair value."""
    _receive_asset(
        books,
        day,
        rule_id="AS02",
        pair=(_EQUIPMENT, accounts.ASSET_DONATED),
        description="รับบริจาคครุภัณฑ์สำนักงาน",
    )


def receive_asset_transfer(books: Books, day: date) -> None:
    """AS03: lighting handed over by an agency, at fair value."""
    _receive_asset(
        books,
        day,
        rule_id="AS03",
        pair=(_LIGHTING, accounts.ASSET_TRANSFERRED_IN),
        description="รับโอนครุภัณฑ์ไฟฟ้าและวิทยุจากส่วนราชการ",
    )


def _receive_asset(
    books: Books, day: date, *, rule_id: str, pair: tuple[str, str], description: str
) -> None:
    account, income = pair
    value = vary(books.rng, books.scale.now_and_then("0.04"), 40, step=100)
    books.post(
        rule_id,
        day,
        description,
        [dr(account, value), cr(income, value)],
        reference=f"ทะเบียนทรัพย์สิน {books.number('asset', day)}",
    )


def sell_old_equipment(books: Books, day: date) -> None:
    """AS05: equipment written down to 1 baht leaves the register and is auctioned for cash."""
    cost = vary(books.rng, books.scale.now_and_then("0.02"), 40, step=100)
    reference = f"ทะเบียนทรัพย์สิน {books.number('asset', day)}"
    books.post(
        "AS05",
        day,
        "จำหน่ายครุภัณฑ์สำนักงานชำรุดออกจากทะเบียน",
        [
            dr(_EQUIPMENT_DISPOSED, _LEFT_VALUE),
            dr(_EQUIPMENT_ACCUMULATED, cost - _LEFT_VALUE),
            cr(_EQUIPMENT, cost),
        ],
        reference=reference,
    )
    proceeds = percent_of(cost, str(books.rng.randint(3, 12)))
    books.plan(days_later(day, 5), partial(_auction, proceeds=proceeds, reference=reference))


def _auction(books: Books, day: date, *, proceeds: Decimal, reference: str) -> bool:
    books.post(
        "AS05",
        day,
        "รับเงินจากการขายทอดตลาดครุภัณฑ์",
        [dr(accounts.CASH, proceeds), cr(accounts.EQUIPMENT_SALE, proceeds)],
        reference=reference,
    )
    revenue.plan_banking(books, day)
    return True
