"""The month's pay: set up, paid net, deductions paid over."""

from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import Books, DemoLine, cr, dr
from openlaas.demo.working_days import days_later, month_in_words, on_or_before

_ZERO = Decimal("0.00")

# Kinds of pay: account, Thai name, percent of the body's yearly revenue.
_LOCAL_PAY = (
    ("5101010199.001", "เงินเดือนฝ่ายการเมือง", "4"),
    ("5101010101.001", "เงินเดือนพนักงานส่วนท้องถิ่น", "14"),
    ("5101010103.001", "เงินประจำตำแหน่ง", "0.7"),
    ("5101010113.001", "ค่าจ้างลูกจ้างประจำ", "0.8"),
    ("5101010199.002", "ค่าตอบแทนพนักงานจ้าง", "7"),
    ("5104040108.001", "เงินเพิ่มการครองชีพชั่วคราว", "0.5"),
)
_UNIT_PAY = ("5101010199.002", "ค่าตอบแทนพนักงานจ้าง")
# What is kept back, in percent of the month's gross.
_KEPT_BACK = (
    (accounts.WHT_STAFF, "ภาษีเงินได้ ภ.ง.ด.1", "1.4"),
    (accounts.SOCIAL_SECURITY, "เงินสมทบประกันสังคมส่วนของลูกจ้าง", "1.3"),
    (accounts.OTHER_DEDUCTIONS, "สหกรณ์ออมทรัพย์และเงินกู้ กยศ.", "14"),
    (accounts.PROVIDENT_FUND, "กสจ.", "0.1"),
)
_DEDUCTIONS = (accounts.SOCIAL_SECURITY, accounts.OTHER_DEDUCTIONS, accounts.PROVIDENT_FUND)


def set_up_pay(books: Books, day: date, *, unit_percent: str | None = None) -> bool:
    """EX09: set up the month's pay, which EX10 pays by the 27th.

    A unit has one kind of staff, paid so many percent of its yearly revenue.
    """
    kinds = ((*_UNIT_PAY, unit_percent),) if unit_percent else _LOCAL_PAY
    lines = [
        dr(account, vary(books.rng, books.scale.share(size) / 12, 2, step=10), name)
        for account, name, size in kinds
    ]
    gross = sum((line.debit for line in lines), _ZERO)
    month = month_in_words(day)
    books.post(
        "EX09",
        day,
        f"ตั้งหนี้เงินเดือนและค่าตอบแทนเดือน {month}",
        [*lines, cr(accounts.STAFF_PAYABLE, gross)],
        reference=f"บัญชีจ่ายเงินเดือน {books.number('payroll', day)}",
    )
    payday = on_or_before(day.replace(day=27))
    books.plan(payday, partial(_pay, gross=gross, month=month))
    return True


def _pay(books: Books, day: date, *, gross: Decimal, month: str) -> bool:
    if not books.may_pay(accounts.SAVINGS, gross, day):
        return False
    kept = [cr(account, percent_of(gross, size), name) for account, name, size in _KEPT_BACK]
    net = gross - sum((line.credit for line in kept), _ZERO)
    books.post(
        "EX10",
        day,
        f"จ่ายเงินเดือนและค่าตอบแทนเดือน {month} ผ่านธนาคาร",
        [dr(accounts.STAFF_PAYABLE, gross), cr(accounts.SAVINGS, net), *kept],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def plan_deductions(books: Books, day: date) -> None:
    """Plan EX11 for the deductions kept back up to now: called as a month begins."""
    owed = [dr(account, books.credit_balance(account)) for account in _DEDUCTIONS]
    if any(line.debit for line in owed):
        books.plan(days_later(day.replace(day=1), 9), partial(_pay_over, owed=owed))


def _pay_over(books: Books, day: date, *, owed: list[DemoLine]) -> bool:
    total = sum((line.debit for line in owed), _ZERO)
    if not books.may_pay(accounts.CURRENT, total, day):
        return False
    books.post(
        "EX11",
        day,
        "นำส่งเงินหักจากเงินเดือน (ประกันสังคม สหกรณ์ กยศ. กสจ.)",
        [*owed, cr(accounts.CURRENT, total)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True
