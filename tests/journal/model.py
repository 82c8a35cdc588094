"""The ledger as a school book would have it: lists in memory, written without a look at the SQL.

It tells what each operation must answer, and what every report must say afterwards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

ZERO = Decimal("0.00")
UNCLOSED_RESULT = "3101010101.001"
EVERY_KIND, JV = "", "JV"
COLUMNS = (
    *("opening_debit", "opening_credit", "period_debit", "period_credit"),
    *("closing_debit", "closing_credit"),
)


def year_of(day: date) -> int:
    """Return the fiscal year, B.E.: October belongs to the next one."""
    return day.year + 544 if day.month >= 10 else day.year + 543


def year_start(year: int) -> date:
    return date(year - 544, 10, 1)


def month_end(month: date) -> date:
    """Return the first day after the month."""
    return date(month.year + 1, 1, 1) if month.month == 12 else month.replace(month=month.month + 1)


def is_of_the_year(account: str) -> bool:
    """Whether the account begins every fiscal year at nothing: revenue and expense."""
    return account[0] in "45"


@dataclass(frozen=True, kw_only=True)
class Line:
    account: str
    debit: Decimal
    credit: Decimal
    memo: str | None = None

    @property
    def amount(self) -> Decimal:
        return self.debit - self.credit


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An entry that somebody asks for."""

    day: date
    lines: tuple[Line, ...]
    description: str = "รายการ"

    def raw(self) -> dict[str, object]:
        """Return it as a request says it."""
        lines = [
            {
                "account": line.account,
                ("debit" if line.debit else "credit"): str(line.debit or line.credit),
                **({"memo": line.memo} if line.memo else {}),
            }
            for line in self.lines
        ]
        return {"entry_date": str(self.day), "description": self.description, "lines": lines}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as it was posted."""

    event_no: int
    year: int
    no: int
    day: date
    lines: tuple[Line, ...]
    recorded_at: datetime
    reverses: int | None

    @property
    def number(self) -> str:
        return f"JV-{self.no:05d}/{self.year % 100:02d}"


@dataclass(kw_only=True)
class Voucher:
    preparer: int
    asked: Asked | None
    state: str = "draft"
    version: int = 1
    hands: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hands.add(self.preparer)


@dataclass(kw_only=True)
class Ledger:
    """What the books hold, and what they would refuse."""

    years: set[int]
    opened_at: datetime
    chart: dict[str, str]  # national postable accounts and their names
    entries: list[Entry] = field(default_factory=list)
    closed: set[tuple[date, str]] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)
    vouchers: dict[object, Voucher] = field(default_factory=dict)
    acts: int = 0

    # --- what is refused -------------------------------------------------------------------------

    def posting_refusals(self, asked: Asked) -> list[str]:
        unknown = [line for line in asked.lines if line.account not in self.chart | self.own]
        refusals = ["unknown_account"] * len(unknown)
        if sum(line.amount for line in asked.lines):
            refusals.append("unbalanced")
        month = asked.day.replace(day=1)
        if year_of(asked.day) not in self.years:
            refusals.append("period_missing")
        elif {(month, EVERY_KIND), (month, JV)} & self.closed:
            refusals.append("period_closed")
        return refusals

    def reversal_refusals(self, entry: Entry, undoing: Asked) -> list[str]:
        refusals = self.posting_refusals(undoing)
        if any(other.reverses == entry.event_no for other in self.entries):
            refusals.append("reversed_already")
        if entry.reverses is not None:
            refusals.append("is_a_reversal")
        if undoing.day < entry.day:
            refusals.append("before_the_original")
        return refusals

    def closing_refusals(self, month: date, kind: str) -> list[str]:
        if year_of(month) not in self.years:
            return ["period_missing"]
        unfinished = [
            voucher
            for voucher in self.vouchers.values()
            if voucher.asked
            and voucher.asked.day.replace(day=1) == month
            and voucher.state in {"draft", "checked"}
        ]
        already = ["closed_already"] if (month, kind) in self.closed else []
        return already + ["unfinished_document"] * len(unfinished)

    def reopening_refusals(self, month: date, kind: str) -> list[str]:
        if year_of(month) not in self.years:
            return ["period_missing"]
        return [] if (month, kind) in self.closed else ["open_already"]

    def step_refusals(self, voucher: Voucher, action: str, actor: int) -> list[str]:
        allowed = {"draft": {"change", "check", "cancel"}, "checked": {"post", "return", "cancel"}}
        if action not in allowed.get(voucher.state, set()):
            return ["wrong_step"]
        return ["separation_of_duties"] if action == "check" and actor in voucher.hands else []

    # --- what is written -------------------------------------------------------------------------

    def record(self, asked: Asked, recorded_at: datetime, reverses: int | None = None) -> Entry:
        year = year_of(asked.day)
        entry = Entry(
            event_no=len(self.entries) + 1,
            year=year,
            no=1 + sum(1 for other in self.entries if other.year == year),
            day=asked.day,
            lines=asked.lines,
            recorded_at=recorded_at,
            reverses=reverses,
        )
        self.entries.append(entry)
        return entry

    def open_account(self, parent: str, name: str) -> str:
        below = sum(1 for code in self.own if code.startswith(parent))
        code = f"{parent}.{below + 1:02d}"
        self.own[code] = name
        return code

    # --- what is read ----------------------------------------------------------------------------

    def known(self, moment: datetime | None) -> list[Entry]:
        return [entry for entry in self.entries if moment is None or entry.recorded_at <= moment]

    def complete_to(self, moment: datetime | None) -> datetime:
        known = self.known(moment)
        if known:
            return known[-1].recorded_at
        return self.opened_at if moment is None else moment

    def name(self, account: str) -> str:
        return {**self.chart, **self.own}[account]

    def balance_at_year_end(self, account: str, year: int) -> Decimal:
        start = year_start(year) if is_of_the_year(account) else date.min
        return sum(
            (
                line.amount
                for entry in self.entries
                if start <= entry.day < year_start(year + 1)
                for line in entry.lines
                if line.account == account
            ),
            ZERO,
        )

    def trial_balance(
        self, *, year: int, month: date | None, as_of: date | None, moment: datetime | None
    ) -> dict[str, object]:
        start = month or year_start(year)
        end = month_end(month) if month else year_start(year + 1)
        columns: dict[str, list[Decimal]] = {}
        for entry in self.known(moment):
            if entry.day >= end or (as_of and entry.day > as_of):
                continue
            for line in entry.lines:
                is_past = is_of_the_year(line.account) and entry.day < year_start(year)
                row = columns.setdefault(UNCLOSED_RESULT if is_past else line.account, [ZERO] * 3)
                if entry.day < start:
                    row[0] += line.amount
                else:
                    row[1] += line.debit
                    row[2] += line.credit
        rows = [
            self._row(account, *columns[account])
            for account in sorted(columns)
            if any(columns[account])
        ]
        return {
            "fiscal_year": year,
            "month": month and str(month),
            "as_of": as_of and str(as_of),
            "rows": rows,
            "totals": {
                name: str(sum((Decimal(row[name]) for row in rows), ZERO)) for name in COLUMNS
            },
            "complete_to": self.complete_to(moment),
        }

    def _row(self, account: str, opening: Decimal, debit: Decimal, credit: Decimal):
        closing = opening + debit - credit
        return {
            "account": account,
            "name_th": self.name(account),
            "opening_debit": str(max(opening, ZERO)),
            "opening_credit": str(max(-opening, ZERO)),
            "period_debit": str(debit),
            "period_credit": str(credit),
            "closing_debit": str(max(closing, ZERO)),
            "closing_credit": str(max(-closing, ZERO)),
        }

    def ledger(
        self, *, account: str, first: date, last: date, moment: datetime | None
    ) -> tuple[str, list[tuple[str, int, str]]]:
        """Return the signed opening balance, and number, line and running balance of each line."""
        start = year_start(year_of(first)) if is_of_the_year(account) else date.min
        lines = sorted(
            (entry.day, entry.event_no, line_no, entry.number, line.amount)
            for entry in self.known(moment)
            for line_no, line in enumerate(entry.lines, start=1)
            if line.account == account and start <= entry.day <= last
        )
        balance = sum((amount for day, *_, amount in lines if day < first), ZERO)
        opening, shown = str(balance), []
        for day, _, line_no, number, amount in lines:
            if day >= first:
                balance += amount
                shown.append((number, line_no, str(balance)))
        return opening, shown

    def difference(
        self, *, year: int, moments: tuple[datetime, datetime]
    ) -> tuple[list[str], dict[str, tuple[str, str]]]:
        """Return the documents responsible, and what they moved on each account."""
        after, upto = moments
        responsible = [
            entry
            for entry in self.entries
            if after < entry.recorded_at <= upto and entry.day < year_start(year + 1)
        ]
        moved: dict[str, tuple[Decimal, Decimal]] = {}
        for line in (line for entry in responsible for line in entry.lines):
            debit, credit = moved.get(line.account, (ZERO, ZERO))
            moved[line.account] = (debit + line.debit, credit + line.credit)
        sides = {account: (str(debit), str(credit)) for account, (debit, credit) in moved.items()}
        return [entry.number for entry in responsible], sides

    def accounts(self) -> Iterable[str]:
        return sorted({line.account for entry in self.entries for line in entry.lines})
