"""The journal's tables. Lean: each relation is paid for by 22,000 bodies."""

from django.db import models


class JournalHead(models.Model):
    """One row: the last event of the body and the hash that seals everything before it.

    Its row lock is the last lock a posting takes; it gives the body's events their order.
    """

    only = models.BooleanField(primary_key=True, db_default=True)
    event_no = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "journal_head"
        constraints = [
            models.CheckConstraint(name="there_is_one_head", condition=models.Q(only=True))
        ]


class DocumentCounter(models.Model):
    """The last number given to a kind of document in a fiscal year. Rows, never sequences."""

    pk = models.CompositePrimaryKey("kind", "fiscal_year")
    kind = models.CharField(max_length=8)
    fiscal_year = models.SmallIntegerField()
    last_no = models.IntegerField()

    class Meta:
        db_table = "document_counter"


class JournalEntry(models.Model):
    """รายการบัญชี: posted, never changed. Its key is the body's gapless event number."""

    event_no = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8, help_text="JV ทั่วไป, RV รับเงิน, PV จ่ายเงิน.")
    fiscal_year = models.SmallIntegerField()
    no = models.IntegerField(help_text="Gapless within kind and fiscal year.")
    entry_date = models.DateField()
    description = models.CharField(max_length=500)
    reference = models.CharField(max_length=100, null=True)
    recorded_at = models.DateTimeField()
    officer_id = models.UUIDField()
    officer_name_th = models.CharField(max_length=200)
    reverses = models.BigIntegerField(null=True, unique=True, help_text="The event it undoes.")
    canonical = models.TextField(help_text="The exact text that was hashed.")
    hash = models.CharField(max_length=64)
    document_id = models.UUIDField(null=True, help_text="The document that made it.")
    rule = models.CharField(max_length=8, null=True, help_text="The posting rule it follows.")

    class Meta:
        db_table = "journal_entry"
        # Partial: entries posted at once, which have no document, cost it nothing.
        indexes = [
            models.Index(
                name="entries_of_document",
                fields=["document_id"],
                condition=models.Q(document_id__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "kind", "no"], name="entry_number"),
            models.CheckConstraint(name="entry_number_is_positive", condition=models.Q(no__gt=0)),
        ]


class JournalLine(models.Model):
    """One side of one account. Debit and credit are two columns, never negative."""

    pk = models.CompositePrimaryKey("event_no", "line_no")
    event_no = models.BigIntegerField()
    line_no = models.SmallIntegerField()
    account = models.CharField(max_length=20)
    entry_date = models.DateField()
    debit = models.DecimalField(max_digits=18, decimal_places=2)
    credit = models.DecimalField(max_digits=18, decimal_places=2)
    memo = models.CharField(max_length=200, null=True)
    budget_line = models.UUIDField(null=True)

    class Meta:
        db_table = "journal_line"
        indexes = [models.Index(fields=["account", "entry_date", "event_no"], name="ledger")]
        constraints = [
            models.CheckConstraint(
                name="line_has_one_side",
                condition=models.Q(debit__gt=0, credit=0) | models.Q(debit=0, credit__gt=0),
            ),
            models.CheckConstraint(
                name="line_no_is_within_the_limit",
                condition=models.Q(line_no__gte=1, line_no__lte=500),
            ),
        ]


class AccountBalance(models.Model):
    """What moved on an account in a month: derived from the lines, can be dropped and rebuilt."""

    pk = models.CompositePrimaryKey("account", "starts_on")
    account = models.CharField(max_length=20)
    starts_on = models.DateField()
    debit = models.DecimalField(max_digits=18, decimal_places=2)
    credit = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        db_table = "account_balance"
