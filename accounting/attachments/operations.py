"""Hanging a paper on a document."""

from accounting import books
from accounting.attachments.contents import File
from accounting.errors import AccountingError, Refusal
from accounting.officers import Officer

MOST_OF_A_DOCUMENT = 100

FILE_LOCK_KEY = "hashtextextended(current_schema() || 'file' || %(sha256)s, 1)"
# One at a time on each document, so that numbers have no gaps and no paper hangs there twice. The
# file is shared with other uploads of it, and kept from sweeping.
_LOCK = f"""
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || 'attachment' || %(subject)s, 1)),
       pg_advisory_xact_lock_shared({FILE_LOCK_KEY})
"""
_FACTS = """
SELECT count(*), coalesce(bool_or(sha256 = %(sha256)s), false)
  FROM attachment WHERE subject = %(subject)s
"""
_ATTACH = """
INSERT INTO attachment (subject, attachment_no, name, kind, size_bytes, sha256, officer_id,
                        officer_name_th, is_acting)
VALUES (%(subject)s, %(attachment_no)s, %(name)s, %(kind)s, %(size_bytes)s, %(sha256)s,
        %(officer_id)s, %(officer_name_th)s, %(is_acting)s)
RETURNING attachment_no
"""


class UnableToAttach(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_attach"


def attach(*, subject: str, file: File, officer: Officer) -> int:
    """Hang a file, whose bytes are stored, on a document; return its number there.

    Whoever calls it looks afterwards, in this transaction, that the bytes are there still: from
    here to COMMIT nobody takes them away (see Note [An upload beside the sweep]).

    Raises:
        UnableToAttach: at least one rule refuses.
    """
    facts = {"subject": subject, "sha256": file.sha256}
    books.row(_LOCK, facts)
    found = books.row(_FACTS, facts)
    assert found is not None  # an aggregate has one row
    count, is_there = found
    reasons = [*file.refusals]
    if is_there:
        reasons.append(_ATTACHED_ALREADY)
    if count >= MOST_OF_A_DOCUMENT:
        reasons.append(_TOO_MANY)
    if reasons:
        raise UnableToAttach(reasons)
    books.row(
        _ATTACH,
        {
            **facts,
            "attachment_no": count + 1,
            "name": file.name,
            "kind": file.kind,
            "size_bytes": file.size_bytes,
            "officer_id": officer.id,
            "officer_name_th": officer.name_th,
            "is_acting": officer.is_acting,
        },
    )
    return int(count) + 1


_ATTACHED_ALREADY = Refusal(
    code="attached_already",
    pointer="/file",
    message_th="แนบไฟล์นี้กับเอกสารนี้แล้ว",
    message_en="the same file hangs on the document already",
    of_the_books=True,
)
_TOO_MANY = Refusal(
    code="too_many_attachments",
    message_th=f"แนบได้ไม่เกิน {MOST_OF_A_DOCUMENT} ไฟล์ต่อเอกสาร",
    message_en=f"a document has at most {MOST_OF_A_DOCUMENT} attachments",
    of_the_books=True,
)
