"""Something that hangs on an entry of each body of the proof. Django is set up before this is."""

from uuid import UUID

from accounting.attachments import contents, operations, queries, store
from accounting.officers import Officer
from tenants.directory.queries import bodies_with_books, body_with_books
from tenants.transactions import tenant_transaction

_OFFICER = Officer(
    id=UUID("00000000-0000-4000-8000-000000000000"),
    name_th="นางสาวสมหญิง ใจดี",
    roles=frozenset({"ACCOUNTANT"}),
)
_SUBJECT = "JV-00001/69"


def codes_with_books() -> list[str]:
    """Return the codes of all bodies that have books."""
    return [body.code for body in bodies_with_books()]


def attach_one(code: str, noise: bytes) -> None:
    """Hang a paper on an entry of the body."""
    body = body_with_books(code)
    assert body is not None  # it was just posted into
    file = contents.inspect(name="หลักฐาน.pdf", content=b"%PDF-1.7\n" + noise)
    with tenant_transaction(body):
        operations.attach(subject=_SUBJECT, file=file, officer=_OFFICER)
        store.keep(body_id=queries.body_id(), sha256=file.sha256, content=b"%PDF-1.7\n" + noise)
