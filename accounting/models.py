"""Registration only: the tables of a body's schema, kept in the slices they belong to."""

from accounting.attachments.models import Attachment
from accounting.audit.models import AuditEvent
from accounting.bank_accounts.models import BankAccount
from accounting.chart.models import Account
from accounting.closing.models import FiscalYear, Period
from accounting.divisions.models import Division
from accounting.documents.models import Document, DocumentSeries, DocumentStep
from accounting.identity import AnsweredRequest, BodyIdentity
from accounting.journal.models import (
    AccountBalance,
    DocumentCounter,
    JournalEntry,
    JournalHead,
    JournalLine,
)
from accounting.open_items.models import OpenItem, OpenItemMovement
from accounting.parties.models import Party

__all__ = [
    "Account",
    "AccountBalance",
    "AnsweredRequest",
    "Attachment",
    "AuditEvent",
    "BankAccount",
    "BodyIdentity",
    "Division",
    "Document",
    "DocumentCounter",
    "DocumentSeries",
    "DocumentStep",
    "FiscalYear",
    "JournalEntry",
    "JournalHead",
    "JournalLine",
    "OpenItem",
    "OpenItemMovement",
    "Party",
    "Period",
]
