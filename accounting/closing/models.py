"""Fiscal years and their months."""

from django.db import models


class FiscalYear(models.Model):
    """ปีงบประมาณ, by Buddhist year. Two are open at once every October."""

    year = models.SmallIntegerField(primary_key=True)
    state = models.CharField(max_length=12, help_text="open, pre_closed or closed.")
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "fiscal_year"
        constraints = [
            models.CheckConstraint(
                name="fiscal_year_state_is_known",
                condition=models.Q(state__in=["open", "pre_closed", "closed"]),
            )
        ]


class Period(models.Model):
    """งวดบัญชี: one month, for every kind of document (kind empty) or closed for one kind alone.

    Posters hold the rows FOR SHARE; closing and reopening hold the month's own row FOR UPDATE.
    """

    pk = models.CompositePrimaryKey("starts_on", "kind")
    starts_on = models.DateField()
    kind = models.CharField(max_length=8, db_default="")
    fiscal_year = models.SmallIntegerField()
    state = models.CharField(max_length=12, help_text="open or closed.")

    class Meta:
        db_table = "period"
        constraints = [
            models.CheckConstraint(
                name="period_state_is_known", condition=models.Q(state__in=["open", "closed"])
            )
        ]
