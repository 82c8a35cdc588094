"""Writing a body's journal out with what hangs on its documents.

``attachments.csv`` has a row for each paper; its bytes are in ``attachments/<sha256>``, each once:
the name proves the bytes. The rest is as in accounting.journal.export.
"""

import csv
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounting.attachments import store
from accounting.attachments.queries import EXPORT, body_id
from accounting.journal import export as journal

ROWS, CONTENTS = "attachments.csv", "attachments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """An export whose rows are written; the contents and the manifest are not."""

    folder: Path
    body_id: uuid.UUID
    manifest: journal.Manifest


def export_rows(*, folder: Path, exported_at: datetime) -> Unfinished:
    """Write entries, lines and attachments of the body into a new folder.

    The transaction must be a snapshot, so that everything is of one moment.
    """
    manifest = journal.export_rows(folder=folder, exported_at=exported_at, beside={ROWS: EXPORT})
    return Unfinished(folder=folder, body_id=body_id(), manifest=manifest)


def finish(unfinished: Unfinished) -> journal.Manifest:
    """Copy the contents and write the manifest; return it.

    Outside the transaction, which must not wait for a file store: what hangs on a document is never
    changed or taken away.

    Raises:
        InvariantBroken: a content is not there, or is not what was stored.
    """
    folder, files = unfinished.folder, unfinished.manifest["files"]
    (folder / CONTENTS).mkdir()
    with (folder / ROWS).open(encoding="utf-8", newline="") as rows:
        wanted = sorted({row["sha256"] for row in csv.DictReader(rows)})
    for sha256 in wanted:
        content = store.content(body_id=unfinished.body_id, sha256=sha256)
        (folder / CONTENTS / sha256).write_bytes(content)
        files[f"{CONTENTS}/{sha256}"] = {"sha256": sha256}
    journal.seal(folder=folder, manifest=unfinished.manifest)
    return unfinished.manifest
