"""How an area was served on a day; see operations.py."""

from typing import Any

from django.db import models
from django.db.models import F, Q


def _count() -> Any:
    return models.BigIntegerField(db_default=0)


class AreaService(models.Model):
    """Requests of an area's bodies on a day of Thailand; kept for some weeks."""

    pk = models.CompositePrimaryKey("level", "area", "day")
    level = models.CharField(max_length=1, help_text="N, P, D or K.")
    area = models.CharField(max_length=16)
    day = models.DateField()
    requests = _count()
    prompt = _count()
    turned_away = _count()
    failed = _count()
    told_at = models.DateTimeField(help_text="When a process last told of it.")

    class Meta:
        db_table = "area_service"
        constraints = [
            models.CheckConstraint(
                name="service_counts_each_request_once",
                condition=Q(prompt__gte=0)
                & Q(turned_away__gte=0)
                & Q(failed__gte=0)
                & Q(requests__gte=F("prompt") + F("turned_away") + F("failed")),
            ),
        ]
