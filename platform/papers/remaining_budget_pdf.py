"""The remaining budget as a paper to sign."""

from decimal import Decimal

from papers.printing import print_form
from papers.remaining_budget import COLUMNS, RemainingBudget
from thai import baht

_SIGNATURES = ("ผู้จัดทำ", "ผู้อำนวยการกองคลัง", "ปลัดองค์กรปกครองส่วนท้องถิ่น")


def paper(report: RemainingBudget) -> bytes:
    """Return the file; the same report gives the same bytes.

    Columns in which no line has anything are left out, so that the others are wide enough to read.
    """
    shown = [name for name in COLUMNS if name in _ALWAYS or Decimal(report.totals[name])]
    told = {
        "title": "รายงานงบประมาณคงเหลือ",
        "body": report.source.body_words,
        "period": report.period_words,
        "complete": report.source.complete_words,
        "heads": [COLUMNS[name] for name in shown],
        "rows": [
            [
                row["task_th"] or row["task"],
                row["expenditure_type_th"] or row["expenditure_type"],
                " ".join(filter(None, (row["project"], row["name"]))),
                *(baht.or_dash(row[name]) for name in shown),
            ]
            for row in report.rows
        ],
        "totals": ["", "", "รวม", *(baht.with_separators(report.totals[name]) for name in shown)],
        "signatures": [{"title": title, "name": "", "small": ""} for title in _SIGNATURES],
    }
    return print_form("remaining_budget", told, made_at=report.source.complete_to)


_ALWAYS = frozenset({"approved", "obligated", "disbursed", "available"})
