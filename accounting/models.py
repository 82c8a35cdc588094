"""Registration only: the tables of a body's schema, kept in the slices they belong to."""

from accounting.audit.models import AuditEvent
from accounting.chart.models import Account
from accounting.closing.models import FiscalYear, Period
from accounting.documents.models import Document, DocumentStep
from accounting.identity import AnsweredRequest, BodyIdentity
from accounting.journal.models import (
    AccountBalance,
    DocumentCounter,
    JournalEntry,
    JournalHead,
    JournalLine,
)

__all__ = [
    "Account",
    "AccountBalance",
    "AnsweredRequest",
    "AuditEvent",
    "BodyIdentity",
    "Document",
    "DocumentCounter",
    "DocumentStep",
    "FiscalYear",
    "JournalEntry",
    "JournalHead",
    "JournalLine",
    "Period",
]
