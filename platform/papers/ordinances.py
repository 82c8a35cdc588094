"""Papers of the budget: an ordinance, a supplementary ordinance, an appropriation, a transfer.

Each is told from a document as it is shown; the caller has opened the body's transaction.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from accounting.budget.queries import classification
from accounting.chart.queries import account_names
from accounting.documents.kinds import Kind, Shown
from accounting.documents.workflow import CHANGE, DRAFT
from accounting.ordinances.kind import APPROPRIATIONS, ORDINANCES, SUPPLEMENTARIES, TRANSFERS
from papers.paper_form import AMOUNT, Column, Paper, Table
from papers.signatures import signed_in_position
from tenants.directory.records import BodyRecord
from thai import baht, buddhist

_ITEM = Column(title="รายการ", wide=True)


def of_kind(kind: Kind) -> Callable[[BodyRecord, Shown], Paper]:
    """Return what tells the paper of a document of a kind."""

    def told(body: BodyRecord, document: Shown) -> Paper:
        request = document["request"]
        year = document["fiscal_year"]
        at = datetime.fromisoformat(document["history"][-1]["at"])
        return Paper(
            body=body,
            title=kind.flow.name.th,
            number=document["number"] or "",
            file_name=f"{kind.flow.kind.lower()}-{year or 'draft'}-{document['id'][-8:]}",
            heading=[line for line in (_title(request), f"ปีงบประมาณ {year or '-'}") if line],
            state=[] if document["state"] in _VALID else [kind.flow.states[document["state"]].th],
            facts=_facts(document),
            tables=_tables(document),
            amount=document["amount"],
            signatures=[
                signed_in_position(step.name.th, taken)
                for taken in document["history"][-_SIGNERS:]
                for step in kind.flow.by_action.get(taken["action"], ())[:1]
                if taken["action"] not in {DRAFT, CHANGE} and step.signs
            ],
            made_at=at,
        )

    return told


_SIGNERS = 5
_VALID = {"in_force", "approved", "council_approved", "announced"}
PAPERS = tuple(
    (kind, of_kind(kind)) for kind in (ORDINANCES, SUPPLEMENTARIES, APPROPRIATIONS, TRANSFERS)
)


def _title(request: Shown) -> str:
    return str(request.get("title") or "")


def _facts(document: Shown) -> list[tuple[str, str]]:
    request = document["request"]
    told = [
        ("มีผลตั้งแต่วันที่", _day(request.get("effective_on"))),
        ("อาศัยอำนาจ", request.get("authority") or document["clause"] or ""),
        ("โอนจาก", document["line_names"].get("from", "")),
        ("โอนไป", document["line_names"].get("to", "")),
        ("เหตุผล", request.get("reason") or ""),
    ]
    return [(name, value) for name, value in told if value]


def _tables(document: Shown) -> list[Table]:
    request, tables = document["request"], []
    if estimates := request.get("revenue_estimates"):
        names = account_names({one["account"] for one in estimates})
        rows = [
            [one["account"], names.get(one["account"], ""), baht.with_separators(one["amount"])]
            for one in estimates
        ]
        total = ["รวมประมาณการรายรับ", baht.with_separators(document["estimated_revenue"])]
        columns = [Column(title="รหัสบัญชี"), _ITEM, AMOUNT]
        tables.append(Table(title="ประมาณการรายรับ", columns=columns, rows=rows, total=total))
    if lines := request.get("lines"):
        tables.append(_spending(document, lines))
    return tables


def _spending(document: Shown, lines: list[Shown]) -> Table:
    """Return the expenditure: every line under its task, with its explanation."""
    year = document["fiscal_year"]
    codes = classification(year) if year else {}

    def named(scheme: str, code: str) -> str:
        known = codes.get((scheme, code))
        return known.name_th if known else code

    rows = [
        [
            named("plan", line["task"]),
            named("expenditure", line["expenditure_type"]),
            " ".join(filter(None, (line["name"], line.get("project"), line.get("explanation")))),
            baht.with_separators(line["amount"]),
        ]
        for line in lines
    ]
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    return Table(
        title="รายจ่าย",
        columns=[Column(title="งาน"), Column(title="ประเภทรายจ่าย"), _ITEM, AMOUNT],
        rows=rows,
        total=["รวมรายจ่าย", baht.with_separators(total)],
    )


def _day(text: str | None) -> str:
    return buddhist.in_words(date.fromisoformat(text)) if text else ""
