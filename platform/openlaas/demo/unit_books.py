"""The year of an affiliated unit: support from its body, small receipts, small purchases, pawns."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, opening, payroll, revenue, spending, year_end
from openlaas.demo.amounts import percent_of, skewed, vary
from openlaas.demo.ledger import Books, cr, dr
from openlaas.demo.sellers import draw_seller
from openlaas.demo.units import DemoUnit, support_of, surplus_of
from openlaas.demo.working_days import days_later, end_of_month, on_or_after, on_or_before

_SEPTEMBER = 9
_SUPPORT_DAY = 20
_WITHHOLDING_DAY = 7
_PURCHASES = 40  # of a hundred unforeseen documents
_TO_BODY = "5210010121.999"
_PAWN_INTEREST = "4404010101.001"
_HEALTH_FUND = "4404040103.001"
_SUPPLIES = (accounts.SUPPLIES_USED, "วัสดุสำนักงาน")
_SERVICE = (accounts.HIRED_SERVICE, "ค่าจ้างเหมาบริการ")
_FOOD = ("5107010115.001", "อาหารเสริม (นม) และอาหารกลางวัน")
_MEDICINE = ("5104010104.002", "ยาและเวชภัณฑ์")


@dataclass(frozen=True, slots=True)
class UnitKind:
    """What a kind of unit earns and buys, by account and Thai name; percent of yearly revenue."""

    support: str
    interest: str
    earn_percent: str
    buy_percent: str
    pay_percent: str
    earns: tuple[tuple[str, str], ...]
    buys: tuple[tuple[str, str], ...]


_EDUCATION = UnitKind(
    "4404050104.001",
    "4404050105.001",
    *("8", "38", "42"),
    (("4404050102.001", "ค่าบริการการศึกษา"), ("4404050109.001", "เงินบริจาค")),
    (_FOOD, _FOOD, _SUPPLIES, _SERVICE),
)
_HEALTH = UnitKind(
    "4404040107.001",
    "4404040108.001",
    *("12", "42", "36"),
    (("4404040101.001", "ค่ารักษาพยาบาล"), ("4404040111.001", "ค่าขายเวชภัณฑ์")),
    (_MEDICINE, _MEDICINE, _SUPPLIES, _SERVICE),
)
_KINDS = {
    "CHILD_CENTRE": _EDUCATION,
    "SCHOOL": _EDUCATION,
    "HOSPITAL": _HEALTH,
    "HEALTH_UNIT": _HEALTH,
    "WATERWORKS": UnitKind(
        "4404020106.001",
        "4404020107.001",
        *("12", "45", "30"),
        (("4404020102.001", "ค่าบริการประจำเดือน"),),
        (_SUPPLIES, _SERVICE),
    ),
    "PAWNSHOP": UnitKind(
        "4404010103.001", "4404010104.001", "2600", "6", "9", (), (_SUPPLIES, _SERVICE)
    ),
    "BUS_PIER": UnitKind(
        "4404030104.001",
        "4404030105.001",
        *("90", "45", "30"),
        (("4404030101.001", "ค่าเช่าสถานที่เพื่อบริการขนส่ง"), ("4404030102.001", "ค่าเช่าห้องสุขา")),
        (_SUPPLIES, _SERVICE),
    ),
    "OTHER": UnitKind(
        "4404060106.001",
        "4404060107.001",
        *("90", "45", "30"),
        (("4404060101.001", "ค่าเช่า"), ("4404060103.001", "ค่าขายสินค้าและบริการ")),
        (_SUPPLIES, _SERVICE),
    ),
}
_PAYROLL_FROM = 150  # entries a year; a smaller unit's staff are paid by its body


class AffiliatedUnit:
    """Tells the days of a unit under a local body."""

    adjustments = 2

    def __init__(self, *, unit: DemoUnit, seed: int) -> None:
        self._unit = unit
        self._seed = seed
        self._kind = _KINDS[unit.kind]

    def open(self, books: Books, day: date) -> None:
        """Post the opening balances."""
        opening.open_unit(books, day)
        if self._unit.kind == "PAWNSHOP":
            books.till_float = books.scale.share("20")
            _plan_old_pawns(books, day)

    def plan_month(self, books: Books, day: date) -> None:
        """Plan a month's documents; called on its first working day, before any of them is made."""
        spending.plan_withholding(books, day, due=on_or_before(day.replace(day=_WITHHOLDING_DAY)))
        if books.scale.count >= _PAYROLL_FROM:
            payroll.plan_deductions(books, day)
            pay = partial(payroll.set_up_pay, unit_percent=self._kind.pay_percent)
            books.plan(on_or_after(day.replace(day=18)), pay)
        support = support_of(self._unit, seed=self._seed, month=day.month)
        if support:
            task = partial(self._receive_support, amount=support)
            books.plan(on_or_after(day.replace(day=_SUPPORT_DAY)), task)
        if self._kind is _HEALTH:
            books.plan(on_or_after(day.replace(day=12)), _receive_health_fund)
        last = on_or_before(end_of_month(day))
        if day.month in {6, 12}:
            books.plan(last, partial(revenue.receive_interest, income=self._kind.interest))
        if day.month == _SEPTEMBER:
            if surplus_of(self._unit, seed=self._seed):
                books.plan(on_or_after(day.replace(day=_SUPPORT_DAY)), self._hand_over)
            books.plan(last, _adjust)

    def start_document(self, books: Books, day: date) -> None:
        """Post a document that the calendar does not foresee; what follows from it is planned."""
        if books.rng.randint(1, 100) <= _PURCHASES:
            self._buy(books, day)
        elif self._unit.kind == "PAWNSHOP":
            _take_pawn(books, day)
        elif self._unit.kind == "WATERWORKS":
            mean = books.scale.each("95", books.scale.count // 6, "4")
            name = "ค่าจำหน่ายน้ำจากมาตรวัดน้ำ"
            revenue.sell_on_credit(books, day, account="4404020101.001", name=name, mean=mean)
        else:
            self._earn(books, day)

    def _buy(self, books: Books, day: date) -> None:
        account, name = books.rng.choice(self._kind.buys)
        # Without a payroll of its own, a unit has few papers, and each is larger.
        most = "1.5" if books.scale.count >= _PAYROLL_FROM else "4"
        mean = books.scale.each(self._kind.buy_percent, books.scale.count // 5, most)
        gross = skewed(books.rng, mean, step=5)
        bill = spending.Bill(gross=gross, what=name, seller=draw_seller(books.rng))
        spending.accept(books, day, account=account, bill=bill)

    def _earn(self, books: Books, day: date) -> None:
        account, name = books.rng.choice(self._kind.earns)
        mean = books.scale.each(self._kind.earn_percent, books.scale.count // 3, "2")
        revenue.collect(books, day, [(account, name, skewed(books.rng, mean, step=5))])

    def _receive_support(self, books: Books, day: date, *, amount: Decimal) -> bool:
        books.post(
            "EX19",
            day,
            "รับเงินช่วยเหลือจากงบทั่วไป",
            [dr(accounts.SAVINGS, amount), cr(self._kind.support, amount)],
            reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
        )
        return True

    def _hand_over(self, books: Books, day: date) -> bool:
        amount = surplus_of(self._unit, seed=self._seed)
        if not books.may_pay(accounts.SAVINGS, amount, day):
            return False
        books.post(
            "EX20",
            day,
            "โอนเงินรายได้ให้งบทั่วไป",
            [dr(_TO_BODY, amount), cr(accounts.SAVINGS, amount)],
            reference=f"ฎีกา {books.number('voucher', day)}",
        )
        return True


def _adjust(books: Books, day: date) -> bool:
    year_end.depreciate(books, day, opening.UNIT_CLASSES)
    return True


def _receive_health_fund(books: Books, day: date) -> bool:
    amount = vary(books.rng, books.scale.share("45") / 12, 20)
    books.post(
        "RV03",
        day,
        "รับโอนเงินจากกองทุนหลักประกันสุขภาพถ้วนหน้า",
        [dr(accounts.SAVINGS, amount), cr(_HEALTH_FUND, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True


def _plan_old_pawns(books: Books, day: date) -> None:
    """Have nine tenths of the pawns held at the opening redeemed within five months."""
    for months in range(1, 6):
        principal = percent_of(books.debit_balance(accounts.PAWNS), "18")
        task = partial(_redeem_pawn, principal=principal, months=months, ticket="ตั๋วรับจำนำยกมา")
        books.plan(days_later(day, 29 * months), task)


def _take_pawn(books: Books, day: date) -> None:
    """PW01: lend on a pawn; PW02 redeems it with interest, or now and then PW03 forfeits it."""
    mean = books.scale.each(_KINDS["PAWNSHOP"].earn_percent, books.scale.count // 4, "12")
    principal = skewed(books.rng, mean, step=50)
    if not books.may_pay(accounts.CASH, principal, day):
        return
    ticket = f"ตั๋วรับจำนำ {books.number('pawn', day)}"
    lines = [dr(accounts.PAWNS, principal), cr(accounts.CASH, principal)]
    books.post("PW01", day, "รับจำนำทองรูปพรรณ", lines, reference=ticket)
    months = books.rng.randint(1, 5)
    ending = _forfeit_pawn if books.rng.randint(1, 10) == 1 else _redeem_pawn
    task = partial(ending, principal=principal, months=months, ticket=ticket)
    books.plan(days_later(day, 30 * months), task)


def _redeem_pawn(books: Books, day: date, *, principal: Decimal, months: int, ticket: str) -> bool:
    interest = percent_of(principal, str(months))
    lines = [
        dr(accounts.CASH, principal + interest),
        cr(accounts.PAWNS, principal),
        cr(_PAWN_INTEREST, interest),
    ]
    books.post("PW02", day, "ไถ่ถอนทรัพย์จำนำ", lines, reference=ticket)
    revenue.plan_banking(books, day)
    return True


def _forfeit_pawn(books: Books, day: date, *, principal: Decimal, months: int, ticket: str) -> bool:
    lines = [dr(accounts.FORFEITED_PAWNS, principal), cr(accounts.PAWNS, principal)]
    books.post("PW03", day, "ทรัพย์หลุดจำนำ", lines, reference=ticket)
    return True
