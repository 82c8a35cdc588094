"""The books of one demo body while its days are told: entries, balances, and what falls due."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from openlaas.demo import accounts, rules
from openlaas.demo.amounts import Scale
from openlaas.demo.diary import Diary
from openlaas.demo.working_days import days_later, fiscal_year

_ZERO = Decimal("0.00")
_ROUND_TRANSFER = Decimal("10000.00")
_LIGHT_BELOW = 400  # entries a year

# Journal entries that no posting rule covers: the general voucher that opens the books, and a
# transfer between the body's own bank accounts (or from bank to till in a pawnshop).
OPENING = "OPEN"
TRANSFER = "MOVE"


@dataclass(frozen=True, slots=True)
class DemoLine:
    """One line; exactly one of debit and credit is above zero, in baht."""

    account: str
    debit: Decimal
    credit: Decimal
    memo: str | None = None


@dataclass(frozen=True, slots=True)
class DemoEntry:
    """One balanced journal entry, dated by the accounting date."""

    rule_id: str
    entry_date: date
    description: str
    reference: str | None
    lines: tuple[DemoLine, ...]


Task = Callable[["Books", date], bool]


def dr(account: str, amount: Decimal, memo: str | None = None) -> DemoLine:
    """Make a debit line."""
    return DemoLine(account, amount, _ZERO, memo)


def cr(account: str, amount: Decimal, memo: str | None = None) -> DemoLine:
    """Make a credit line."""
    return DemoLine(account, _ZERO, amount, memo)


class BrokenDemo(Exception):
    """The generator broke one of its own promises: a bug, never a state of the books."""


class Books:
    """Balances, running numbers, and the documents that fall due."""

    def __init__(self, *, kind: str, scale: Scale, rng: Random) -> None:
        self.kind = kind
        self.scale = scale
        self.rng = rng
        self.entries_of_year: Counter[int] = Counter()
        self.is_banking_due = False
        self.till_float = _ZERO  # what stays in the till when cash is banked
        self._balances: defaultdict[str, Decimal] = defaultdict(lambda: _ZERO)
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._diary: Diary[Task] = Diary()
        self._untaken: list[DemoEntry] = []

    @property
    def is_light(self) -> bool:
        """Tell whether the year is so short that documents are gathered on one paper."""
        return self.scale.count < _LIGHT_BELOW

    def post(
        self,
        rule_id: str,
        day: date,
        description: str,
        lines: Sequence[DemoLine],
        *,
        reference: str | None = None,
    ) -> None:
        """Add an entry; lines of nothing are left out.

        Raises:
            BrokenDemo: it is empty, does not balance, names an account that may not be posted to,
                or overdraws money.
        """
        kept = tuple(line for line in lines if line.debit or line.credit)
        if not kept or sum((line.debit - line.credit for line in kept), _ZERO):
            raise BrokenDemo(f"{rule_id} of {day} does not balance: {kept}")
        for line in kept:
            self._add(line, rule_id)
        for account in accounts.MONEY:
            if self._balances[account] < 0:
                raise BrokenDemo(f"{rule_id} of {day} overdraws {account}")
        self.entries_of_year[fiscal_year(day)] += 1
        self._untaken.append(DemoEntry(rule_id, day, description, reference, kept))

    def _add(self, line: DemoLine, rule_id: str) -> None:
        if line.account not in rules.postable_accounts():
            raise BrokenDemo(f"{rule_id} names {line.account}, which may not be posted to")
        self._balances[line.account] += line.debit - line.credit

    def take(self) -> list[DemoEntry]:
        """Hand over the entries added since the last time, in order."""
        taken, self._untaken = self._untaken, []
        return taken

    def debit_balance(self, account: str) -> Decimal:
        """Give the balance so far, debit positive."""
        return self._balances[account]

    def credit_balance(self, account: str) -> Decimal:
        """Give the balance so far, credit positive."""
        return -self._balances[account]

    def number(self, book: str, day: date) -> str:
        """Take the next running number of a book: five digits of the year, then the year's two."""
        year = fiscal_year(day)
        self._numbers[book, year] += 1
        return f"{self._numbers[book, year]:05d}/{year % 100:02d}"

    def plan(self, day: date, task: Task) -> None:
        """Have a document made on a day; a task that answers False is asked again the next."""
        self._diary.plan(day, task)

    def run_due(self, day: date) -> None:
        """Make the documents due by this day."""
        postponed = [task for task in self._diary.due(day) if not task(self, day)]
        for task in postponed:
            self.plan(days_later(day, 1), task)

    def may_pay(self, account: str, amount: Decimal, day: date) -> bool:
        """Tell whether an account holds the money, moving some from savings when it does not."""
        short = amount - self._balances[account]
        if short <= 0:
            return True
        if account == accounts.SAVINGS or self._balances[accounts.SAVINGS] < short:
            return False
        wanted = max(short, self.scale.share("2.5")) // _ROUND_TRANSFER + 1
        moved = min(wanted * _ROUND_TRANSFER, self._balances[accounts.SAVINGS])
        self.post(
            TRANSFER,
            day,
            "โอนเงินฝากออมทรัพย์เข้าบัญชีกระแสรายวันเพื่อรองรับการจ่ายเช็ค"
            if account == accounts.CURRENT
            else "ถอนเงินฝากออมทรัพย์เป็นเงินสดหมุนเวียน",
            [dr(account, moved), cr(accounts.SAVINGS, moved)],
            reference=f"ใบถอน {self.number('withdrawal', day)}",
        )
        return True
