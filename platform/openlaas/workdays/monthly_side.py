"""What comes by the calendar: pay, bills, allowances, taxes remitted, months closed."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, vary
from openlaas.demo.ledger import DemoEntry, cr, dr
from openlaas.demo.names import officer_name
from openlaas.demo.opening import ASSET_CLASSES
from openlaas.demo.working_days import days_later, month_in_words, on_or_after
from openlaas.workdays import buying_side, cash_side, payments
from openlaas.workdays.budget_side import ALLOWANCES, BOUGHT, BY_TYPE, PAY
from openlaas.workdays.office import Office, Task, Vendor
from openlaas.workdays.opening import draft_general_voucher, post_general_voucher
from openlaas.workdays.payments import Claim, claim

_BILLS = (
    *(("340100", "electricity"), ("340200", "water")),
    *(("340300", "telephone"), ("340500", "telephone")),
)
_MONTHLY: tuple[tuple[int, Task], ...] = (
    (5, payments.file_returns),
    (14, cash_side.receive_shared_taxes),
)
_CLOSING_DAY, _ALLOWANCE_DAY, _BILL_DAY, _PAYROLL_DAY, _SECURITY_DAY = 12, 2, 9, 18, 10
_GRANT_MONTHS, _INTEREST_MONTHS, _ROAD_MONTH = {10, 1, 4, 7}, {6, 12}, 12
_SOCIAL_SECURITY = "2111020199.004"
_BOXES = 5  # the six of the form, of which one officer signs two
_PEOPLE = 12  # on each payroll
_TAX_PERCENT, _SECURITY_PERCENT = "1.4", "3"
_AMONG_CORRECTIONS = (
    (accounts.SUPPLIES_USED, accounts.SUPPLIES, "ปรับปรุงวัสดุใช้ไปตามใบเบิกวัสดุ"),
    (accounts.HIRED_SERVICE, accounts.SUPPLIES_USED, "ปรับปรุงประเภทค่าใช้จ่ายที่บันทึกคลาดเคลื่อน"),
)


def plan_month(office: Office, day: date) -> None:
    """Plan a month's work; called on its first day."""
    for day_of_month, task in _MONTHLY:
        office.plan(on_or_after(day.replace(day=day_of_month)), task)
    for day_of_month, task in (
        (_ALLOWANCE_DAY, _claim_allowances),
        (_BILL_DAY, _claim_bills),
        (_SECURITY_DAY, _pay_over),
        (_PAYROLL_DAY, _claim_pay),
    ):
        office.plan(on_or_after(day.replace(day=day_of_month)), task)
    last_month = day.replace(day=1) - timedelta(days=1)
    if office.made["daily-reports"]:
        closing = partial(_close_month, month=f"{last_month:%Y-%m}")
        office.plan(on_or_after(day.replace(day=_CLOSING_DAY)), closing)
    if day.month in _GRANT_MONTHS:
        office.plan(on_or_after(day.replace(day=8)), cash_side.receive_general_grant)
    if day.month in _INTEREST_MONTHS:
        office.plan(on_or_after(day.replace(day=25)), cash_side.receive_interest)
    if day.month == _ROAD_MONTH:
        office.plan(on_or_after(day.replace(day=3)), buying_side.build_road)


def correct(office: Office, day: date) -> None:
    """Draft a general voucher; another officer checks it the next day, and it is posted."""
    debit, credit, description = office.rng.choice(_AMONG_CORRECTIONS)
    amount = vary(office.rng, office.scale.each("0.05", 50, "0.002"), 50, step=1)
    entry = DemoEntry("", day, description, None, (dr(debit, amount), cr(credit, amount)))
    made = draft_general_voucher(office, day, entry)
    office.plan(days_later(day, 1), partial(_check, made=made))


def depreciate(office: Office, day: date) -> None:
    """Post the year's depreciation on its last day, a voucher for each class of assets."""
    for one in ASSET_CLASSES:
        charge = (office.scale.share(one.size_percent) / one.life).quantize(Decimal("1.00"))
        lines = (dr(one.depreciation, charge), cr(one.accumulated, charge))
        entry = DemoEntry("AS01", day, f"ค่าเสื่อมราคาประจำปี {one.name}", None, lines)
        post_general_voucher(office, day, entry)


