"""Money coming in: receipts, banking, shared taxes, grants, receivables."""

from datetime import date
from decimal import Decimal
from functools import partial

from openlaas.demo import accounts
from openlaas.demo.amounts import percent_of, skewed, vary
from openlaas.demo.ledger import Books, cr, dr
from openlaas.demo.working_days import days_later, month_in_words

# What each family of bodies collects or is allotted: account, Thai name, weight.
_OWN_MUNICIPAL = (
    (accounts.REFUSE_FEE, "ค่าธรรมเนียมเก็บและขนมูลฝอย", 30),
    ("4401050103.001", "ค่าใบอนุญาตประกอบกิจการที่เป็นอันตรายต่อสุขภาพ", 8),
    ("4401030105.001", "ค่าธรรมเนียมเกี่ยวกับการควบคุมอาคาร", 6),
    ("4401030127.001", "ค่าธรรมเนียมจดทะเบียนพาณิชย์", 6),
    ("4401030111.001", "ค่าธรรมเนียมทะเบียนราษฎร", 6),
    ("4401040102.001", "ค่าปรับผู้กระทำผิดกฎหมายจราจรทางบก", 4),
    ("4401060102.001", "ค่าเช่าหรือบริการสถานที่", 8),
    ("4401090206.001", "รายได้จากตลาดสด", 6),
    ("4401100105.001", "ค่าขายเอกสารจัดซื้อจัดจ้าง", 2),
    (accounts.OTHER_INCOME, "รายได้เบ็ดเตล็ดอื่น ๆ", 4),
)
_TAX_SEASON = (
    (accounts.LAND_TAX, "ภาษีที่ดินและสิ่งปลูกสร้าง", 60),
    (accounts.SIGN_TAX, "ภาษีป้าย", 20),
)
_OWN_PROVINCIAL = (
    ("4401010106.001", "ภาษีบำรุง อบจ. จากสถานค้าปลีกน้ำมัน", 40),
    ("4401010105.001", "ภาษีบำรุง อบจ. จากสถานค้าปลีกยาสูบ", 25),
    ("4401010107.001", "ค่าธรรมเนียมบำรุง อบจ. จากผู้เข้าพักโรงแรม", 15),
    ("4401060102.001", "ค่าเช่าหรือบริการสถานที่", 8),
    ("4401100105.001", "ค่าขายเอกสารจัดซื้อจัดจ้าง", 3),
    (accounts.OTHER_INCOME, "รายได้เบ็ดเตล็ดอื่น ๆ", 5),
)
# Shared taxes: account, Thai name, percent of the body's yearly revenue.
_SHARED_LOCAL = (
    ("4402010102.001", "ภาษีมูลค่าเพิ่มตาม พ.ร.บ. กำหนดแผนฯ", "15"),
    ("4402010104.001", "ภาษีมูลค่าเพิ่มตาม พ.ร.บ. จัดสรรรายได้ฯ", "6"),
    ("4402010106.001", "ภาษีสรรพสามิต", "7"),
    ("4402010105.001", "ภาษีธุรกิจเฉพาะ", "0.4"),
    ("4402010113.001", "ค่าธรรมเนียมจดทะเบียนสิทธิและนิติกรรมที่ดิน", "5"),
    ("4402010110.001", "ค่าภาคหลวงแร่", "0.3"),
    ("4402010111.001", "ค่าภาคหลวงปิโตรเลียม", "0.3"),
)
_SHARED_PROVINCIAL = (
    ("4402010103.001", "ภาษีมูลค่าเพิ่มตาม พ.ร.บ. อบจ. ร้อยละ 5", "12"),
    ("4402010101.001", "ภาษีรถยนต์", "18"),
    ("4402010110.001", "ค่าภาคหลวงแร่", "1"),
    ("4402010111.001", "ค่าภาคหลวงปิโตรเลียม", "1"),
)
_TAX_MONTHS = range(1, 7)
_RECEIPT_STEP = 5


def receive_shared_taxes(books: Books, day: date) -> bool:
    """RV03: a month's shared taxes, on one paper in a short year and on one each otherwise."""
    shared = _SHARED_PROVINCIAL if books.kind == "PAO" else _SHARED_LOCAL
    lines = [
        cr(account, vary(books.rng, books.scale.share(size) / 12, 25), name)
        for account, name, size in shared
    ]
    groups = [lines] if books.is_light else [[line] for line in lines]
    for group in groups:
        total = sum((line.credit for line in group[1:]), group[0].credit)
        kinds = " ".join(line.memo or "" for line in group[:2])
        books.post(
            "RV03",
            day,
            f"รับโอนภาษีจัดสรรประจำเดือน {month_in_words(day)}: {kinds}",
            [dr(accounts.SAVINGS, total), *group],
            reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
        )
    return True


