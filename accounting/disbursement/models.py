"""What the database guards of ฎีกา: their treasury numbers, and that no debt is paid twice."""

from django.db import models
from django.db.models import F, Q


class PaymentVoucher(models.Model):
    """The guarded columns of a ฎีกา; its head and steps are a document's, whose id it has."""

    id = models.UUIDField(primary_key=True)
    treasury_no = models.CharField(max_length=16, null=True, help_text="เลขที่คลังรับ: 00566/69.")
    inspection_id = models.UUIDField(null=True, help_text="Whose payable it pays.")
    is_live = models.BooleanField(db_default=True, help_text="Not cancelled.")
    gross = models.DecimalField(max_digits=18, decimal_places=2)
    net = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        db_table = "payment_voucher"
        constraints = [
            models.UniqueConstraint(
                name="treasury_number",
                fields=["treasury_no"],
                condition=Q(treasury_no__isnull=False),
            ),
            models.UniqueConstraint(
                name="inspection_is_paid_once",
                fields=["inspection_id"],
                condition=Q(inspection_id__isnull=False, is_live=True),
            ),
            models.CheckConstraint(
                name="voucher_pays_at_most_its_gross",
                condition=Q(gross__gt=0, net__gte=0) & Q(net__lte=F("gross")),
            ),
        ]