def leave_claims(office: Office, day: date) -> None:
    """Leave a bill with each officer who signs for it, and one for whoever draws its cheque."""
    item = max(BOUGHT, key=lambda one: office.line(day, one.type).left)
    line = office.line(day, item.type)
    for boxes in range(_BOXES + 1):
        amount = min(vary(office.rng, Decimal(4000), 40, step=10), line.left)
        if amount <= 0:
            return
        line.left -= amount
        asked = Claim(
            source={"kind": "utility", "account": item.account},
            description=f"{item.name} เร่งด่วน",
            gross=amount,
            unit=item.unit,
            line=line.id,
            payee=office.rng.choice(office.sellers),
        )
        payments.claim_up_to(office, day, asked, boxes)


def _check(office: Office, day: date, *, made: str) -> None:
    office.take("general-vouchers", made, "check", "FIN_DIRECTOR")
    office.plan(day, partial(_post, made=made))


def _post(office: Office, day: date, *, made: str) -> None:
    office.take("general-vouchers", made, "post", "ACCOUNTANT")


def _claim_bills(office: Office, day: date) -> None:
    for expenditure_type, of_whom in _BILLS:
        item = BY_TYPE[expenditure_type]
        amount = vary(office.rng, office.scale.share(item.percent) / 13, 15)
        description = f"{item.name} เดือน {month_in_words(days_later(day, -20))}"
        _claim(office, day, expenditure_type, amount, description, of=office.vendors[of_whom])


def _claim_allowances(office: Office, day: date) -> None:
    item = BY_TYPE[ALLOWANCES]
    amount = vary(office.rng, office.scale.share(item.percent) / 13, 3, step=100)
    description = f"{item.name} เดือน {month_in_words(day)}"
    _claim(office, day, ALLOWANCES, amount, description, of=office.vendors["bank"])


def _claim(
    office: Office, day: date, expenditure_type: str, amount: Decimal, what: str, *, of: Vendor
) -> None:
    line = office.line(day, expenditure_type)
    amount = min(amount, line.left)
    if amount <= 0:
        return
    line.left -= amount
    kind = "subsidy" if expenditure_type == ALLOWANCES else "utility"
    asked = Claim(source={"kind": kind}, description=what, gross=amount, line=line.id, payee=of)
    claim(office, day, asked)


def _claim_pay(office: Office, day: date) -> None:
    for expenditure_type, (account, name) in PAY.items():
        line, item = office.line(day, expenditure_type), BY_TYPE[expenditure_type]
        each = vary(office.rng, office.scale.share(item.percent) / 13 / _PEOPLE, 2, step=10)
        gross = each * _PEOPLE
        if gross > line.left:
            continue
        line.left -= gross
        tax = percent_of(each, _TAX_PERCENT)
        people = [_person(f"{account} {place}", place, each, tax) for place in range(_PEOPLE)]
        asked = Claim(
            source={"kind": "payroll", "account": account},
            description=f"{name} เดือน {month_in_words(day)}",
            gross=gross,
            line=line.id,
            deductions=[
                ("wht", tax * _PEOPLE),
                ("social_security", percent_of(gross, _SECURITY_PERCENT)),
            ],
            people=people,
        )
        claim(office, day, asked)


def _person(key: str, place: int, base: Decimal, tax: Decimal) -> dict[str, str]:
    name = officer_name(key)
    title = next(t for t in ("นางสาว", "นาง", "นาย") if name.startswith(t))
    first, last = name.removeprefix(title).split(" ")
    return {
        "tax_id": f"31001123450{place:02d}",
        "title": title,
        "first_name": first,
        "last_name": last,
        "base": f"{base:.2f}",
        "tax": f"{tax:.2f}",
    }


def _pay_over(office: Office, day: date) -> None:
    """Pay over what was kept back of the pay for the social security."""
    held = office.hands.look("deposits", by="FIN_OFFICER", open="true", q=_SOCIAL_SECURITY)
    for one in held:
        asked = Claim(
            source={"kind": "deposit", "id": one["id"]},
            description="นำส่งเงินสมทบประกันสังคมส่วนของลูกจ้าง",
            gross=Decimal(one["open"]),
            unit="02",
            payee=office.vendors["security"],
        )
        claim(office, day, asked)


def _close_month(office: Office, day: date, *, month: str) -> None:
    office.take("periods", month, "close", "FIN_DIRECTOR")
