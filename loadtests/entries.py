"""Journal entries such as an office posts on an ordinary day."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_CASH, _CURRENT, _SAVINGS = "1101010101.001", "1101030101.001", "1101030102.001"
_PAYABLE = "2101010102.001"
_LAND_TAX, _SIGN_TAX, _REFUSE_FEE = "4401010104.001", "4401010103.001", "4401030106.001"
_SUPPLIES, _REPAIRS, _FUEL = "5104010104.001", "5104010107.001", "5104010110.001"
_CONTRACTED, _ELECTRICITY = "5104010112.001", "5104020101.001"
# Those that are looked into: cash and banks most of all.
LOOKED_INTO = (_CASH, _CURRENT, _SAVINGS, _PAYABLE, _LAND_TAX, _SUPPLIES, _FUEL)

Sides = list[tuple[str, int]]  # account, satang: above zero debit, below zero credit


def _receipt(random: Random) -> tuple[str, Sides]:
    revenue = random.choice((_LAND_TAX, _SIGN_TAX, _REFUSE_FEE))
    satang = random.randrange(2_000, 5_000_000, 25)
    return "รับเงินรายได้จัดเก็บเอง", [(_CASH, satang), (revenue, -satang)]


def _remittance(random: Random) -> tuple[str, Sides]:
    satang = random.randrange(50_000, 20_000_000, 25)
    return "นำเงินสดฝากธนาคาร", [(_SAVINGS, satang), (_CASH, -satang)]


def _purchase(random: Random) -> tuple[str, Sides]:
    expense = random.choice((_SUPPLIES, _REPAIRS, _FUEL, _CONTRACTED))
    satang = random.randrange(50_000, 50_000_000)
    return "ตรวจรับพัสดุ ตั้งเจ้าหนี้", [(expense, satang), (_PAYABLE, -satang)]


def _two_purchases(random: Random) -> tuple[str, Sides]:
    first, second = random.randrange(50_000, 5_000_000), random.randrange(50_000, 5_000_000)
    sides = [(_SUPPLIES, first), (_FUEL, second), (_PAYABLE, -first - second)]
    return "ตรวจรับวัสดุและน้ำมันเชื้อเพลิง", sides


def _electricity(random: Random) -> tuple[str, Sides]:
    satang = random.randrange(100_000, 10_000_000)
    return "จ่ายค่าไฟฟ้า", [(_ELECTRICITY, satang), (_CURRENT, -satang)]


def _payment(random: Random) -> tuple[str, Sides]:
    satang = random.randrange(50_000, 50_000_000)
    return "จ่ายชำระเจ้าหนี้ตามฎีกา", [(_PAYABLE, satang), (_CURRENT, -satang)]


# Two lines mostly: an average document has 2.5 (load_model.csv, journal_lines_per_doc).
_OCCASIONS: tuple[Callable[[Random], tuple[str, Sides]], ...] = (
    _receipt,
    _remittance,
    _purchase,
    _two_purchases,
    _electricity,
    _payment,
)


def balanced_entry(random: Random, *, entry_date: date) -> dict[str, Any]:
    """Return the JSON of a journal entry that the rules accept, for POST journal-entries."""
    description, sides = random.choice(_OCCASIONS)(random)
    return {
        "entry_date": entry_date.isoformat(),
        "description": description,
        "reference": f"ฎ.{random.randrange(1, 10_000)}/{(entry_date.year + 543) % 100}",
        "lines": [
            {"account": account, "debit" if satang > 0 else "credit": _baht(abs(satang))}
            for account, satang in sides
        ],
    }


def varied_entry(number: int, *, today: date, lines: int = 2) -> dict[str, Any]:
    """Return the JSON of a balanced entry, over two hundred accounts and the last twelve months.

    Args:
        number: which one; the accounts and the month follow from it.
        today: in the latest of the months.
        lines: how many; an even number.
    """
    chart = posting_accounts()
    month = today.replace(day=1)
    for _ in range(number % 12):
        month = (month - timedelta(days=1)).replace(day=1)
    sides = ("debit", "credit")
    return {
        "entry_date": month.isoformat(),
        "description": f"รายการที่ {number + 1} ตามใบสำคัญของเดือน",
        "reference": f"ฎ.{number + 1}/{(today.year + 543) % 100}",
        "lines": [
            {
                "account": chart[(number * lines + place) % len(chart)],
                sides[place % 2]: _baht(100_00 + number),
            }
            for place in range(lines)
        ],
    }


@cache
def posting_accounts() -> list[str]:
    """Return two hundred accounts of the national chart that entries may name."""
    path = Path(__file__).parents[1] / "accounting" / "data" / "chart_of_accounts.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        codes = [row["code"] for row in csv.DictReader(rows) if row["postable"] == "1"]
    return codes[:200]


def _baht(satang: int) -> str:
    return f"{satang // 100}.{satang % 100:02d}"
