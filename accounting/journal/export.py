"""Writing a body's journal out, so that it can be read and checked without us.

Three files and a program: ``entries.csv``, ``lines.csv``, ``manifest.json`` and ``verify.py``,
which needs Python's standard library only. CSV is UTF-8 with a header; a missing value is empty.
Times are UTC, written as in the text that was hashed.
"""

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

from accounting import books
from accounting.journal import proofs

VERIFIER = Path(__file__).with_name("verify_export.py")
_RECORDED_AT = """to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
ENTRY_COLUMNS = (
    "event_no", "kind", "fiscal_year", "no", "entry_date", "description", "reference",
    f"{_RECORDED_AT} AS recorded_at", "officer_id", "officer_name_th", "reverses", "canonical",
    "hash",
)  # fmt: skip
LINE_COLUMNS = ("event_no", "line_no", "account", "entry_date", "debit", "credit", "memo")
_FILES = {
    "entries.csv": ("journal_entry", ENTRY_COLUMNS, "event_no"),
    "lines.csv": ("journal_line", LINE_COLUMNS, "event_no, line_no"),
}


def export_journal(*, folder: Path, exported_at: datetime) -> dict[str, object]:
    """Write the body's whole journal into an empty folder; return the manifest.

    The transaction must be a snapshot, so that head, entries and lines are of one moment.
    """
    folder.mkdir(parents=True, exist_ok=False)
    files = {}
    for name, (table, columns, order) in _FILES.items():
        rows = books.copy_to_csv(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY {order}",  # noqa: S608 - constants
            folder / name,
        )
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        files[name] = {"rows": rows, "sha256": sha256}
    manifest = {
        "format": "OpenLAAS journal 1",
        "exported_at": exported_at.isoformat(),
        "head": json.loads(proofs.chain_head()),
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    shutil.copyfile(VERIFIER, folder / "verify.py")
    return manifest
