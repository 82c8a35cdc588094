"""The trial balance as a paper to sign."""

from papers.printing import print_form
from papers.trial_balance import COLUMNS, TrialBalance
from thai import baht

_SIGNATURES = ("ผู้จัดทำ", "ผู้อำนวยการกองคลัง", "ปลัดองค์กรปกครองส่วนท้องถิ่น")


def paper(report: TrialBalance) -> bytes:
    """Return the file; the same report gives the same bytes."""
    told = {
        "title": "งบทดลอง",
        "body": report.source.body_words,
        "period": report.period_words,
        "complete": report.source.complete_words,
        "rows": [
            [row["account"], row["name_th"], *(baht.or_dash(row[name]) for name in COLUMNS)]
            for row in report.rows
        ],
        "totals": ["", "รวม", *(baht.with_separators(report.totals[name]) for name in COLUMNS)],
        "signatures": [{"title": title, "name": "", "small": ""} for title in _SIGNATURES],
    }
    return print_form("trial_balance", told, made_at=report.source.complete_to)
