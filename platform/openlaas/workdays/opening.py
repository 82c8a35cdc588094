"""What an office sets up before its first document: divisions, banks, sellers, opening balances."""

from datetime import date

from openlaas.demo import accounts, opening
from openlaas.demo.ledger import Books, DemoEntry
from openlaas.demo.sellers import draw_seller
from openlaas.workdays.office import CURRENT, SAVINGS, Office, Vendor, baht

_DIVISIONS = {
    "01": "สำนักปลัด",
    "02": "กองคลัง",
    "03": "กองช่าง",
    "04": "กองการศึกษา",
    "05": "กองสาธารณสุขและสิ่งแวดล้อม",
}
_KRUNGTHAI = "006"
_BANKS = {
    CURRENT: (accounts.CURRENT, "กระแสรายวัน ธนาคารกรุงไทย", "1"),
    SAVINGS: (accounts.SAVINGS, "ออมทรัพย์ ธนาคารกรุงไทย", "2"),
}
_STATE = {
    "electricity": "การไฟฟ้าส่วนภูมิภาค",
    "water": "การประปาส่วนภูมิภาค",
    "telephone": "บริษัท โทรคมนาคมแห่งชาติ จำกัด (มหาชน)",
    "security": "สำนักงานประกันสังคม",
    "bank": "ธนาคารเพื่อการเกษตรและสหกรณ์การเกษตร (จ่ายเบี้ยยังชีพ)",
}
_FIRST_FIRM, _FIRST_PERSON = 10_551_234_500, 310_011_234_500  # invented tax ids, before their digit
_SELLERS = 24


def open_office(office: Office, day: date) -> None:
    """Set the registers up and enter the opening balances by a general voucher."""
    for code, name_th in _DIVISIONS.items():
        office.hands.make("divisions", {"code": code, "name_th": name_th}, by="CLERK_LAO")
    for name, (account, name_th, digit) in _BANKS.items():
        said = {
            "bank_code": _KRUNGTHAI,
            "number": f"{digit}{office.rng.randrange(10**8, 10**9)}",
            "branch": "สาขาที่ว่าการอำเภอ",
            "kind": name,
            "name_th": name_th,
            "account": account,
        }
        office.hands.make("bank-accounts", said, by="FIN_OFFICER")
        office.banks[name] = f"{_KRUNGTHAI}-{said['number']}"
    _register_sellers(office)
    (entry,) = _balances(office, day)
    post_general_voucher(office, day, entry)
    for line in entry.lines:
        for name, (account, _, _) in _BANKS.items():
            if line.account == account:
                office.in_bank[name] += line.debit - line.credit
        if line.account == accounts.CASH:
            office.cash += line.debit - line.credit


def post_general_voucher(office: Office, day: date, entry: DemoEntry) -> None:
    """Draft, check and post an entry as two officers do on one day."""
    made = draft_general_voucher(office, day, entry)
    office.take("general-vouchers", made, "check", "FIN_DIRECTOR")
    office.take("general-vouchers", made, "post", "ACCOUNTANT")


def draft_general_voucher(office: Office, day: date, entry: DemoEntry) -> str:
    """Draft an entry; return the voucher's id."""
    said = {
        "entry_date": day.isoformat(),
        "description": entry.description,
        "lines": [
            {
                "account": line.account,
                "debit" if line.debit else "credit": baht(line.debit or line.credit),
            }
            for line in entry.lines
        ],
    }
    return str(office.make("general-vouchers", said, by="ACCOUNTANT", day=day)["id"])


def _balances(office: Office, day: date) -> list[DemoEntry]:
    books = Books(kind=office.kind, scale=office.scale, rng=office.rng)
    opening.open_local_body(books, day)
    return books.take()


def _register_sellers(office: Office) -> None:
    for number, (key, name) in enumerate(_STATE.items()):
        office.vendors[key] = _vendor(office, name, number, is_firm=True, is_state=True)
    for number in range(len(_STATE), len(_STATE) + _SELLERS):
        seller = draw_seller(office.rng)
        is_firm = seller.withholding == accounts.WHT_FIRM
        name = f"{seller.name} {number}"
        office.sellers.append(
            _vendor(office, name, number, is_firm=is_firm, is_vat=seller.is_vat_registered)
        )


def _vendor(
    office: Office,
    name: str,
    number: int,
    *,
    is_firm: bool,
    is_state: bool = False,
    is_vat: bool = True,
) -> Vendor:
    said = {
        "sector": "government" if is_state else "own",
        "legal_form": "juristic" if is_firm else "natural",
        "name": name,
        "tax_id": _tax_id((_FIRST_FIRM if is_firm else _FIRST_PERSON) + number),
        "bank_code": _KRUNGTHAI,
        "bank_account_no": f"98{office.rng.randrange(10**7, 10**8)}",
    }
    shown = office.hands.make("vendors", said, by="FIN_OFFICER")
    return Vendor(
        id=shown["id"],
        name=name,
        is_firm=is_firm,
        is_vat_registered=is_vat,
        is_state=is_state,
    )


def _tax_id(number: int) -> str:
    """Return thirteen digits, the last of which checks the others."""
    first = f"{number:012d}"
    weighted = sum(int(digit) * (13 - place) for place, digit in enumerate(first))
    return f"{first}{(11 - weighted % 11) % 10}"
