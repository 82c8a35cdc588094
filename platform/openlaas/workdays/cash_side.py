"""Money in, as collectors, cashier and committee handle it: from the receipt to the closed day."""

from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, skewed, vary
from openlaas.demo.working_days import days_later, month_in_words
from openlaas.workdays import payments
from openlaas.workdays.hands import Shown
from openlaas.workdays.office import SAVINGS, Office, Vendor, baht

_KINDS = (
    (accounts.REFUSE_FEE, "ค่าธรรมเนียมเก็บและขนมูลฝอย", 30),
    ("4401050103.001", "ค่าใบอนุญาตประกอบกิจการที่เป็นอันตรายต่อสุขภาพ", 8),
    ("4401030105.001", "ค่าธรรมเนียมเกี่ยวกับการควบคุมอาคาร", 6),
    ("4401030127.001", "ค่าธรรมเนียมจดทะเบียนพาณิชย์", 6),
    ("4401030111.001", "ค่าธรรมเนียมทะเบียนราษฎร", 6),
    ("4401060102.001", "ค่าเช่าหรือบริการสถานที่", 8),
    ("4401090206.001", "รายได้จากตลาดสด", 6),
)
_TAXES = (
    (accounts.LAND_TAX, "ภาษีที่ดินและสิ่งปลูกสร้าง", 60),
    (accounts.SIGN_TAX, "ภาษีป้าย", 20),
)
_TAX_MONTHS = range(1, 7)
# Shared taxes: account, Thai name, percent of the year's revenue.
_SHARED = (
    ("4402010102.001", "ภาษีมูลค่าเพิ่มตาม พ.ร.บ. กำหนดแผนฯ", "15"),
    ("4402010104.001", "ภาษีมูลค่าเพิ่มตาม พ.ร.บ. จัดสรรรายได้ฯ", "6"),
    ("4402010106.001", "ภาษีสรรพสามิต", "7"),
    ("4402010105.001", "ภาษีธุรกิจเฉพาะ", "0.4"),
    ("4402010113.001", "ค่าธรรมเนียมจดทะเบียนสิทธิและนิติกรรมที่ดิน", "5"),
)
_GUARANTEE = "2112010101.001"
_FORFEITED_IN = 8  # one guarantee in so many
_PAYERS = (
    *("นายมานะ อดทน", "นางสมศรี ใจดี", "นางสาวปรานี สุขใจ", "นายวิชัย มั่นคง", "นางบุญมี ศรีสุข"),
    *("ร้านเจริญพาณิชย์", "บริษัท รุ่งเรือง จำกัด", "หจก. พูนผลการค้า", "นายสมชาย รักถิ่น"),
)
_COMMITTEE = ("CASH_COMMITTEE", "CASH_COMMITTEE-2", "CASH_COMMITTEE-3")


