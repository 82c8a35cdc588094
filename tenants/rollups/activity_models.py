"""What bodies do now, by minute and by day; see activity.py."""

from typing import Any

from django.db import models


def _count() -> Any:
    return models.BigIntegerField(db_default=0)


class RollupActivity(models.Model):
    """The last minute in which a body was active, and the areas that count it there."""

    body_id = models.UUIDField(primary_key=True)
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    kind = models.CharField(max_length=16)
    minute = models.DateTimeField()

    class Meta:
        db_table = "rollup_activity"


class AreaMinute(models.Model):
    """What an area did in a minute, kept for two hours.

    Bodies are those whose last active minute it is: Note [Active bodies without counting them].
    """

    pk = models.CompositePrimaryKey("level", "area", "minute")
    level = models.CharField(max_length=1, help_text="N, P, D or K.")
    area = models.CharField(max_length=16)
    minute = models.DateTimeField(db_index=True)
    entries = _count()
    documents = _count()
    sign_ins = _count()
    bodies = _count()

    class Meta:
        db_table = "area_minute"


class AreaDay(models.Model):
    """How many bodies of an area were active on a day of Thailand; kept for two days."""

    pk = models.CompositePrimaryKey("level", "area", "day")
    level = models.CharField(max_length=1, help_text="N, P, D or K.")
    area = models.CharField(max_length=16)
    day = models.DateField()
    bodies = _count()

    class Meta:
        db_table = "area_day"
