"""A body's office while its days are told: who acts, what is in the till, what falls due."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from accounting import money
from openlaas.demo.amounts import Scale
from openlaas.demo.diary import Diary
from openlaas.demo.working_days import fiscal_year
from openlaas.workdays.hands import Hands, Said, Shown

Task = Callable[["Office", date], None]
CURRENT, SAVINGS = "current", "savings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A seller of the register."""

    id: str
    name: str
    is_firm: bool
    is_vat_registered: bool
    is_state: bool = False


@dataclass(slots=True)
class Line:
    """A budget line and what the story has left of it."""

    id: str
    type: str
    left: Decimal
    name: str


class Office:
    """What the tellers of each side share."""

    def __init__(self, hands: Hands, *, kind: str, scale: Scale, rng: Random) -> None:
        self.hands = hands
        self.kind = kind
        self.scale = scale
        self.rng = rng
        self.diary: Diary[Task] = Diary()
        self.made: Counter[str] = Counter()  # documents, by path
        self.of_year: Counter[int] = Counter()  # documents, by fiscal year of their day
        self.cash = Decimal("0.00")
        self.banks: dict[str, str] = {}
        self.in_bank: dict[str, Decimal] = {CURRENT: Decimal(0), SAVINGS: Decimal(0)}
        self.vendors: dict[str, Vendor] = {}
        self.sellers: list[Vendor] = []
        self.lines: dict[int, dict[str, Line]] = {}
        self.collected = Decimal("0.00")  # of the day's receipts, not handed over yet
        # Vouchers that are approved and not paid: id, net, and the return of what is withheld.
        self.payable: list[tuple[str, Decimal, str]] = []
        self.withheld: dict[str, set[str]] = {}  # months, by form of the return
        self.month_told = (0, 0)
        self.is_last_day = False  # what is begun on it waits for the next officer

    def make(self, path: str, said: Said, *, by: str, day: date) -> Shown:
        """Make a document; count it."""
        shown = self.hands.make(path, said, by=by)
        self.count(path, day)
        return shown

    def count(self, path: str, day: date, documents: int = 1) -> None:
        """Count documents, those too that come of another's step."""
        self.made[path] += documents
        self.of_year[fiscal_year(day)] += documents

    def take(self, path: str, document: str, action: str, by: str, **said: Any) -> None:
        """Take a step."""
        self.hands.take(path, document, action, by=by, said=said)

    def plan(self, day: date, task: Task) -> None:
        """Have something done on a day."""
        self.diary.plan(day, task)

    def do_what_is_due(self, day: date) -> None:
        """Do what falls due by this day."""
        for task in self.diary.due(day):
            task(self, day)

    def line(self, day: date, expenditure_type: str) -> Line:
        """Return the line of a type in the budget of a day."""
        return self.lines[fiscal_year(day)][expenditure_type]


def baht(amount: Decimal) -> str:
    """Write an amount as programs send it."""
    return money.text(amount)
