"""Tables of a tenant's schema: the same facts that ours keeps of a posting."""

from django.db import models

MONEY = {"max_digits": 18, "decimal_places": 2}


class Period(models.Model):
    """A month, and whether it is open."""

    starts_on = models.DateField(primary_key=True)
    fiscal_year = models.SmallIntegerField()
    is_open = models.BooleanField()


class Counter(models.Model):
    """The last number given in a fiscal year; locked, so numbers have no gaps."""

    fiscal_year = models.SmallIntegerField(primary_key=True)
    last_no = models.IntegerField()


class JournalEntry(models.Model):
    """A posted entry."""

    number = models.CharField(max_length=20, unique=True)
    fiscal_year = models.SmallIntegerField()
    entry_date = models.DateField()
    description = models.CharField(max_length=500)
    reference = models.CharField(max_length=100, blank=True)
    posted_at = models.DateTimeField()
    posted_by = models.CharField(max_length=200)


class JournalLine(models.Model):
    """One side of one account."""

    entry = models.ForeignKey(JournalEntry, on_delete=models.PROTECT, related_name="lines")
    line_no = models.SmallIntegerField()
    account = models.CharField(max_length=14)
    entry_date = models.DateField()
    debit = models.DecimalField(**MONEY, default=0)
    credit = models.DecimalField(**MONEY, default=0)
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "entry_date"], name="ledger")]


class AccountBalance(models.Model):
    """What moved on an account in a month."""

    account = models.CharField(max_length=14)
    starts_on = models.DateField()
    debit = models.DecimalField(**MONEY, default=0)
    credit = models.DecimalField(**MONEY, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "starts_on"], name="one_balance_a_month")
        ]


class IdempotencyKey(models.Model):
    """A key, and the answer it was given."""

    key = models.CharField(max_length=128, primary_key=True)
    request_sha256 = models.CharField(max_length=64)
    answer = models.JSONField()
    answered_at = models.DateTimeField(auto_now_add=True)


class OutboxEvent(models.Model):
    """An event for the centre, written with its cause."""

    kind = models.CharField(max_length=16)
    recorded_at = models.DateTimeField()
    payload = models.JSONField()
