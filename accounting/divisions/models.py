"""The body's divisions."""

from django.db import models
from django.db.models.functions import Now


class Division(models.Model):
    """กอง or สำนัก; its two digits stand in the numbers of its ฎีกา."""

    code = models.CharField(max_length=2, primary_key=True)
    name_th = models.CharField(max_length=200)
    is_active = models.BooleanField(db_default=True)
    version = models.IntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "division"
