"""Reading what the form of a ฎีกา says besides the voucher itself, and finding one."""

from collections.abc import Mapping
from uuid import UUID

from accounting import books

_NAMES = """
SELECT asked.key, coalesce((SELECT c.name_th FROM shared.budget_code c
                             WHERE c.scheme = asked.scheme AND c.code = asked.code
                               AND c.from_fiscal_year <= %(fiscal_year)s
                               AND coalesce(c.until_fiscal_year, 9999) >= %(fiscal_year)s
                             ORDER BY c.from_fiscal_year DESC LIMIT 1), asked.code)
  FROM (VALUES ('plan', 'plan', %(plan)s), ('task', 'plan', %(task)s),
               ('category', 'expenditure', %(category)s),
               ('type', 'expenditure', %(expenditure_type)s),
               ('fund_source', 'fund_source', %(fund_source)s)) AS asked(key, scheme, code)
"""

_WITH_TREASURY_NUMBER = "SELECT id FROM payment_voucher WHERE treasury_no = %(number)s"


def with_treasury_number(path: str) -> UUID | None:
    """Return the voucher that has a เลขที่คลังรับ, as paths write it: ``00566-69``."""
    found = books.row(_WITH_TREASURY_NUMBER, {"number": path.replace("-", "/")})
    return found[0] if found else None


def names_on_form(
    *, line: Mapping[str, str] | None, fund_source: str, fiscal_year: int
) -> dict[str, str]:
    """Return the Thai names of a voucher's plan, task, category, type and fund source."""
    kind = line["expenditure_type"] if line else ""
    facts = {
        "plan": line["plan"] if line else "",
        "task": line["task"] if line else "",
        "category": f"5{kind[:2]}000" if kind else "",
        "expenditure_type": kind,
        "fund_source": fund_source,
        "fiscal_year": fiscal_year,
    }
    return dict(books.rows(_NAMES, facts))
