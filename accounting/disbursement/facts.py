"""What the books know of everything that a ฎีกา names."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books
from accounting.budget.queries import KnownLine, lines_known
from accounting.disbursement.drafts import INSPECTION, VoucherDraft
from accounting.disbursement.rules import LineFacts, PayeeFacts, VoucherFacts

_KNOWN = """
SELECT json_build_object(
    'unit_is_active', (SELECT is_active FROM division WHERE code = %(unit)s),
    'payee', (SELECT json_build_object('name', name, 'legal_form', legal_form, 'sector', sector,
                                       'is_active', is_active)
                FROM party WHERE id = %(payee)s),
    'inspection', (SELECT json_build_object(
                        'payee', content ->> 'payee', 'payee_name', content ->> 'payee_name',
                        'budget_line', content ->> 'budget_line', 'amount', amount::text,
                        'contract', content ->> 'contract', 'state', state)
                     FROM document WHERE id = %(source)s AND kind = 'INSPECT'),
    'contract', (SELECT json_build_object(
                        'payee', content ->> 'vendor', 'payee_name', content ->> 'vendor_name',
                        'budget_line', content ->> 'budget_line', 'amount', amount::text,
                        'contract', id, 'state', state)
                   FROM document WHERE id = %(source)s AND kind = 'CONTRACT'),
    'deposit', (SELECT json_build_object(
                        'account', account, 'amount', (amount - settled - written_off)::text,
                        'payee_name', party_name)
                  FROM open_item WHERE id = %(source)s AND kind = 'deposit'),
    'voucher_of_inspection', (SELECT id FROM payment_voucher
                               WHERE inspection_id = %(source)s AND is_live),
    'type_account', (SELECT account FROM shared.budget_code
                      WHERE scheme = 'expenditure' AND code = %(expenditure_type)s
                        AND from_fiscal_year <= %(fiscal_year)s
                        AND coalesce(until_fiscal_year, 9999) >= %(fiscal_year)s
                      ORDER BY from_fiscal_year DESC LIMIT 1))::text
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the books know for one voucher.

    Attributes:
        line: the budget line; None for money that is not the budget's.
        account: what the voucher is charged to, or the deposit that it gives back.
        contract: whose obligation it spends.
        other_voucher: that pays the same inspection.
    """

    facts: VoucherFacts
    line: KnownLine | None
    account: str
    contract: str | None
    other_voucher: UUID | None


def known_of(draft: VoucherDraft) -> Known:
    """Return what the books know of a voucher's references."""
    line = lines_known([draft.budget_line]).get(draft.budget_line) if draft.budget_line else None
    asked = {
        "unit": draft.unit,
        "payee": draft.payee,
        "source": draft.source_id,
        "expenditure_type": line.expenditure_type if line else None,
        "fiscal_year": draft.fiscal_year,
    }
    found = books.row(_KNOWN, asked)
    assert found is not None  # it has one row whatever there is
    told: dict[str, Any] = json.loads(found[0])
    source = _source(draft, told)
    return Known(
        facts=VoucherFacts(
            unit_is_active=told["unit_is_active"],
            payee=PayeeFacts(**told["payee"]) if told["payee"] else None,
            line=LineFacts(fiscal_year=line.fiscal_year, fund_source=line.fund_source)
            if line
            else None,
            source_exists=source is not None,
            owed=Decimal(source["amount"]) if source and source.get("amount") else None,
            owed_to=source.get("payee_name", "") if source else "",
            is_owed_elsewhere=_is_elsewhere(draft, source),
        ),
        line=line,
        account=draft.account or (source or {}).get("account") or told["type_account"] or "",
        contract=source.get("contract") if source else None,
        other_voucher=UUID(told["voucher_of_inspection"])
        if told["voucher_of_inspection"]
        else None,
    )


def _source(draft: VoucherDraft, told: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the source owes to whom; an empty one when the voucher is its own source."""
    if draft.source_kind == INSPECTION:
        found: dict[str, Any] | None = told["inspection"]
        return found if found and found["state"] == "accepted" else None
    if draft.source_kind == "advance":
        contract: dict[str, Any] | None = told["contract"]
        return contract if contract and contract["state"] in {"signed", "amended"} else None
    if draft.source_kind == "deposit":
        return dict(told["deposit"]) if told["deposit"] else None
    return {}


def _is_elsewhere(draft: VoucherDraft, source: dict[str, Any] | None) -> bool:
    if not source or "budget_line" not in source:
        return False
    return (draft.payee is not None and str(draft.payee) != source["payee"]) or (
        draft.budget_line is not None and str(draft.budget_line) != source["budget_line"]
    )
