"""Versions of master data, what was decided on them and where they are; rows are added only."""

from django.db import models
from django.db.models import Q

from tenants.officers.models import Officer


class MasterVersion(models.Model):
    """A version as an officer of the department proposed it.

    ``rows`` is a list of objects, each with ``act`` and the columns of its kind (kinds.py), and
    ``sha256`` the digest of their text. ``first_day`` is the first on which a row of it counts:
    every cell has it before, or the department is told.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    letter = models.CharField(max_length=200)
    rows = models.JSONField()
    sha256 = models.CharField(max_length=64)
    first_day = models.DateField()
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    proposed_at = models.DateTimeField()

    class Meta:
        db_table = "master_version"
        constraints = [
            models.CheckConstraint(
                name="master_version_says_what_and_why", condition=~Q(title="") & ~Q(letter="")
            ),
        ]


class MasterDecision(models.Model):
    """อนุมัติ/ถอน: one for a version; a trigger sees that another officer than its author approves.

    ``number`` is gapless over all kinds: cells are brought through the versions in its order.
    """

    version = models.OneToOneField(MasterVersion, on_delete=models.PROTECT, primary_key=True)
    number = models.IntegerField(null=True, unique=True, help_text="Null: it was withdrawn.")
    reason = models.CharField(max_length=300, help_text="Of a withdrawal.")
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    decided_at = models.DateTimeField()

    class Meta:
        db_table = "master_decision"
        constraints = [
            models.CheckConstraint(
                name="approved_with_a_number_or_withdrawn_with_a_reason",
                condition=Q(number__gte=1, reason="") | Q(number__isnull=True) & ~Q(reason=""),
            ),
        ]


class MasterArrival(models.Model):
    """A cell has a version: told after the cell's own transaction, which is the truth."""

    pk = models.CompositePrimaryKey("number", "cell")
    number = models.IntegerField()
    cell = models.CharField(max_length=40, help_text="Its name; it may be gone since.")
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "master_arrival"
