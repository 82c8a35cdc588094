"""The register of bank accounts."""

from django.db import models
from django.db.models.functions import Now


class BankAccount(models.Model):
    """A bank account, by the bank's code and the number on its passbook: ``006-1234567890``."""

    id = models.CharField(primary_key=True, max_length=24)
    bank_code = models.CharField(max_length=3)
    number = models.CharField(max_length=20, help_text="Digits only.")
    branch = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, help_text="current, savings or fixed.")
    name_th = models.CharField(max_length=150)
    account = models.CharField(max_length=20, help_text="The ledger account it is kept in.")
    company_id = models.CharField(
        max_length=16, null=True, help_text="As the bank's branch gave it, for files of transfers."
    )
    is_active = models.BooleanField(db_default=True)
    version = models.IntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "bank_account"
        constraints = [
            models.CheckConstraint(
                name="bank_account_kind_is_known",
                condition=models.Q(kind__in=["current", "savings", "fixed"]),
            ),
        ]
