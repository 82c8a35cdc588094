"""Vendors, taxpayers and payees, in one table."""

from django.db import models
from django.db.models.functions import Now


class Party(models.Model):
    """ผู้ขาย, ผู้ชำระภาษี or another payee; one who is both stands here once for each."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, help_text="vendor, taxpayer or payee.")
    sector = models.CharField(max_length=10, null=True, help_text="own or government; vendors'.")
    legal_form = models.CharField(max_length=8, help_text="natural or juristic.")
    name = models.CharField(max_length=200)
    tax_id = models.CharField(max_length=13, null=True)
    branch_no = models.CharField(max_length=5, help_text="00000 is the head office.")
    address = models.CharField(max_length=300, null=True)
    bank_code = models.CharField(max_length=3, null=True)
    bank_account_no = models.CharField(max_length=15, null=True)
    bank_account_name = models.CharField(max_length=200, null=True)
    is_active = models.BooleanField(db_default=True)
    version = models.IntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "party"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "tax_id", "branch_no"], name="party_of_a_kind_has_its_tax_id"
            )
        ]
