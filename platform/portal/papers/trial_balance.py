"""A trial balance as the sheet and the paper know it. Pure values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from portal import buddhist

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
        complete_to: up to which recording.
    """

    body_code: str
    body_name_th: str
    province_th: str
    fiscal_year: int
    month: date | None
    as_of: date
    complete_to: datetime
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
        return f"trial-balance-{self.body_code}-{self.fiscal_year}-{period}"

    @property
    def period_words(self) -> str:
        """Of when it is, as its heading says it."""
        if self.month:
            return f"ประจำเดือน {buddhist.month_in_words(self.month)}"
        return f"ปีงบประมาณ {self.fiscal_year} ณ วันที่ {buddhist.in_words(self.as_of)}"

    @property
    def complete_words(self) -> str:
        """Up to which recording it is complete."""
        moment = timezone.localtime(self.complete_to)
        day = buddhist.in_words(moment.date())
        return f"รวมทุกรายการที่บันทึกถึง {day} เวลา {moment:%H:%M} น."
