"""What the database itself guards of cheques: that none is used twice."""

from django.db import models


class Cheque(models.Model):
    """The number printed on a cheque or withdrawal slip, by its account; it is kept when void.

    Its head and steps are a document's, whose id it has.
    """

    id = models.UUIDField(primary_key=True)
    bank_account = models.CharField(max_length=24)
    cheque_no = models.CharField(max_length=20)

    class Meta:
        db_table = "cheque"
        constraints = [
            models.UniqueConstraint(
                name="cheque_is_used_once", fields=["bank_account", "cheque_no"]
            )
        ]
