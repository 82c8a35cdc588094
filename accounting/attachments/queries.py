"""Reading what hangs on a document."""

from dataclasses import dataclass
from uuid import UUID

from accounting import books

_SHOWN = """
    'attachment_no', a.attachment_no, 'name', a.name, 'kind', a.kind, 'size_bytes', a.size_bytes,
    'sha256', a.sha256, 'added_by', a.officer_name_th, 'is_acting', a.is_acting,
    'added_at', a.added_at
"""
_LIST = f"""
SELECT json_build_object('items', coalesce(
         json_agg(json_build_object({_SHOWN}) ORDER BY a.attachment_no), '[]'), 'next', NULL)::text
  FROM attachment a WHERE a.subject = %(subject)s
"""
_ONE = f"""
SELECT json_build_object({_SHOWN})::text, a.name, a.kind, a.sha256
  FROM attachment a WHERE a.subject = %(subject)s AND a.attachment_no = %(attachment_no)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attachment: as JSON, and what is needed to send its content."""

    text: str
    name: str
    kind: str
    sha256: str


def body_id() -> UUID:
    """Return the id of the body whose books are open; its files are stored below it."""
    found = books.row("SELECT body_id FROM body_identity", {})
    assert found is not None  # the transaction was opened by it
    return UUID(str(found[0]))


def attachments(*, subject: str) -> str:
    """Return what hangs on a document, at most a hundred, as JSON ``{"items", "next"}``."""
    found = books.row(_LIST, {"subject": subject})
    assert found is not None  # an aggregate without GROUP BY has one row
    return str(found[0])


def attachment(*, subject: str, attachment_no: int) -> Attachment | None:
    """Return one attachment of a document; None when there is none of the number."""
    found = books.row(_ONE, {"subject": subject, "attachment_no": attachment_no})
    if found is None:
        return None
    text, name, kind, sha256 = found
    return Attachment(text=text, name=name, kind=kind, sha256=sha256)
