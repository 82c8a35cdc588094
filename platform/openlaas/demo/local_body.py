"""The year of a local body: what comes monthly, by the calendar, and between."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts, occasions, opening, payroll, revenue, spending, works, year_end
from openlaas.demo.amounts import vary
from openlaas.demo.ledger import Books, Task, cr, dr
from openlaas.demo.sellers import draw_seller
from openlaas.demo.units import DemoUnit, support_of, surplus_of, unit_types
from openlaas.demo.working_days import end_of_month, on_or_after, on_or_before

Start = Callable[[Books, date], None]
_Dated = tuple[int, int, Task]  # month, day of the month, what is made then

_BORROWERS = frozenset({"PAO", "CITY", "TOWN", "SPEC"})
_INSURANCE = "5104030203.001"
_SEPTEMBER = 9
_WITHHOLDING_DAY = 7
_SUPPORT_DAY = 20
# Of a hundred unforeseen documents: 45 receipts, 35 purchases, 5 sales on credit; others are rare.
_RECEIPTS, _OR_PURCHASES, _OR_CREDIT = 45, 80, 85

# Taken in turn from a shuffled deck, so that a year of a few hundred entries sees each of them.
_OCCASIONS: tuple[Start, ...] = (
    *(occasions.receive_guarantee, occasions.receive_guarantee, occasions.receive_deposit),
    *(occasions.request_staff_advance, occasions.request_staff_advance, occasions.receive_donation),
    *(occasions.find_overpayment, occasions.receive_unidentified, occasions.receive_tax_early),
    *(occasions.receive_asset_gift, occasions.receive_asset_transfer, occasions.sell_old_equipment),
    *(works.buy_equipment, works.buy_equipment, works.buy_equipment_in_parts),
    *(spending.buy_supplies, spending.buy_supplies, spending.spend_accumulated_fund),
)

_MONTHLY: list[tuple[int, Task]] = [
    (2, spending.accept_allowances),
    (11, spending.accept_utilities),
    (14, revenue.receive_shared_taxes),
    (18, payroll.set_up_pay),
]


def _insure(books: Books, day: date) -> bool:
    bill = spending.Bill(
        gross=vary(books.rng, books.scale.share("0.15"), 20, step=10),
        what="ค่าเบี้ยประกันภัยรถยนต์ราชการ",
        seller=draw_seller(books.rng),
    )
    spending.accept(books, day, account=_INSURANCE, bill=bill)
    return True


def _borrow(books: Books, day: date) -> bool:
    amount = vary(books.rng, books.scale.share("2"), 10, step=100_000)
    books.post(
        "BK03",
        day,
        "รับเงินกู้จากเงินทุนส่งเสริมกิจการ",
        [dr(accounts.SAVINGS, amount), cr(accounts.LOAN_LONG, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True


_EVERY_BODY: tuple[_Dated, ...] = (
    *((month, 8, revenue.receive_general_grant) for month in (10, 1, 4, 7)),
    (11, 15, revenue.place_fixed_deposit),
    (11, 20, revenue.receive_specific_grant),
    (12, 1, partial(works.sign_road_contract, percent="5")),
    (1, 16, works.spend_specific_grant),
    (2, 9, _insure),
    (4, 20, revenue.receive_specific_grant),
    (6, 16, works.spend_specific_grant),
)
_LONG_YEAR: tuple[_Dated, ...] = ((3, 3, partial(works.sign_road_contract, percent="3")),)
_PROVINCE: tuple[_Dated, ...] = tuple(
    (month, 5, partial(works.sign_road_contract, percent="6")) for month in (11, 2, 5)
)
_NOT_PROVINCE: tuple[_Dated, ...] = (
    (2, 12, revenue.collect_arrears),
    (7, 27, revenue.assess_unpaid_taxes),
    (8, 18, revenue.collect_arrears),
)
_BORROWER: tuple[_Dated, ...] = ((2, 24, _borrow),)


class LocalBody:
    """Tells the days of a local body (อปท.)."""

    adjustments = year_end.ADJUSTMENTS

    def __init__(self, *, units: Sequence[DemoUnit], seed: int) -> None:
        self._units = units
        self._seed = seed
        self._deck: list[Start] = []

    def open(self, books: Books, day: date) -> None:
        """Post the opening balances."""
        opening.open_local_body(books, day)

    def plan_month(self, books: Books, day: date) -> None:
        """Plan a month's documents; called on its first working day, before any of them is made."""
        spending.plan_withholding(books, day, due=on_or_before(day.replace(day=_WITHHOLDING_DAY)))
        payroll.plan_deductions(books, day)
        yearly = [(dated[1], dated[2]) for dated in self._calendar(books) if dated[0] == day.month]
        for day_of_month, task in [*_MONTHLY, *yearly, *self._between_units(day.month)]:
            books.plan(on_or_after(day.replace(day=day_of_month)), task)
        last = on_or_before(end_of_month(day))
        if day.month in {6, 12}:
            books.plan(last, revenue.receive_interest)
        if day.month == _SEPTEMBER:
            books.plan(last, year_end.adjust)

    def _calendar(self, books: Books) -> list[_Dated]:
        is_province = books.kind == "PAO"
        tables = [_EVERY_BODY, _PROVINCE if is_province else _NOT_PROVINCE]
        if not books.is_light:
            tables.append(_LONG_YEAR)
        if books.kind in _BORROWERS:
            tables.append(_BORROWER)
        return [dated for table in tables for dated in table]

    def _between_units(self, month: int) -> list[tuple[int, Task]]:
        tasks: list[tuple[int, Task]] = []
        for unit in self._units:
            support = support_of(unit, seed=self._seed, month=month)
            if support:
                tasks.append((_SUPPORT_DAY, partial(_support, unit=unit, amount=support)))
            surplus = surplus_of(unit, seed=self._seed)
            if surplus and month == _SEPTEMBER:
                tasks.append((_SUPPORT_DAY, partial(_receive_surplus, unit=unit, amount=surplus)))
        return tasks

    def start_document(self, books: Books, day: date) -> None:
        """Post a document that the calendar does not foresee; what follows from it is planned."""
        drawn = books.rng.randint(1, 100)
        if drawn <= _RECEIPTS:
            revenue.issue_receipt(books, day)
        elif drawn <= _OR_PURCHASES:
            spending.accept_purchase(books, day)
        elif drawn <= _OR_CREDIT and books.kind != "PAO":
            mean = books.scale.each("0.6", books.scale.count // 12, "0.05")
            name = "ค่าธรรมเนียมเก็บและขนมูลฝอยค้างชำระ"
            revenue.sell_on_credit(books, day, account=accounts.REFUSE_FEE, name=name, mean=mean)
        else:
            self._next_occasion(books)(books, day)

    def _next_occasion(self, books: Books) -> Start:
        if not self._deck:
            self._deck = list(_OCCASIONS)
            books.rng.shuffle(self._deck)
        return self._deck.pop()


def _support(books: Books, day: date, *, unit: DemoUnit, amount: Decimal) -> bool:
    if not books.may_pay(accounts.CURRENT, amount, day):
        return False
    books.post(
        "EX19",
        day,
        f"งบทั่วไปช่วยเหลือ{unit.name_th}",
        [
            dr(unit_types()[unit.kind].from_body, amount),
            cr(accounts.CURRENT, amount),
        ],
        reference=f"ฎีกา {books.number('voucher', day)}",
    )
    return True


def _receive_surplus(books: Books, day: date, *, unit: DemoUnit, amount: Decimal) -> bool:
    books.post(
        "EX20",
        day,
        f"รับเงินรายได้จาก{unit.name_th}",
        [dr(accounts.SAVINGS, amount), cr(unit_types()[unit.kind].to_body, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True
