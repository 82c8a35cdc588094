"""What a ฎีกา that paid too much was charged to, and how much of it may still be recovered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounting import books
from accounting.scripts import script

# The entries of the voucher, and of the inspection that set its debt up; less what was set up
# before. The voucher's row is held: two at once wait here.
_CHARGED = script(
    "charged_by_voucher",
    """
SELECT v.id FROM document v LEFT JOIN payment_voucher p USING (id)
 WHERE v.kind = 'DIKA' AND v.state = 'paid' AND %(number)s::varchar IN (v.number, p.treasury_no)
   FOR UPDATE OF v;

SELECT v.id, v.document_date, (
       SELECT coalesce(json_object_agg(account, amount::text), '{}')::text
         FROM (SELECT l.account, sum(l.debit - l.credit) - coalesce((
                          SELECT sum(r.amount) FROM document r
                           WHERE r.kind = 'RECVBL' AND r.state = 'recorded'
                             AND r.content ->> 'voucher' = v.id::text
                             AND r.content -> 'said' ->> 'revenue' = l.account), 0) AS amount
                 FROM journal_entry e JOIN journal_line l USING (event_no)
                WHERE e.document_id IN (v.id, (v.content -> 'said' -> 'source' ->> 'id')::uuid)
                  AND NOT starts_with(l.account, '11010')
                GROUP BY l.account HAVING sum(l.debit - l.credit) > 0) AS charged)
  FROM document v LEFT JOIN payment_voucher p USING (id)
 WHERE v.kind = 'DIKA' AND v.state = 'paid' AND %(number)s::varchar IN (v.number, p.treasury_no)
""",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """A paid voucher.

    Attributes:
        left: what may still be recovered, by the account that it was charged to.
    """

    voucher: UUID
    made_on: date
    left: Mapping[str, Decimal]


def charged_by(number: str) -> Charged | None:
    """Return what a paid voucher was charged to, and hold it; None when there is none."""
    _, found = books.rows_of_each(_CHARGED, {"number": number})
    if not found:
        return None
    voucher, made_on, text = found[0]
    left = {account: Decimal(amount) for account, amount in json.loads(text).items()}
    return Charged(voucher=voucher, made_on=made_on, left=left)