def receive_general_grant(books: Books, day: date) -> bool:
    """RV03: a quarter of the general grant, which also pays the monthly allowances."""
    amount = vary(books.rng, books.scale.share("42") / 4, 4, step=100)
    books.post(
        "RV03",
        day,
        "รับโอนเงินอุดหนุนทั่วไปประจำไตรมาส",
        [dr(accounts.SAVINGS, amount), cr(accounts.GENERAL_GRANT, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True


def issue_receipt(books: Books, day: date) -> None:
    """RV01: own revenue in cash, one to three kinds; banked the next working day."""
    kinds: tuple[tuple[str, str, int], ...]
    kinds = _OWN_PROVINCIAL if books.kind == "PAO" else _OWN_MUNICIPAL
    if books.kind != "PAO" and day.month in _TAX_MONTHS:
        kinds += _TAX_SEASON
    picked = dict.fromkeys(
        books.rng.choices(kinds, weights=[k[2] for k in kinds], k=books.rng.randint(1, 3))
    )
    mean = books.scale.each("11", books.scale.count // 4, "0.25") / len(picked)
    collect(books, day, [(k[0], k[1], skewed(books.rng, mean, step=_RECEIPT_STEP)) for k in picked])


def collect(books: Books, day: date, kinds: list[tuple[str, str, Decimal]]) -> None:
    """RV01: take cash for these kinds of revenue (account, Thai name, baht)."""
    lines = [cr(account, amount, name) for account, name, amount in kinds]
    total = sum((line.credit for line in lines[1:]), lines[0].credit)
    books.post(
        "RV01",
        day,
        "รับเงินรายได้: " + ", ".join(name for _, name, _ in kinds),
        [dr(accounts.CASH, total), *lines],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    plan_banking(books, day)


def plan_banking(books: Books, day: date) -> None:
    """Have the cash in the till banked on the next working day."""
    if not books.is_banking_due:
        books.is_banking_due = True
        books.plan(days_later(day, 1), bank_cash)


def bank_cash(books: Books, day: date) -> bool:
    """RV02: bank the cash on hand; only a pawnshop keeps a float."""
    books.is_banking_due = False
    amount = books.debit_balance(accounts.CASH) - books.till_float
    if amount > 0:
        books.post(
            "RV02",
            day,
            "นำเงินสดคงเหลือฝากธนาคาร",
            [dr(accounts.SAVINGS, amount), cr(accounts.CASH, amount)],
            reference=f"ใบนำฝาก {books.number('deposit slip', day)}",
        )
    return True


def assess_unpaid_taxes(books: Books, day: date) -> bool:
    """RV04: land tax and signboard tax still unpaid after the due date become receivables."""
    for receivable, revenue, name, size in (
        (accounts.LAND_TAX_RECEIVABLE, accounts.LAND_TAX, "ภาษีที่ดินและสิ่งปลูกสร้าง", "0.6"),
        (accounts.SIGN_TAX_RECEIVABLE, accounts.SIGN_TAX, "ภาษีป้าย", "0.08"),
    ):
        amount = vary(books.rng, books.scale.share(size), 30)
        books.post(
            "RV04",
            day,
            f"ตั้งลูกหนี้{name}ที่พ้นกำหนดชำระ",
            [dr(receivable, amount), cr(revenue, amount)],
            reference=f"บัญชีลูกหนี้ {books.number('assessment', day)}",
        )
    return True


def collect_arrears(books: Books, day: date) -> bool:
    """RV05: part of the land tax in arrears is paid, with a surcharge."""
    paid = percent_of(books.debit_balance(accounts.LAND_TAX_RECEIVABLE), "6")
    surcharge = percent_of(paid, "2")
    books.post(
        "RV05",
        day,
        "รับชำระลูกหนี้ภาษีที่ดินและสิ่งปลูกสร้างพร้อมเงินเพิ่ม",
        [
            dr(accounts.CASH, paid + surcharge),
            cr(accounts.LAND_TAX_RECEIVABLE, paid),
            cr(accounts.OTHER_FINE, surcharge, "เบี้ยปรับและเงินเพิ่ม"),
        ],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    plan_banking(books, day)
    return True


def receive_specific_grant(books: Books, day: date) -> bool:
    """RV08: a specific grant, a liability until it is spent."""
    amount = vary(books.rng, books.scale.share("3"), 15, step=1000)
    books.post(
        "RV08",
        day,
        "รับโอนเงินอุดหนุนเฉพาะกิจ",
        [dr(accounts.SAVINGS, amount), cr(accounts.GRANT_IN_ADVANCE, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True


def receive_interest(books: Books, day: date, *, income: str = accounts.INTEREST) -> bool:
    """RV13: half a year's interest on savings, about 0.4 % a year."""
    amount = percent_of(books.debit_balance(accounts.SAVINGS), "0.2")
    if not amount:
        return True
    books.post(
        "RV13",
        day,
        "รับดอกเบี้ยเงินฝากออมทรัพย์",
        [dr(accounts.SAVINGS, amount), cr(income, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    return True


def place_fixed_deposit(books: Books, day: date) -> bool:
    """BK02: part of the savings is put away for three to twelve months."""
    amount = vary(books.rng, books.scale.share("3"), 10, step=10_000)
    if not books.may_pay(accounts.SAVINGS, amount, day):
        return False
    books.post(
        "BK02",
        day,
        "ฝากเงินประจำระยะเวลา 12 เดือน",
        [dr(accounts.FIXED_DEPOSIT, amount), cr(accounts.SAVINGS, amount)],
        reference=f"ใบถอน {books.number('withdrawal', day)}",
    )
    return True


def sell_on_credit(books: Books, day: date, *, account: str, name: str, mean: Decimal) -> None:
    """RV14: a service billed; paid in cash after some weeks (RV05, at the receivable's account)."""
    amount = skewed(books.rng, mean, step=_RECEIPT_STEP)
    books.post(
        "RV14",
        day,
        f"ตั้งลูกหนี้{name}",
        [dr(accounts.TRADE_RECEIVABLE, amount), cr(account, amount)],
        reference=f"ใบแจ้งหนี้ {books.number('invoice', day)}",
    )
    books.plan(
        days_later(day, books.rng.randint(10, 45)), partial(_collect_sale, name=name, amount=amount)
    )


def _collect_sale(books: Books, day: date, *, name: str, amount: Decimal) -> bool:
    books.post(
        "RV05",
        day,
        f"รับชำระลูกหนี้{name}",
        [dr(accounts.CASH, amount), cr(accounts.TRADE_RECEIVABLE, amount)],
        reference=f"ใบเสร็จรับเงิน {books.number('receipt', day)}",
    )
    plan_banking(books, day)
    return True
