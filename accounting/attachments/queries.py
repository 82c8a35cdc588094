"""Reading what hangs on a document."""

from dataclasses import dataclass

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
# Note [Attachments in an export]
# An export of a body's journal lists these columns of `attachment` in this order as one more file
# of its manifest, and copies each content to attachments/<sha256>: the name proves the bytes.
EXPORT_COLUMNS = (
    "subject", "attachment_no", "name", "kind", "size_bytes", "sha256", "officer_id",
    "officer_name_th", "is_acting", "added_at",
)  # fmt: skip
EXPORT_ORDER = "subject, attachment_no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One attachment: as JSON, and what is needed to send its content."""

    text: str
    name: str
    kind: str
    sha256: str


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
