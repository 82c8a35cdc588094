"""The body's own accounts, below the national chart."""

from django.db import models
from django.db.models.functions import Now


class Account(models.Model):
    """บัญชีย่อยของหน่วยงาน: a national account's code, a dot and two digits of the body's own.

    The national chart is ``shared.account``: one for all bodies of a cell, and nobody's to change.
    """

    code = models.CharField(max_length=20, primary_key=True)
    parent = models.CharField(max_length=14)
    name_th = models.CharField(max_length=200)
    retired_from_fiscal_year = models.SmallIntegerField(null=True)
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "account"
