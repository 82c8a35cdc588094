"""Reading what was withheld: one statement, whose answer is its JSON."""

import json
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.withholding_tax.return_text import return_text

_ROW = """
    'id', w.id, 'certificate_no', w.certificate_no, 'voucher', w.voucher_id, 'paid_on', w.paid_on,
    'form', w.form, 'income_th', w.income_th, 'rate_percent', w.rate_percent::text,
    'base', w.base::text, 'tax', w.tax::text, 'return_id', w.return_id, 'voucher_number', d.number,
    'description', d.description,
    'payee', CASE WHEN w.person IS NULL THEN d.content -> 'payment' -> 'payee'
                  ELSE d.content -> 'said' -> 'people' -> w.person END
"""
_LIST = f"""
WITH page AS MATERIALIZED (
    SELECT * FROM withheld_tax w
     WHERE w.certificate_no IS NOT NULL AND (%(before)s::uuid IS NULL OR w.id < %(before)s)
     ORDER BY w.id DESC LIMIT %(limit)s + 1
), shown AS MATERIALIZED (
    SELECT * FROM page ORDER BY id DESC LIMIT %(limit)s
)
SELECT json_build_object(
         'items', coalesce(json_agg(json_build_object({_ROW}) ORDER BY w.id DESC), '[]'),
         'next', CASE WHEN (SELECT count(*) FROM page) > %(limit)s THEN
                      (SELECT id FROM shown ORDER BY id LIMIT 1) END)::text
  FROM shown w JOIN document d ON d.id = w.voucher_id
"""
_ONE = f"""
SELECT json_build_object({_ROW})::text
  FROM withheld_tax w JOIN document d ON d.id = w.voucher_id
 WHERE w.certificate_no IS NOT NULL
   AND (w.id = %(id)s::uuid OR w.certificate_no = %(number)s)
"""
_OF_RETURN = f"""
SELECT coalesce(json_agg(json_build_object(
           {_ROW}) ORDER BY w.paid_on, w.id), '[]')::text
  FROM withheld_tax w JOIN document d ON d.id = w.voucher_id
 WHERE w.return_id = %(return_id)s
"""
_SALARY = "401N"  # ม.40(1), as the Revenue Department's program codes it
_WITHHELD_AT_SOURCE = "1"


def certificates(*, limit: int, before: UUID | None = None) -> str:
    """Return certificates (ม.50 ทวิ), the latest first, as JSON ``{"items", "next"}``."""
    found = books.row(_LIST, {"limit": limit, "before": before})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def certificate(*, reference: UUID | str) -> str | None:
    """Return a certificate, by its id or its number, as JSON; None when there is none."""
    is_id = isinstance(reference, UUID)
    before, _, year = str(reference).rpartition("-")
    facts = {"id": reference if is_id else None, "number": f"{before}/{year}"}
    found = books.row(_ONE, facts)
    return str(found[0]) if found else None


def withheld_in_return(*, return_id: UUID) -> list[dict[str, Any]]:
    """Return what a return holds, in order of payment."""
    found = books.row(_OF_RETURN, {"return_id": return_id})
    assert found is not None  # an aggregate has one row
    rows: list[dict[str, Any]] = json.loads(found[0])
    return rows


def return_file(*, return_id: UUID, form: str) -> str:
    """Return the text file of a return, for the Revenue Department's program."""
    return return_text(form, [_line(row) for row in withheld_in_return(return_id=return_id)])


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """Return a line of a text file; a seller who is a person has no parts of the name in books."""
    payee = row["payee"]
    first_name, _, last_name = payee.get("name", "").partition(" ")
    return {
        "first_name": first_name,
        "last_name": last_name,
        **payee,
        "paid_on": date.fromisoformat(row["paid_on"]),
        "income": row["income_th"],
        "income_code": _SALARY,
        "rate": Decimal(row["rate_percent"]) if row["rate_percent"] else "",
        "base": Decimal(row["base"]),
        "tax": Decimal(row["tax"]),
        "condition": _WITHHELD_AT_SOURCE,
    }
