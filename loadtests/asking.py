"""What each action asks the API, as the portal would: method, path and what is said."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from random import Random
from typing import Any

from loadtests import mix
from loadtests.desks import Paper
from loadtests.entries import LOOKED_INTO, balanced_entry
from loadtests.officers import Officer

_BANGKOK = timezone(timedelta(hours=7))
_FIRST_MONTH_OF_FISCAL_YEAR, _BUDDHIST_ERA = 10, 543
_REVENUES = ("4401030106.001", "4401010104.001", "4401060102.001")
_TYPED = ("ค่า", "เงิน", "110", "ภาษี", "วัสดุ", "5104", "ธนาคาร")
_LEAST_VOUCHER_SATANG = 1_00
_ENTRIES_OF_A_REQUEST = 20
OK, CREATED = 200, 201
NUMBER = re.compile(rb'"number":\s?"([^"]+)"')
IDENTITY = re.compile(rb'"id":\s?"([^"]+)"')
AMOUNT = re.compile(rb'"amount":\s?"([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: what is sent, and the status that means that it was done.

    Attributes:
        said: the JSON, or None.
        is_page: it is a page of the portal, asked for with its cookie.
    """

    method: str
    path: str
    wanted: int = OK
    said: dict[str, Any] | None = None
    is_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a body's vouchers are drawn on: a division, a line with money, a payee."""

    unit: str
    line: str
    payee: str


@dataclass(slots=True)
class Facts:
    """What the asking depends on, beside the officer."""

    random: Random
    budgets: dict[str, Budget]
    seen: dict[str, str]  # an entry of the body that may be opened

    def day(self) -> date:
        """Return the day it is in Thailand."""
        return today()


def today() -> date:
    """Return the day it is in Thailand."""
    return datetime.now(tz=_BANGKOK).date()


def fiscal_year() -> int:
    """Return the running fiscal year (B.E.)."""
    day = today()
    return day.year + _BUDDHIST_ERA + (day.month >= _FIRST_MONTH_OF_FISCAL_YEAR)


def asked(key: str, officer: Officer, facts: Facts, paper: Paper) -> Asked:
    """Return what the officer sends for the action."""
    return _ASKING[key](officer, facts, paper)


def page_of(key: str, officer: Officer, facts: Facts) -> Asked | None:
    """Return the portal's page that shows the same; None when there is no such page."""
    places = {
        mix.HOME: "",
        mix.LIST_ENTRIES: "journal",
        mix.TRIAL_BALANCE: "trial-balance",
        mix.LEDGER: f"ledger/{facts.random.choice(LOOKED_INTO)}",
    }
    if key == mix.READ_ENTRY and officer.body_code in facts.seen:
        places[key] = f"journal/{facts.seen[officer.body_code].replace('/', '-')}"
    if key not in places or not officer.page_token:
        return None
    return Asked(method="GET", path=f"/b/{officer.body_code}/{places[key]}", is_page=True)


def _get(path: str) -> Callable[[Officer, Facts, Paper], Asked]:
    return lambda officer, _facts, _paper: Asked(method="GET", path=_in(officer, path))


def _in(officer: Officer, path: str) -> str:
    return f"/api/v1/bodies/{officer.body_code}" + (f"/{path}" if path else "")


def _post(officer: Officer, path: str, said: dict[str, Any], wanted: int = CREATED) -> Asked:
    return Asked(method="POST", path=_in(officer, path), wanted=wanted, said=said)


def _step(action: str) -> Callable[[Officer, Facts, Paper], Asked]:
    return lambda officer, _facts, paper: _post(officer, f"vouchers/{paper['id']}/{action}", {}, OK)


def _sign_in(officer: Officer, _facts: Facts, _paper: Paper) -> Asked:
    said = {"username": officer.username, "password": officer.password}
    return Asked(method="POST", path="/api/v1/auth/tokens", wanted=CREATED, said=said)


