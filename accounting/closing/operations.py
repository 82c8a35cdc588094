"""Opening and closing what may be posted into."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from accounting import books
from accounting import fiscal_year as fiscal_years
from accounting.audit import operations as audit
from accounting.closing import rules
from accounting.closing.finished import UNFINISHED
from accounting.errors import AccountingError
from accounting.officers import Officer

EVERY_KIND = ""  # a period of every kind of document

_OPEN_YEAR = """
WITH year AS (
    INSERT INTO fiscal_year (year, state, opened_at) VALUES (%(year)s, 'open', %(at)s)
    ON CONFLICT (year) DO NOTHING
), told AS (
    INSERT INTO shared.notice (body_code, about) SELECT body_code, 'PERIOD' FROM body_identity
)
INSERT INTO period (starts_on, fiscal_year, state)
SELECT month, %(year)s, 'open' FROM unnest(%(months)s::date[]) AS month
ON CONFLICT (starts_on, kind) DO NOTHING
RETURNING starts_on
"""
# The month's own row is locked whatever the kind, so that closing and posting never cross.
_FACTS = f"""
WITH whole AS (
    SELECT p.state, p.fiscal_year, y.state AS year_state
      FROM period p JOIN fiscal_year y ON y.year = p.fiscal_year
     WHERE p.starts_on = %(starts_on)s AND p.kind = '' FOR UPDATE OF p
)
SELECT whole.fiscal_year, whole.year_state,
       CASE WHEN %(kind)s = '' THEN whole.state
            ELSE coalesce((SELECT state FROM period
                            WHERE starts_on = %(starts_on)s AND kind = %(kind)s), 'open') END,
       (SELECT json_agg(json_build_array(id, kind, state, description))
          FROM document
         WHERE document_date >= %(starts_on)s AND document_date < %(before)s
           AND {UNFINISHED}
           AND (%(kind)s = '' OR kind = %(kind)s))
  FROM whole
"""  # noqa: S608 - filled with a condition of ours; values are parameters
_SET = """
WITH told AS (
    INSERT INTO shared.notice (body_code, about) SELECT body_code, 'PERIOD' FROM body_identity
)
INSERT INTO period (starts_on, kind, fiscal_year, state)
VALUES (%(starts_on)s, %(kind)s, %(fiscal_year)s, %(state)s)
ON CONFLICT (starts_on, kind) DO UPDATE SET state = excluded.state
RETURNING state
"""


class UnableToClosePeriod(AccountingError):
    """At least one rule refuses; ``refusals`` lists every unfinished item."""

    code = "unable_to_close_period"


class UnableToOpenYear(AccountingError):
    """A rule refuses; ``refusals`` says which."""

    code = "unable_to_open_year"


class UnableToReopenPeriod(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_reopen_period"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodState:
    """A month, for every kind of document or for one, and whether it is open."""

    starts_on: date
    kind: str
    fiscal_year: int
    state: str


def open_fiscal_year(*, year: int, opened_at: datetime) -> None:
    """Open a fiscal year (B.E.) and its twelve periods; opening it again changes nothing."""
    facts = {"year": year, "at": opened_at, "months": fiscal_years.months(year)}
    books.rows(_OPEN_YEAR, facts)


def open_next_year(*, today: date, officer: Officer, at: datetime) -> int:
    """Open the fiscal year after the latest one, and its twelve months; return it (B.E.).

    Raises:
        UnableToOpenYear: the latest year has not begun.
    """
    found = books.row("SELECT max(year) FROM fiscal_year", {})
    latest: int | None = found[0] if found else None
    this_year = fiscal_years.fiscal_year_of(today)
    if refusals := list(rules.opening_refusals(latest=latest, this_year=this_year)):
        raise UnableToOpenYear(refusals)
    year = latest + 1 if latest else this_year
    open_fiscal_year(year=year, opened_at=at)
    audit.record(action="fiscal_year_opened", subject=str(year), officer=officer)
    return year


def close_period(
    *, starts_on: date, officer: Officer, reason: str | None = None, kind: str = EVERY_KIND
) -> PeriodState:
    """Close a month to posting, for every kind of document or for one alone.

    It waits for postings under way, which hold the month's row FOR SHARE.

    Raises:
        UnableToClosePeriod: it is closed or missing, or documents of it are unfinished.
    """
    year, facts = _facts(starts_on, kind)
    if refusals := list(rules.closing_refusals(facts)):
        raise UnableToClosePeriod(refusals)
    closed = PeriodState(starts_on=starts_on, kind=kind, fiscal_year=year, state="closed")
    return _set(closed, action="period_closed", officer=officer, reason=reason)


def reopen_period(
    *, starts_on: date, officer: Officer, reason: str, kind: str = EVERY_KIND
) -> PeriodState:
    """Open a closed month again; the reason is kept.

    Raises:
        UnableToReopenPeriod: it is open or missing, or its fiscal year is closed.
    """
    year, facts = _facts(starts_on, kind)
    if refusals := list(rules.reopening_refusals(facts)):
        raise UnableToReopenPeriod(refusals)
    reopened = PeriodState(starts_on=starts_on, kind=kind, fiscal_year=year, state="open")
    return _set(reopened, action="period_reopened", officer=officer, reason=reason)


def _facts(starts_on: date, kind: str) -> tuple[int, rules.PeriodFacts]:
    before = fiscal_years.month_after(starts_on)
    found = books.row(_FACTS, {"starts_on": starts_on, "before": before, "kind": kind})
    if found is None:
        return 0, rules.PeriodFacts(state=None, fiscal_year_state=None)
    year, year_state, state, unfinished = found
    return year, rules.PeriodFacts(
        state=state,
        fiscal_year_state=year_state,
        unfinished=[
            rules.UnfinishedDocument(
                id=id_, kind=document_kind, state=document_state, description=description
            )
            for id_, document_kind, document_state, description in unfinished or []
        ],
    )


def _set(period: PeriodState, *, action: str, officer: Officer, reason: str | None) -> PeriodState:
    books.row(_SET, asdict(period))
    subject = f"{period.starts_on:%Y-%m} {period.kind}".strip()
    audit.record(action=action, subject=subject, officer=officer, reason=reason)
    return period
