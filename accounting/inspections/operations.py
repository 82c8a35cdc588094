"""Everything that changes an inspection. Locks it, then its contract, then what a posting locks."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting import books, money
from accounting.contracts import operations as contracts
from accounting.contracts import rules as contract_rules
from accounting.deposits import operations as deposits
from accounting.documents import numbering
from accounting.documents import operations as documents
from accounting.documents.operations import Contents, LockedDocument, Reference, StepBegun
from accounting.errors import Refusal
from accounting.inspections import rules
from accounting.inspections.drafts import InspectionDraft, read_inspection
from accounting.inspections.recipes import PAYABLE, Accepted, Recipe, acceptance
from accounting.journal import operations as journal
from accounting.officers import Officer
from accounting.posting_rules.operations import posting_by_rule

# What the contract holds in accounts of parts, by account, less what became assets already.
_HELD = """
SELECT coalesce(json_object_agg(account, amount), '{}')::text FROM (
    SELECT line ->> 'account' AS account,
           sum((line ->> 'amount')::numeric) FILTER (WHERE line ->> 'asset' IS NULL) AS amount
      FROM document, jsonb_array_elements(content -> 'said' -> 'lines') AS line
     WHERE kind = 'INSPECT' AND state = 'accepted' AND content ->> 'contract' = %(contract)s
     GROUP BY 1) AS held
"""
_CONTRACT = """
SELECT content ->> 'vendor', content ->> 'budget_line', content ->> 'fund_source', description,
       fiscal_year, content ->> 'vendor_name', number
  FROM document WHERE id = %(id)s AND kind = 'CONTRACT'
"""
_SECTOR = """
SELECT sector FROM party WHERE id = %(vendor)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contract:
    """What an inspection copies of its contract, which no annex changes."""

    vendor: str
    budget_line: str
    fund_source: str
    description: str
    fiscal_year: int
    vendor_name: str
    number: str


def draft_inspection(*, raw: Mapping[str, Any], officer: Officer) -> LockedDocument:
    """Make an inspection as a draft.

    Raises:
        UnableToDraft: the role lacks it, or something in it is refused.
    """
    contents, refusals = _read(raw)
    return documents.draft(workflow=rules.FLOW, contents=contents, officer=officer, others=refusals)


def change_inspection(
    *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
) -> LockedDocument:
    """Replace what a draft says; see ``documents.change_draft``."""
    contents, refusals = _read(raw)
    return documents.change_draft(
        workflow=rules.FLOW,
        document=document,
        version=version,
        contents=contents,
        officer=officer,
        others=refusals,
    )


def accept_inspection(*, begun: StepBegun, asked: Mapping[str, Any]) -> LockedDocument:
    """Accept what was delivered: the payable arises now, on the day of acceptance (EX02 to EX06).

    The contract that has nothing left to deliver is completed.

    Raises:
        UnableToTakeStep: the flow refuses.
        UnableToApplyRule, UnableToPostEntry: the books refuse.
        UnableToTakeOut: the deposit that pays for it has less.
    """
    inspection = begun.document
    draft = read_inspection(inspection.contents.content["said"])
    contract = documents.lock(kind=contract_rules.FLOW.kind, document=_id_of(draft.contract))
    assert contract is not None  # a draft names one that is there, and none is ever deleted
    facts = _facts(contract)
    assert draft.accepted_on is not None
    begun.assert_may(
        [
            *rules.buyer_refusals(inspector=begun.officer.id, buyers=facts.buyers),
            *rules.inspection_refusals(
                amount=draft.amount, accepted_on=draft.accepted_on, facts=facts
            ),
        ]
    )
    year = inspection.contents.fiscal_year or 0
    recipes = _recipes(inspection, draft, begun.officer)
    number = numbering.next_number(kind=inspection.kind, fiscal_year=year)
    accepted = documents.finish_step(begun=begun, number=number)
    if facts.accepted + draft.amount == facts.contract_amount:
        documents.take_step(
            workflow=contract_rules.FLOW,
            document=contract,
            action="complete",
            officer=begun.officer,
        )
    _post(accepted, recipes, on=draft.accepted_on, officer=begun.officer)
    return accepted


