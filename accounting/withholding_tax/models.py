"""Tax that was withheld, payment by payment."""

from django.db import models
from django.db.models import F, Q


class WithheldTax(models.Model):
    """Tax withheld from one payee at one payment; one person's of a payroll.

    What was withheld never changes. It is returned once: ``return_id`` names the return.
    A payee who is no staff has a certificate (ม.50 ทวิ) for each payment; who that is, and who
    stands on a payroll, is kept with the payment in the voucher.
    """

    id = models.UUIDField(primary_key=True)
    voucher_id = models.UUIDField()
    paid_on = models.DateField()
    form = models.CharField(max_length=5, help_text="PND1, PND3 or PND53.")
    account = models.CharField(max_length=20, help_text="Where it is kept until it is remitted.")
    certificate_no = models.CharField(max_length=16, null=True)
    person = models.SmallIntegerField(null=True, help_text="Place on the payroll, from 0.")
    income_th = models.CharField(max_length=100)
    rate_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    base = models.DecimalField(max_digits=18, decimal_places=2)
    tax = models.DecimalField(max_digits=18, decimal_places=2)
    return_id = models.UUIDField(null=True)

    class Meta:
        db_table = "withheld_tax"
        indexes = [models.Index(fields=["form", "paid_on"], name="withheld_in_month")]
        constraints = [
            models.UniqueConstraint(
                name="withholding_certificate",
                fields=["certificate_no"],
                condition=Q(certificate_no__isnull=False),
            ),
            models.CheckConstraint(
                name="withheld_tax_is_part_of_the_base",
                condition=Q(tax__gte=0) & Q(tax__lte=F("base")),
            ),
        ]
