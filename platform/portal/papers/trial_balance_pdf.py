"""The trial balance as a paper to sign (PDF/A-2u): Thai text that can be searched."""

import json
from pathlib import Path

import typst

from portal import baht
from portal.papers.trial_balance import COLUMNS, TrialBalance

_HERE = Path(__file__).parent
_SIGNATURES = ("ผู้จัดทำ", "ผู้อำนวยการกองคลัง", "ปลัดองค์กรปกครองส่วนท้องถิ่น")


def paper(report: TrialBalance) -> bytes:
    """Return the file; the same report gives the same bytes."""
    told = {
        "title": "งบทดลอง",
        "body": f"{report.body_name_th} จังหวัด{report.province_th}",
        "period": report.period_words,
        "complete": report.complete_words,
        "rows": [
            [row["account"], row["name_th"], *(_figure(row[name]) for name in COLUMNS)]
            for row in report.rows
        ],
        "totals": ["", "รวม", *(baht.with_separators(report.totals[name]) for name in COLUMNS)],
        "signatures": _SIGNATURES,
    }
    file = typst.compile(
        _HERE / "trial_balance.typ",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        font_paths=[_HERE / "fonts"],
        ignore_system_fonts=True,
        timestamp=report.complete_to.replace(microsecond=0),
        pdf_standards=["a-2u"],
    )
    assert isinstance(file, bytes)  # one file: pages of PDF are not apart
    return file


def _figure(amount: str) -> str:
    return "-" if baht.is_zero(amount) else baht.with_separators(amount)