def issue_receipt(office: Office, day: date) -> None:
    """Issue a receipt of one or two kinds of own revenue."""
    kinds = _KINDS + (_TAXES if day.month in _TAX_MONTHS else ())
    weights = [weight for _, _, weight in kinds]
    chosen = dict.fromkeys(office.rng.choices(kinds, weights, k=office.rng.randint(1, 2)))
    mean = office.scale.each("11", office.scale.count // 4, "0.02") / len(chosen)
    lines = [
        {"revenue": account, "amount": baht(skewed(office.rng, mean, step=5)), "memo": name}
        for account, name, _ in chosen
    ]
    _issue(office, day, lines)


def bank_cash(office: Office, day: date) -> None:
    """Bank what was locked in the safe on the day before."""
    if office.cash <= 0:
        return
    said = {
        "banked_on": day.isoformat(),
        "bank_account": office.banks[SAVINGS],
        "amount": baht(office.cash),
    }
    office.make("bankings", said, by="FIN_OFFICER", day=day)
    office.in_bank[SAVINGS] += office.cash
    office.cash = Decimal("0.00")


def hand_over(office: Office, day: date) -> None:
    """Hand the day's receipts over, have them counted, summed up and checked."""
    if not office.collected:
        return
    said = {"collected_on": day.isoformat()}
    slip = office.make("remittances", said, by="COLLECTOR", day=day)
    if office.is_last_day:  # the cashier is still to count it
        return
    office.take("remittances", slip["id"], "receive", "FIN_OFFICER", counted=baht(office.collected))
    summary = office.make("remittance-summaries", said, by="FIN_OFFICER", day=day)
    office.take("remittance-summaries", summary["id"], "check", "FIN_DIRECTOR")
    office.collected = Decimal("0.00")


def close_day(office: Office, day: date) -> None:
    """Count the safe, have the committee sign, close the day."""
    said = {"date": day.isoformat(), "counted": baht(office.cash)}
    report = office.make("daily-reports", said, by="FIN_OFFICER", day=day)["id"]
    if office.is_last_day:  # two of the committee are still to sign
        office.take("daily-reports", report, "sign", _COMMITTEE[0])
        return
    for member in _COMMITTEE:
        office.take("daily-reports", report, "sign", member)
    office.take("daily-reports", report, "close", "FIN_OFFICER")


def receive_guarantee(office: Office, day: date) -> None:
    """Take a contract's guarantee in cash, to be given back or forfeited."""
    amount = vary(office.rng, office.scale.now_and_then("0.03"), 50, step=10)
    seller = office.rng.choice(office.sellers)
    lines = [{"revenue": _GUARANTEE, "amount": baht(amount), "memo": "ประกันสัญญา"}]
    deposit = _issue(office, day, lines, payer=seller.name)["lines"][0]["deposit"]
    is_forfeited = office.rng.randint(1, _FORFEITED_IN) == 1
    ending = _forfeit if is_forfeited else payments.give_back
    wait = office.rng.randint(30, 60)
    task = partial(ending, deposit=deposit, amount=amount, seller=seller)
    office.plan(days_later(day, wait), task)


def set_up_receivable(office: Office, day: date) -> None:
    """Set a tax up that is due and unpaid; the accountant records it the next day."""
    amount = vary(office.rng, office.scale.each("0.6", 60, "0.01"), 40, step=1)
    said = {
        "recorded_on": day.isoformat(),
        "due_on": days_later(day, -10).isoformat(),
        "debtor": office.rng.choice(_PAYERS),
        "account": accounts.LAND_TAX_RECEIVABLE,
        "revenue": accounts.LAND_TAX,
        "amount": baht(amount),
        "purpose": "ภาษีที่ดินและสิ่งปลูกสร้างค้างชำระ",
    }
    made = office.make("receivables", said, by="COLLECTOR", day=day)["id"]
    office.plan(days_later(day, 1), partial(_record, made=made))


def enter_credit(office: Office, day: date) -> None:
    """Enter own revenue that came by transfer; it is checked before the day closes."""
    amount = vary(office.rng, office.scale.each("0.5", 60, "0.02"), 50, step=5)
    account, name, _ = office.rng.choice(_KINDS)
    lines = [{"account": account, "amount": baht(amount), "memo": name}]
    _credit(office, day, "own_revenue", lines, payer=office.rng.choice(_PAYERS))


def receive_shared_taxes(office: Office, day: date) -> None:
    """Enter the month's shared taxes, each on its own advice."""
    for account, name, percent in _SHARED:
        amount = vary(office.rng, office.scale.share(percent) / 12, 25)
        memo = f"{name} เดือน {month_in_words(day)}"
        lines = [{"account": account, "amount": baht(amount), "memo": memo}]
        _credit(office, day, "allocated_tax", lines, payer="กรมส่งเสริมการปกครองท้องถิ่น")


def receive_general_grant(office: Office, day: date) -> None:
    """Enter a quarter of the general grant."""
    amount = vary(office.rng, office.scale.share("42") / 4, 4, step=100)
    lines = [{"account": accounts.GENERAL_GRANT, "amount": baht(amount), "memo": "ประจำไตรมาส"}]
    _credit(office, day, "general_grant", lines, payer="กรมส่งเสริมการปกครองท้องถิ่น")


def receive_interest(office: Office, day: date) -> None:
    """Enter half a year's interest."""
    amount = percent_of(max(office.in_bank[SAVINGS], Decimal(100)), "0.2")
    lines = [{"amount": baht(amount)}]
    _credit(office, day, "interest", lines, payer="ธนาคารกรุงไทย")


def _issue(office: Office, day: date, lines: list[dict[str, str]], *, payer: str = "") -> Shown:
    said = {
        "received_on": day.isoformat(),
        "payer": payer or office.rng.choice(_PAYERS),
        "method": "cash",
        "lines": lines,
    }
    shown = office.make("receipts", said, by="COLLECTOR", day=day)
    amount = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    office.cash += amount
    office.collected += amount
    return shown


def _forfeit(office: Office, day: date, *, deposit: str, amount: Decimal, seller: Vendor) -> None:
    said = {
        "forfeited_on": day.isoformat(),
        "deposit": deposit,
        "amount": baht(amount),
        "reason": f"{seller.name} ไม่ปฏิบัติตามสัญญา",
    }
    made = office.make("forfeitures", said, by="SUPPLY", day=day)["id"]
    office.plan(days_later(day, 1), partial(_approve_forfeiture, made=made))


def _approve_forfeiture(office: Office, day: date, *, made: str) -> None:
    office.take("forfeitures", made, "approve", "EXECUTIVE")


def _credit(
    office: Office, day: date, kind: str, lines: list[dict[str, str]], *, payer: str
) -> None:
    said = {
        "credited_on": day.isoformat(),
        "kind": kind,
        "payer": payer,
        "bank_account": office.banks[SAVINGS],
        "lines": lines,
    }
    made = office.make("bank-credits", said, by="FIN_OFFICER", day=day)["id"]
    amount = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    # Checked before the day closes: nothing of it enters the bank afterwards.
    office.plan(day, partial(_check_credit, made=made, amount=amount))


def _check_credit(office: Office, day: date, *, made: str, amount: Decimal) -> None:
    office.take("bank-credits", made, "check", "ACCOUNTANT")
    office.in_bank[SAVINGS] += amount


def _record(office: Office, day: date, *, made: str) -> None:
    office.take("receivables", made, "record", "ACCOUNTANT")
    office.plan(days_later(day, office.rng.randint(15, 50)), _collect)


def _collect(office: Office, day: date) -> None:
    """Take the oldest debt's money, with a surcharge."""
    owed = office.hands.look("open-receivables", by="COLLECTOR", open="true")
    if not owed:
        return
    oldest = owed[-1]
    surcharge = percent_of(Decimal(oldest["open"]), "2")
    lines = [{"receivable": oldest["id"], "amount": oldest["open"]}]
    if surcharge:
        lines.append(
            {"receivable": oldest["id"], "revenue": accounts.OTHER_FINE, "amount": baht(surcharge)}
        )
    _issue(office, day, lines, payer=oldest["party_name"])
