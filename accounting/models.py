"""Registration only: the tables of a body's schema, kept in the slices they belong to."""

from accounting.closing.models import FiscalYear, Period
from accounting.identity import AnsweredRequest, BodyIdentity
from accounting.journal.models import (
    AccountBalance,
    DocumentCounter,
    JournalEntry,
    JournalHead,
    JournalLine,
)

__all__ = [
    "AccountBalance",
    "AnsweredRequest",
    "BodyIdentity",
    "DocumentCounter",
    "FiscalYear",
    "JournalEntry",
    "JournalHead",
    "JournalLine",
    "Period",
]
