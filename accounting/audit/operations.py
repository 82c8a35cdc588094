"""Recording control acts, in the transaction of the act."""

from accounting import books
from accounting.officers import Officer
from accounting.scripts import script

_RECORD = script(
    "audit",
    """
INSERT INTO audit_event (id, action, subject, reason, officer_id, officer_name_th, is_acting)
VALUES (uuidv7(), %(action)s, %(subject)s, %(reason)s, %(officer_id)s, %(officer_name_th)s,
        %(is_acting)s)
""",
)


def record(*, action: str, subject: str, officer: Officer, reason: str | None = None) -> None:
    """Record a control act; it is stored with the act or not at all."""
    books.at_commit(
        _RECORD,
        {
            "action": action,
            "subject": subject,
            "reason": reason,
            "officer_id": officer.id,
            "officer_name_th": officer.name_th,
            "is_acting": officer.is_acting,
        },
    )
