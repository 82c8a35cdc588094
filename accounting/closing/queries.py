"""Reading fiscal years and periods."""

from dataclasses import dataclass

from accounting import books


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalYearState:
    """A fiscal year (B.E.) of this body and whether it is open, pre_closed or closed."""

    year: int
    state: str


def fiscal_years() -> list[FiscalYearState]:
    """Return the body's fiscal years, the latest first."""
    found = books.rows("SELECT year, state FROM fiscal_year ORDER BY year DESC", {})
    return [FiscalYearState(year=year, state=state) for year, state in found]
