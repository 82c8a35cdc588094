"""Writing a body's journal out, so that it can be read and checked without us.

``entries.csv``, ``lines.csv``, what is written beside them, ``manifest.json``, and ``verify.py``,
which needs Python's standard library only. CSV is UTF-8 with a header; a missing value is empty.
Times are UTC, written as in the text that was hashed.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from accounting import books
from accounting.journal import proofs

Manifest = dict[str, Any]
VERIFIER = Path(__file__).with_name("verify_export.py")


def utc(column: str) -> str:
    """Return a column of times as the text of an export."""
    name = column.rpartition(".")[2]
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS {name}"""


ENTRY_COLUMNS = (
    "event_no", "kind", "fiscal_year", "no", "entry_date", "description", "reference",
    utc("recorded_at"), "officer_id", "officer_name_th", "reverses", "canonical", "hash",
)  # fmt: skip
LINE_COLUMNS = ("event_no", "line_no", "account", "entry_date", "debit", "credit", "memo")
_TABLES = {
    "entries.csv": f"SELECT {', '.join(ENTRY_COLUMNS)} FROM journal_entry ORDER BY event_no",  # noqa: S608 - columns named above, no input
    "lines.csv": f"SELECT {', '.join(LINE_COLUMNS)} FROM journal_line ORDER BY event_no, line_no",  # noqa: S608 - columns named above, no input
}


def export_rows(*, folder: Path, exported_at: datetime, beside: Mapping[str, str]) -> Manifest:
    """Write the body's whole journal into a new folder; return the manifest, not yet written.

    The transaction must be a snapshot, so that head, entries and lines are of one moment.

    Args:
        folder: is made; it must not be there.
        exported_at: the manifest tells it.
        beside: more files, each the rows of a query of constants.
    """
    folder.mkdir(parents=True, exist_ok=False)
    files = {}
    for name, query in {**_TABLES, **beside}.items():
        rows = books.copy_to_csv(query, folder / name)
        sha256 = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        files[name] = {"rows": rows, "sha256": sha256}
    return {
        "format": "OpenLAAS journal 1",
        "exported_at": exported_at.isoformat(),
        "head": json.loads(proofs.chain_head()),
        "files": files,
    }


def seal(*, folder: Path, manifest: Manifest) -> None:
    """Write the manifest, once everything that it names is there, and the verifier."""
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    shutil.copyfile(VERIFIER, folder / "verify.py")
