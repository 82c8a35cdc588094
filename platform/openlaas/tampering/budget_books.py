"""The budget that is tampered with: ten movements of two lines, by five documents.

Movements 1 and 2 give line A 10,000.00 and line B 5,000.00. R reserves 3,210.00 of A (3); C
obligates 3,000.00 of it (4, 5) and gives the rest back (6). T transfers 500.00 from A to B (7, 8).
V spends 1,000.00 of what C has obligated (9, 10).
"""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounting.budget import operations as budget
from accounting.budget.operations import Change, LineKey, Wanted
from accounting.documents import rows as documents
from accounting.officers import Officer
from tenants.transactions import tenant_transaction

if TYPE_CHECKING:
    from tenants.transactions import OpenableBody

TABLES = ("budget_line", "budget_movement", "budget_head", "commitment")
MOVEMENTS = 10
_DAY = date(2026, 10, 5)


def write(body: "OpenableBody", *, officer: Officer) -> None:
    """Write the budget into the books of a body that has none."""
    with tenant_transaction(body, statement_timeout_ms=0):
        keys = [
            LineKey(
                fund_source="BUDGET",
                plan="00110",
                task="00111",
                expenditure_type="340500",
                project=project,
                name=f"ค่าบริการสื่อสาร {project}",
            )
            for project in ("ก", "ข")
        ]
        line, other = (one.id for one in budget.open_lines(fiscal_year=2570, keys=keys))
        _change(officer, (line, "approve", "10000.00"), (other, "approve", "5000.00"))
    with tenant_transaction(body, statement_timeout_ms=0):
        request, contract = _document(officer), _document(officer)
        budget.reserve(document_id=request, wanted=_wanted(line, "3210.00"), **_by(officer))
        budget.obligate(
            document_id=contract,
            wanted=_wanted(line, "3000.00"),
            of=request,
            release_rest=True,
            **_by(officer),
        )
    with tenant_transaction(body, statement_timeout_ms=0):
        _change(officer, (line, "transfer_out", "500.00"), (other, "transfer_in", "500.00"))
        voucher = _wanted(line, "1000.00")
        budget.disburse(document_id=_document(officer), wanted=voucher, of=contract, **_by(officer))


def _change(officer: Officer, *changes: tuple[UUID, str, str]) -> None:
    told = [Change(line_id=id_, kind=kind, amount=Decimal(baht)) for id_, kind, baht in changes]
    budget.change_lines(document_id=_document(officer), changes=told, **_by(officer))


def _by(officer: Officer) -> dict[str, Any]:
    return {"day": _DAY, "officer": officer}


def _wanted(line_id: UUID, baht: str) -> list[Wanted]:
    return [Wanted(line_id=line_id, amount=Decimal(baht))]


def _document(officer: Officer) -> UUID:
    return documents.create(
        kind="BUDGET",
        state="in_force",
        action="draft",
        contents=documents.Contents(
            fiscal_year=2570,
            document_date=_DAY,
            description="งบประมาณ",
            amount=Decimal("0.00"),
            content={},
        ),
        officer=officer,
    )
