"""Registration only: the tables of a body's schema, kept in the slices they belong to."""

from accounting.attachments.models import Attachment
from accounting.audit.models import AuditEvent
from accounting.bank_accounts.models import BankAccount
from accounting.budget.models import BudgetHead, BudgetLine, BudgetMovement, Commitment
from accounting.chart.models import Account
from accounting.cheques.models import Cheque
from accounting.closing.models import FiscalYear, Period
from accounting.disbursement.models import PaymentVoucher
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
from accounting.withholding_tax.models import WithheldTax

__all__ = [
    "Account",
    "AccountBalance",
    "AnsweredRequest",
    "Attachment",
    "AuditEvent",
    "BankAccount",
    "BodyIdentity",
    "BudgetHead",
    "BudgetLine",
    "BudgetMovement",
    "Cheque",
    "Commitment",
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
    "PaymentVoucher",
    "Period",
    "WithheldTax",
]
