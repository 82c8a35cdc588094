"""Reading fiscal years and periods."""

from dataclasses import dataclass

from accounting import books
from accounting.closing.finished import UNFINISHED
from accounting.fiscal_year import first_day


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalYearState:
    """A fiscal year (B.E.) of this body and whether it is open, pre_closed or closed."""

    year: int
    state: str


_PERIODS = """
SELECT coalesce(json_agg(json_build_object(
           'period', to_char(starts_on, 'YYYY-MM'), 'fiscal_year', fiscal_year,
           'kind', nullif(kind, ''), 'state', state) ORDER BY starts_on, kind), '[]')::text
  FROM period WHERE fiscal_year = %(fiscal_year)s AND kind <> 'DAY'
"""

_UNFINISHED = f"""
SELECT coalesce(json_agg(json_build_object(
           'id', id, 'kind', kind, 'state', state, 'document_date', document_date,
           'description', description, 'amount', amount::text) ORDER BY document_date, id),
           '[]')::text
  FROM document
 WHERE document_date >= %(from)s AND document_date < %(before)s
   AND {UNFINISHED}
"""


def fiscal_years() -> list[FiscalYearState]:
    """Return the body's fiscal years, the latest first."""
    found = books.rows("SELECT year, state FROM fiscal_year ORDER BY year DESC", {})
    return [FiscalYearState(year=year, state=state) for year, state in found]


def periods(*, fiscal_year: int) -> str:
    """Return the year's months as JSON, with those closed for one kind of document alone."""
    found = books.row(_PERIODS, {"fiscal_year": fiscal_year})
    assert found is not None  # an aggregate has one row
    return str(found[0])


def unfinished_documents(*, fiscal_year: int) -> str:
    """Return as JSON what is dated in the year and neither posted nor cancelled, by date.

    Until its unfinished documents are finished, a month cannot be closed.
    """
    span = {"from": first_day(fiscal_year), "before": first_day(fiscal_year + 1)}
    found = books.row(_UNFINISHED, span)
    assert found is not None  # an aggregate has one row
    return str(found[0])
