"""The adjusting entries of 30 September; closing the year is left to the officers."""

from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import Books, DemoLine, cr, dr
from openlaas.demo.opening import ASSET_CLASSES, AssetClass
from openlaas.demo.working_days import days_later

# How many entries the adjustments come to, so that the year's other documents leave room for them.
ADJUSTMENTS = 18
_ONE_BAHT = Decimal("1.00")
_INSURANCE = "5104030203.001"
_BAD_TRADE_DEBT = "5108010101.001"
_CAUTIOUS_PERCENT = "20"  # the rate of a debt in its second year


def adjust(books: Books, day: date) -> bool:
    """Post a local body's adjusting entries."""
    depreciate(books, day, ASSET_CLASSES)
    _accrue(books, day)
    _adjust_grants(books, day)
    _write_off(books, day)
    _provide(books, day)
    _reclassify_loan(books, day)
    return True


def depreciate(books: Books, day: date, classes: tuple[AssetClass, ...]) -> None:
    """AS01: a year of straight-line depreciation of each class, down to a residual of 1 baht."""
    pairs = []
    for asset_class in classes:
        cost = books.debit_balance(asset_class.cost)
        left = cost - books.credit_balance(asset_class.accumulated) - _ONE_BAHT
        charge = min((cost / asset_class.life).quantize(_ONE_BAHT), left)
        if charge > 0:
            pairs.append((charge, asset_class))
    for group in [pairs] if books.is_light else [[pair] for pair in pairs]:
        lines: list[DemoLine] = []
        for charge, asset_class in group:
            lines += [dr(asset_class.depreciation, charge), cr(asset_class.accumulated, charge)]
        names = " ".join(asset_class.name for _, asset_class in group)
        _post(books, day, "AS01", f"ค่าเสื่อมราคาประจำปี {names}", lines)


def _accrue(books: Books, day: date) -> None:
    rng, scale = books.rng, books.scale
    utilities = vary(rng, scale.share("0.13"), 20)
    service = vary(rng, scale.share("0.1"), 30, step=10)
    interest = percent_of(books.debit_balance(accounts.FIXED_DEPOSIT), "0.9")
    prepaid = percent_of(books.debit_balance(_INSURANCE), "40")
    for rule_id, description, debit, credit, amount in (
        (
            "YE01",
            "ตั้งค่าไฟฟ้าค้างจ่ายเดือนกันยายน",
            accounts.ELECTRICITY,
            accounts.UTILITIES_ACCRUED,
            utilities,
        ),
        (
            "YE02",
            "ตั้งค่าจ้างเหมาบริการค้างจ่ายสิ้นปี",
            accounts.HIRED_SERVICE,
            accounts.EXPENSE_ACCRUED,
            service,
        ),
        (
            "YE03",
            "ดอกเบี้ยเงินฝากประจำค้างรับ",
            accounts.INCOME_RECEIVABLE,
            accounts.INTEREST,
            interest,
        ),
        ("YE04", "ค่าเบี้ยประกันภัยจ่ายล่วงหน้า", accounts.PREPAID, _INSURANCE, prepaid),
    ):
        if amount > 0:
            _post(books, day, rule_id, description, [dr(debit, amount), cr(credit, amount)])
    books.plan(days_later(day, 13), partial(_pay_accrued, account=accounts.UTILITIES_ACCRUED))
    books.plan(days_later(day, 20), partial(_pay_accrued, account=accounts.EXPENSE_ACCRUED))


def _pay_accrued(books: Books, day: date, *, account: str) -> bool:
    owed = books.credit_balance(account)
    if not books.may_pay(accounts.CURRENT, owed, day):
        return False
    books.post(
        "EX07",
        day,
        "จ่ายค่าใช้จ่ายค้างจ่ายที่ตั้งไว้สิ้นปีก่อน",
        [dr(account, owed), cr(accounts.CURRENT, owed)],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def _adjust_grants(books: Books, day: date) -> None:
    promised = vary(books.rng, books.scale.share("0.3"), 30, step=100)
    _post(
        books,
        day,
        "RV10",
        "เงินอุดหนุนเฉพาะกิจค้างรับ ซึ่งจ่ายค่าใช้จ่ายไปแล้ว",
        [dr(accounts.GRANT_RECEIVABLE, promised), cr(accounts.SPECIFIC_GRANT, promised)],
    )
    unspent = percent_of(books.credit_balance(accounts.GRANT_IN_ADVANCE), "10")
    if unspent > 0:
        _post(
            books,
            day,
            "RV11",
            "เงินอุดหนุนเฉพาะกิจเหลือจ่ายรอส่งคืน",
            [dr(accounts.GRANT_IN_ADVANCE, unspent), cr(accounts.GRANT_TO_RETURN, unspent)],
        )


def _write_off(books: Books, day: date) -> None:
    debt = percent_of(books.debit_balance(accounts.TRADE_RECEIVABLE), "2")
    allowed = min(percent_of(debt, "50"), books.credit_balance(accounts.TRADE_ALLOWANCE))
    if debt > 0 and allowed > 0:
        _post(
            books,
            day,
            "RV16",
            "ตัดหนี้สูญลูกหนี้ค่าสินค้าและบริการที่เรียกเก็บไม่ได้",
            [
                dr(accounts.TRADE_ALLOWANCE, allowed),
                dr(_BAD_TRADE_DEBT, debt - allowed),
                cr(accounts.TRADE_RECEIVABLE, debt),
            ],
        )


def _provide(books: Books, day: date) -> None:
    for receivable, allowance, expense, name in (
        (
            accounts.TRADE_RECEIVABLE,
            accounts.TRADE_ALLOWANCE,
            accounts.DOUBTFUL_TRADE,
            "ลูกหนี้ค่าสินค้าและบริการ",
        ),
        (
            accounts.LAND_TAX_RECEIVABLE,
            accounts.LAND_TAX_ALLOWANCE,
            accounts.DOUBTFUL_LAND_TAX,
            "ลูกหนี้ภาษีที่ดินและสิ่งปลูกสร้าง",
        ),
    ):
        wanted = percent_of(books.debit_balance(receivable), _CAUTIOUS_PERCENT)
        increase = wanted - books.credit_balance(allowance)
        if increase > 0:
            lines = [dr(expense, increase), cr(allowance, increase)]
            _post(books, day, "RV15", f"ตั้งค่าเผื่อหนี้สงสัยจะสูญ {name}", lines)


def _reclassify_loan(books: Books, day: date) -> None:
    due = percent_of(books.credit_balance(accounts.LOAN_LONG), "10")
    if due > 0:
        _post(
            books,
            day,
            "YE05",
            "จัดประเภทเงินกู้ระยะยาวส่วนที่ถึงกำหนดชำระภายในหนึ่งปี",
            [dr(accounts.LOAN_LONG, due), cr(accounts.LOAN_SHORT, due)],
        )


def _post(books: Books, day: date, rule_id: str, description: str, lines: list[DemoLine]) -> None:
    reference = f"ใบผ่านรายการ {books.number('general', day)}"
    books.post(rule_id, day, description, lines, reference=reference)