def _read(raw: Mapping[str, Any]) -> tuple[Contents, list[Refusal]]:
    """Return what an inspection says, and every reason against it."""
    draft = read_inspection(raw)
    found = books.row(_CONTRACT, {"id": draft.contract}) if draft.contract else None
    names = tuple(_Contract.__dataclass_fields__)
    contract = _Contract(**dict(zip(names, found, strict=True))) if found else None
    contents = Contents(
        fiscal_year=contract.fiscal_year if contract else None,
        document_date=draft.accepted_on,
        description=f"ตรวจรับ {contract.description}"[:500] if contract else "",
        amount=draft.amount,
        content={
            "said": dict(raw),
            "contract": raw.get("contract"),
            "vat": str(draft.vat),
            **(_copied(contract) if contract else {}),
        },
    )
    return contents, [*draft.refusals, *_reading_refusals(draft, contract)]


def _copied(contract: _Contract) -> dict[str, str]:
    return {
        "payee": contract.vendor,
        "payee_name": contract.vendor_name,
        "budget_line": contract.budget_line,
        "fund_source": contract.fund_source,
        "contract_number": contract.number,
    }


def _reading_refusals(draft: InspectionDraft, contract: _Contract | None) -> Iterator[Refusal]:
    if draft.contract is not None and contract is None:
        yield _about("unknown_contract", "/contract", "ไม่พบสัญญานี้", "there is no such contract")
    if contract is None:
        return
    needs_deposit = contract.fund_source == "DEPOSIT"
    if needs_deposit and draft.deposit is None:
        yield _about("required", "/deposit", "ต้องระบุเงินรับฝากที่ใช้จ่าย", "the deposit is required")
    if not needs_deposit and draft.deposit is not None:
        yield _about(
            "not_from_deposit",
            "/deposit",
            f"สัญญานี้จ่ายจากแหล่งเงิน {contract.fund_source}",
            f"the contract is paid from {contract.fund_source}",
        )


def _post(
    inspection: LockedDocument, recipes: Sequence[Recipe], *, on: date, officer: Officer
) -> None:
    postings = [
        posting_by_rule(
            rule_id=recipe.rule,
            on=on,
            parts=recipe.parts,
            description=inspection.contents.description,
            document_id=inspection.id,
            reference=inspection.number,
        )
        for recipe in recipes
    ]
    journal.post_entries(postings=postings, officer=officer)


def _facts(contract: LockedDocument) -> rules.InspectionFacts:
    signed_on = contract.contents.document_date
    assert signed_on is not None
    buyers = {contract.prepared_by, UUID(contract.contents.content["requested_by"])}
    return rules.InspectionFacts(
        contract_state=contract.state,
        contract_amount=contract.contents.amount,
        contract_signed_on=signed_on,
        accepted=contracts.accepted(contract=contract.id),
        buyers=frozenset(buyers),
    )


def _recipes(inspection: LockedDocument, draft: InspectionDraft, officer: Officer) -> list[Recipe]:
    content = inspection.contents.content
    sector = books.row(_SECTOR, {"vendor": content["payee"]})
    held = _held(str(draft.contract))
    lines = [
        Accepted(
            account=line.account or "",
            amount=line.amount or money.ZERO,
            asset=line.asset,
            before=held.get(line.account or "", money.ZERO) if line.asset else money.ZERO,
        )
        for line in draft.lines
    ]
    return acceptance(
        lines,
        payable=PAYABLE["government" if sector and sector[0] == "government" else "own"],
        fund_source=content["fund_source"],
        deposit_account=_taken_out(inspection, draft, officer),
    )


def _held(contract: str) -> dict[str, Decimal]:
    found = books.row(_HELD, {"contract": contract})
    assert found is not None  # an aggregate has one row
    amounts = json.loads(found[0], parse_float=Decimal, parse_int=Decimal)
    return {account: amount for account, amount in amounts.items() if amount}


def _taken_out(inspection: LockedDocument, draft: InspectionDraft, officer: Officer) -> str:
    """Take what is accepted out of the deposit that pays for it; return the deposit's account."""
    if draft.deposit is None:
        return ""
    assert draft.accepted_on is not None  # a draft is kept whole
    deposit = deposits.take_out(
        deposit_id=draft.deposit,
        amount=draft.amount,
        document_id=inspection.id,
        day=draft.accepted_on,
        officer=officer,
        pointer="/deposit",
    )
    return deposit.account


def _id_of(contract: UUID | None) -> UUID:
    assert contract is not None  # a draft is kept whole
    return contract


def _about(code: str, pointer: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code, pointer=pointer, message_th=message_th, message_en=message_en, rule="EX02"
    )
