"""A trial balance as the sheet and the paper know it. Pure values."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from papers.provenance import Provenance
from thai import buddhist

COLUMNS = (
    *("opening_debit", "opening_credit"),
    *("period_debit", "period_credit"),
    *("closing_debit", "closing_credit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """งบทดลอง of a body, for a fiscal year (B.E.) or one of its months.

    Attributes:
        rows: an account each: ``account``, ``name_th`` and an amount, as text, in every column.
        totals: our own sum of each column.
        as_of: the last accounting date that it holds.
        is_cut_short: whether that was asked for, and is before the period's last day.
    """

    source: Provenance
    fiscal_year: int
    month: date | None
    as_of: date
    is_cut_short: bool = False
    rows: list[dict[str, Any]]
    totals: dict[str, str]

    @property
    def is_balanced(self) -> bool:
        """Whether debit equals credit in every pair of columns."""
        return all(
            self.totals[f"{pair}_debit"] == self.totals[f"{pair}_credit"]
            for pair in ("opening", "period", "closing")
        )

    @property
    def file_name(self) -> str:
        """A name in plain letters, without its ending."""
        period = f"{self.month:%Y-%m}" if self.month else "year"
        return f"trial-balance-{self.source.body_code}-{self.fiscal_year}-{period}"

    @property
    def period_words(self) -> str:
        """Of when it is, as its heading says it."""
        day = f"ณ วันที่ {buddhist.in_words(self.as_of)}"
        if not self.month:
            return f"ปีงบประมาณ {self.fiscal_year} {day}"
        month = f"ประจำเดือน {buddhist.month_in_words(self.month)}"
        return f"{month} {day}" if self.is_cut_short else month
