"""Bodies beside each other: totals of a year, groups of peers, and what is out of line."""

from typing import Any

from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Round


def _money() -> Any:
    return models.DecimalField(max_digits=20, decimal_places=2, db_default=0)


def _percent_of(part: str, whole: str) -> Any:
    """Return a column that the database keeps: null where there is nothing to be a part of."""
    share: Any = F(part) * Value(100) / F(whole)
    return models.GeneratedField(
        expression=Case(When(**{f"{whole}__gt": 0}, then=Round(share, 2)), default=None),
        # The largest amount by the smallest: a fold must not fail by it.
        output_field=models.DecimalField(max_digits=30, decimal_places=2, null=True),
        db_persist=True,
    )


def _ranked_by(column: str) -> models.Index:
    return models.Index(fields=["fiscal_year", column, "body_id"], name=f"ranked_by_{column}")


class RollupTotal(models.Model):
    """A body's year in one row: sums of its other figures, which move in the same transaction.

    Whatever ranks bodies reads this: see ``totals`` for what is summed.
    """

    pk = models.CompositePrimaryKey("body_id", "fiscal_year")
    body_id = models.UUIDField()
    fiscal_year = models.SmallIntegerField()
    collected = _money()
    estimated = _money()
    budget = models.DecimalField(
        max_digits=20, decimal_places=2, db_default=0, help_text="After all changes."
    )
    disbursed = _money()
    opened = models.IntegerField(db_default=0, help_text="Months that are open.")
    closed = models.IntegerField(db_default=0, help_text="Months that are closed.")
    cash = models.DecimalField(
        max_digits=20, decimal_places=2, db_default=0, help_text="What came in, less what went out."
    )
    deposits = models.DecimalField(
        max_digits=20, decimal_places=2, db_default=0, help_text="Held for others: in less out."
    )
    collected_percent = _percent_of("collected", "estimated")
    spent_percent = _percent_of("disbursed", "budget")

    class Meta:
        db_table = "rollup_total"
        indexes = [
            _ranked_by("disbursed"),
            _ranked_by("spent_percent"),
            _ranked_by("collected_percent"),
            _ranked_by("closed"),
        ]


class Comparison(models.Model):
    """The last time that all bodies of a year were compared; what stands of it is of that moment.

    ``complete_to`` is how far the figures of every cell had come then.
    """

    fiscal_year = models.SmallIntegerField(primary_key=True)
    compared_at = models.DateTimeField()
    complete_to = models.DateTimeField(null=True)
    reported_month = models.DateField()
    bodies = models.IntegerField()
    outliers = models.IntegerField()

    class Meta:
        db_table = "comparison"


class PeerGroup(models.Model):
    """Bodies of a kind and a size in a year: their medians and quartiles, and no body's figures."""

    pk = models.CompositePrimaryKey("fiscal_year", "kind", "size_class")
    fiscal_year = models.SmallIntegerField()
    kind = models.CharField(max_length=16)
    size_class = models.SmallIntegerField(help_text="1 holds the smallest budgets.")
    size_classes = models.SmallIntegerField(help_text="How many the kind has.")
    bodies = models.IntegerField()
    reported = models.IntegerField(help_text="Those that closed the comparison's month.")
    quartiles = models.JSONField(
        help_text="By measure: lower, median, upper as text, and of how many bodies."
    )

    class Meta:
        db_table = "peer_group"


class BodyCompared(models.Model):
    """Where a body stands among its peers in a year, and what is out of line with them."""

    pk = models.CompositePrimaryKey("body_id", "fiscal_year")
    body_id = models.UUIDField()
    fiscal_year = models.SmallIntegerField()
    kind = models.CharField(max_length=16)
    size_class = models.SmallIntegerField(help_text="0: no budget, so no size and no peers.")
    measures = models.JSONField(help_text="By measure: value as text, and rank; absent: none.")
    gravity = models.IntegerField(help_text="0: nothing is out of line.")
    reasons = models.JSONField(help_text="Code, gravity, message_th and message_en of each.")

    class Meta:
        db_table = "body_compared"
        indexes = [
            models.Index(
                fields=["fiscal_year", "gravity", "body_id"],
                name="out_of_line",
                condition=models.Q(gravity__gt=0),
            )
        ]
