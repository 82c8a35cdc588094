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
    """งวดบัญชี: one month. Posters hold its row FOR SHARE, closing holds it FOR UPDATE."""

    starts_on = models.DateField(primary_key=True)
    fiscal_year = models.SmallIntegerField()
    state = models.CharField(max_length=12, help_text="open or closed.")

    class Meta:
        db_table = "period"
        constraints = [
            models.CheckConstraint(
                name="period_state_is_known", condition=models.Q(state__in=["open", "closed"])
            )
        ]
