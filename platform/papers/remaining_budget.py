"""The remaining budget (รายงานงบประมาณคงเหลือ) as the sheet and the page know it. Pure values."""

from dataclasses import dataclass
from typing import Any

from papers.provenance import Provenance

# Columns of money in the order of the department's own export, and what each is called.
COLUMNS = {
    "approved": "งบประมาณอนุมัติ",
    "supplemented": "เพิ่มเติม",
    "transferred_in": "โอนเพิ่ม",
    "transferred_out": "โอนลด",
    "carried_in": "กันมา",
    "carried_out": "กันไป",
    "lapsed": "พับไป",
    "reserved": "จองไว้",
    "obligated": "ก่อหนี้ผูกพัน",
    "disbursed": "เบิกจ่าย",
    "available": "คงเหลือ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RemainingBudget:
    """What is left of the budget of a fiscal year (B.E.).

    Attributes:
        fund_source_th: of one source of money; empty for all.
        rows: a line each: its key, the names of its codes, and an amount, as text, in each column.
        totals: our own sum of each column.
    """

    source: Provenance
    fiscal_year: int
    fund_source_th: str
    rows: list[dict[str, Any]]
    totals: dict[str, str]

    @property
    def file_name(self) -> str:
        """A name in plain letters, without its ending."""
        return f"remaining-budget-{self.source.body_code}-{self.fiscal_year}"

    @property
    def period_words(self) -> str:
        """Of which year, and of which money, as its heading says it."""
        year = f"ปีงบประมาณ {self.fiscal_year}"
        return f"{year} {self.fund_source_th}" if self.fund_source_th else year
