"""What operators put in force against overload, dated: a row is ended, never changed."""

import uuid

from django.db import models
from django.db.models import Q

from tenants.admission.measures import What


class AdmissionMeasure(models.Model):
    """A measure (มาตรการ) from its beginning to its end, who set it and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    what = models.CharField(max_length=16, choices=[(one.value, one.value) for one in What])
    settings = models.JSONField(default=dict)
    words_th = models.CharField(max_length=300, blank=True)
    words_en = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True, help_text="It ends by itself then.")
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=80, help_text="The operator's name.")
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    class Meta:
        db_table = "admission_measure"
        constraints = [
            models.UniqueConstraint(
                fields=["what"],
                condition=Q(ended_at__isnull=True),
                name="a_measure_is_in_force_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.from_at:%Y-%m-%d %H:%M}"