def _read_entry(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    number = facts.seen[officer.body_code].replace("/", "-")
    return Asked(method="GET", path=_in(officer, f"journal-entries/{number}"))


def _print_entry(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    number = facts.seen[officer.body_code].replace("/", "-")
    return Asked(method="GET", path=_in(officer, f"documents/{number}/pdf"))


def _search(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    places = ["accounts?postable=true&limit=20&q=", "vendors?active=true&limit=20&q="]
    if officer.body_code in facts.budgets:
        places.append(f"budget-lines?fiscal_year={fiscal_year()}&available=true&limit=20&q=")
    typed = facts.random.choice(_TYPED)
    quoted = "".join(f"%{byte:02X}" for byte in typed.encode())
    return Asked(method="GET", path=_in(officer, facts.random.choice(places) + quoted))


def _ledger(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    account, day = facts.random.choice(LOOKED_INTO), facts.day()
    year = day.year - (day.month < _FIRST_MONTH_OF_FISCAL_YEAR)
    first = date(year, _FIRST_MONTH_OF_FISCAL_YEAR, 1)
    return Asked(method="GET", path=_in(officer, f"ledger/{account}?from={first}&to={day}"))


def _trial_balance(officer: Officer, _facts: Facts, _paper: Paper) -> Asked:
    return Asked(method="GET", path=_in(officer, f"trial-balance?fiscal_year={fiscal_year()}"))


def _post_entry(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    entry = balanced_entry(facts.random, entry_date=facts.day())
    return _post(officer, "journal-entries", entry)


def _back_fill(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    """Send a part of a month's work, each entry with a key of its own."""
    entries = []
    for _ in range(_ENTRIES_OF_A_REQUEST):
        entry = balanced_entry(facts.random, entry_date=facts.day())
        entries.append(entry | {"idempotency_key": f"{facts.random.getrandbits(96):024x}"})
    return _post(officer, "journal-entries/bulk", {"entries": entries, "atomic": True}, OK)


def _issue(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    satang = facts.random.randrange(2_000, 500_000, 25)
    line = {"revenue": facts.random.choice(_REVENUES), "amount": baht(satang)}
    said = {"received_on": facts.day().isoformat(), "payer": "นายมานะ อดทน", "method": "cash"}
    return _post(officer, "receipts", {**said, "lines": [line]})


def _hand_over(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    return _post(officer, "remittances", {"collected_on": facts.day().isoformat()})


def _receive_slip(officer: Officer, _facts: Facts, paper: Paper) -> Asked:
    said = {"counted": paper["amount"]}
    return _post(officer, f"remittances/{paper['id']}/receive", said, OK)


def _sum_up(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    return _post(officer, "remittance-summaries", {"collected_on": facts.day().isoformat()})


def _check(officer: Officer, _facts: Facts, paper: Paper) -> Asked:
    return _post(officer, f"remittance-summaries/{paper['id']}/check", {}, OK)


def _draw_up(officer: Officer, facts: Facts, _paper: Paper) -> Asked:
    budget = facts.budgets[officer.body_code]
    gross = facts.random.randrange(_LEAST_VOUCHER_SATANG, 10 * _LEAST_VOUCHER_SATANG)
    said = {
        "fiscal_year": fiscal_year(),
        "unit": budget.unit,
        "budget_line": budget.line,
        "payee": budget.payee,
        "description": "ค่าไฟฟ้า",
        "gross": baht(gross),
        "source": {"kind": "utility"},
        "made_on": facts.day().isoformat(),
    }
    return _post(officer, "vouchers", said)


def baht(satang: int) -> str:
    """Return an amount as the API writes it."""
    return f"{satang // 100}.{satang % 100:02d}"


def compact(said: dict[str, Any]) -> bytes:
    """Return the JSON as it is sent."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


_ASKING: dict[str, Callable[[Officer, Facts, Paper], Asked]] = {
    mix.SIGN_IN: _sign_in,
    mix.HOME: _get(""),
    mix.LIST_ENTRIES: _get("journal-entries"),
    mix.LIST_RECEIPTS: _get("receipts"),
    mix.LIST_VOUCHERS: _get("vouchers"),
    mix.READ_ENTRY: _read_entry,
    mix.SEARCH: _search,
    mix.LEDGER: _ledger,
    mix.TRIAL_BALANCE: _trial_balance,
    mix.WHO_AM_I: lambda _officer, _facts, _paper: Asked(method="GET", path="/api/v1/me"),
    mix.PRINT: lambda officer, _facts, paper: Asked(
        method="GET", path=_in(officer, f"documents/{paper['id']}/pdf")
    ),
    mix.PRINT_ENTRY: _print_entry,
    mix.POST_ENTRY: _post_entry,
    mix.BACK_FILL: _back_fill,
    mix.ISSUE: _issue,
    mix.HAND_OVER: _hand_over,
    mix.RECEIVE_SLIP: _receive_slip,
    mix.SUM_UP: _sum_up,
    mix.CHECK: _check,
    mix.DRAW_UP: _draw_up,
    **{
        key: _step(key) for key in (mix.REQUEST, mix.RECEIVE, mix.EXAMINE, mix.ENDORSE, mix.APPROVE)
    },
}
