"""Books that take the place of others: what was done, for whoever goes on after a crash."""

import uuid

from django.db import models

from tenants.directory.models import Body


class Purpose(models.TextChoices):
    """Why a body's live place changes."""

    MOVE = "move", "ย้ายที่เก็บ"
    GENERATION = "generation", "เปิดสมุดรุ่นใหม่"
    SWAP = "swap", "สลับสมุด"


class Move(models.Model):
    """One change of a body's live place: its books move, or other books take their place.

    Attributes:
        closed_at: the directory let nobody write any more; NULL again after going back.
        switched_at: the directory names the new place; from here on a move only goes forward.
        finished_at: nothing of it is left to be done but the release of the old copy.
        read_only_ms: milliseconds for which nobody could write.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    reason = models.CharField(max_length=300)
    from_cell = models.CharField(max_length=40)
    from_schema = models.CharField(max_length=63)
    to_cell = models.CharField(max_length=40)
    to_schema = models.CharField(max_length=63)
    state_before = models.CharField(max_length=16, blank=True)
    message_th_before = models.CharField(max_length=300, blank=True)
    message_en_before = models.CharField(max_length=300, blank=True)
    until_before = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    switched_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    rows_copied = models.BigIntegerField(null=True)
    read_only_ms = models.PositiveIntegerField(null=True)
    moved_by = models.CharField(max_length=80)

    class Meta:
        db_table = "body_move"
        constraints = [
            models.UniqueConstraint(
                fields=["body"],
                condition=models.Q(finished_at__isnull=True),
                name="body_has_one_move_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id}: {self.from_cell} → {self.to_cell}"
