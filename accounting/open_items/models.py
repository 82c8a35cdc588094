"""What is still open of each receivable and deposit, and every change of it."""

from django.db import models
from django.db.models import F, Q


class OpenItem(models.Model):
    """One receivable (ลูกหนี้) or sum held for others (เงินรับฝาก, เงินประกัน, เงินรอตรวจสอบ).

    What is open is ``amount - settled - written_off``; the database keeps it from going below zero.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, help_text="receivable or deposit.")
    document_id = models.UUIDField(help_text="The document that opened it.")
    account = models.CharField(max_length=20)
    party_id = models.UUIDField(null=True)
    party_name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=100)
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    settled = models.DecimalField(
        max_digits=18, decimal_places=2, db_default=0, help_text="Paid to us, or given back by us."
    )
    written_off = models.DecimalField(
        max_digits=18, decimal_places=2, db_default=0, help_text="Given up by us, or forfeited."
    )
    last_movement_no = models.SmallIntegerField(db_default=0)

    class Meta:
        db_table = "open_item"
        constraints = [
            models.CheckConstraint(
                name="open_item_is_never_overdrawn",
                condition=Q(amount__gt=0)
                & Q(settled__gte=0)
                & Q(written_off__gte=0)
                & Q(amount__gte=F("settled") + F("written_off")),
            ),
            models.CheckConstraint(
                name="open_item_kind_is_known", condition=Q(kind__in=["receivable", "deposit"])
            ),
        ]


class OpenItemMovement(models.Model):
    """One change of an open item: never changed itself; what it undoes has the other sign."""

    pk = models.CompositePrimaryKey("item_id", "movement_no")
    item_id = models.UUIDField()
    movement_no = models.SmallIntegerField()
    kind = models.CharField(max_length=9, help_text="settle or write_off.")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    document_id = models.UUIDField(help_text="The document that did it.")
    moved_on = models.DateField()
    officer_id = models.UUIDField()

    class Meta:
        db_table = "open_item_movement"
