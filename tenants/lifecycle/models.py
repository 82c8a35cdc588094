"""What happened to a body, dated: rows that are added and never changed."""

import uuid

from django.db import models

from tenants.directory.models import Body


class What(models.TextChoices):
    """What changed."""

    STATE = "state", "สถานะ"
    PLACE = "place", "ที่เก็บสมุด"
    GENERATION = "generation", "รุ่นของสมุด"
    KIND = "kind", "ประเภท"
    PARENT = "parent", "ต้นสังกัด"
    MERGED = "merged", "ถูกรวม"
    ABSORBED = "absorbed", "รับช่วง"


class BodyChange(models.Model):
    """One change of a body: who made it, when and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What.choices)
    before = models.CharField(max_length=120)
    after = models.CharField(max_length=120)
    message_th = models.CharField(max_length=300, blank=True)
    message_en = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)
    changed_by = models.CharField(max_length=80, help_text="The operator, or an officer's name.")
    at = models.DateTimeField()

    class Meta:
        db_table = "body_change"
        indexes = [models.Index(fields=["body", "at"], name="body_change_in_order")]

    def __str__(self) -> str:
        return f"{self.what}: {self.before} → {self.after}"


class BodyKind(models.Model):
    """What a body was from a day on: an อบต. becomes a เทศบาล and keeps its code.

    A body whose kind never changed has no row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="kinds")
    kind = models.CharField(max_length=16)
    name_th = models.CharField(max_length=200)
    full_name_th = models.CharField(max_length=250)
    from_date = models.DateField(null=True, help_text="NULL: as far back as the register knows.")

    class Meta:
        db_table = "body_kind"
        constraints = [
            models.UniqueConstraint(
                fields=["body", "from_date"],
                name="body_has_one_kind_from_a_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.full_name_th}"


class Succession(models.Model):
    """A body was absorbed by another one, or became another one with a code of its own."""

    body = models.OneToOneField(
        Body, on_delete=models.PROTECT, primary_key=True, related_name="succession"
    )
    successor = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="predecessors")
    from_date = models.DateField()

    class Meta:
        db_table = "succession"
        constraints = [
            models.CheckConstraint(
                name="nobody_succeeds_themselves",
                condition=~models.Q(successor=models.F("body")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id} → {self.successor_id}"
