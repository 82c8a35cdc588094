"""The budget ledger's tables. The database itself lets no line, and no hold, go below zero."""

from typing import Any

from django.db import models

from accounting.budget.rules import COLUMNS, GIVEN, TAKEN


def _available() -> Any:
    given: Any = models.F(GIVEN[0])
    for column in GIVEN[1:]:
        given += models.F(column)
    for column in TAKEN:
        given -= models.F(column)
    return given


def _money(*, is_summed: bool = False) -> Any:
    if is_summed:
        return models.DecimalField(max_digits=18, decimal_places=2, db_default=0)
    return models.DecimalField(max_digits=18, decimal_places=2)


class BudgetLine(models.Model):
    """รายการงบประมาณ: an amount for a purpose in a fiscal year, from one source of money.

    What it is for never changes once it is there; the ten columns are the sums of its movements.
    """

    id = models.UUIDField(primary_key=True)
    fiscal_year = models.SmallIntegerField()
    fund_source = models.CharField(max_length=16)
    plan = models.CharField(max_length=5)
    task = models.CharField(max_length=5)
    expenditure_type = models.CharField(max_length=6)
    project = models.CharField(max_length=100, help_text="Empty for none.")
    name = models.CharField(max_length=200)
    approved = _money(is_summed=True)
    supplemented = _money(is_summed=True)
    transferred_in = _money(is_summed=True)
    transferred_out = _money(is_summed=True)
    carried_in = _money(is_summed=True)
    carried_out = _money(is_summed=True)
    lapsed = _money(is_summed=True)
    reserved = _money(is_summed=True)
    obligated = _money(is_summed=True)
    disbursed = _money(is_summed=True)
    available = models.GeneratedField(
        expression=_available(), output_field=_money(), db_persist=True
    )

    class Meta:
        db_table = "budget_line"
        constraints = [
            models.UniqueConstraint(
                name="budget_line_key",
                fields=(
                    *("fiscal_year", "fund_source", "plan", "task", "expenditure_type", "project"),
                ),
            ),
            models.CheckConstraint(
                name="budget_line_is_not_overdrawn", condition=models.Q(available__gte=0)
            ),
            models.CheckConstraint(
                name="budget_columns_are_not_negative",
                condition=models.Q(**{f"{column}__gte": 0 for column in COLUMNS}),
            ),
        ]


class BudgetHead(models.Model):
    """One row: the last movement and the hash that seals all before it. Locked last of all."""

    only = models.BooleanField(primary_key=True, db_default=True)
    movement_no = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "budget_head"
        constraints = [
            models.CheckConstraint(name="there_is_one_budget_head", condition=models.Q(only=True))
        ]


class BudgetMovement(models.Model):
    """One change of one column of one line: gapless, sealed, never changed."""

    movement_no = models.BigIntegerField(primary_key=True)
    line_id = models.UUIDField()
    kind = models.CharField(max_length=12, help_text="A key of rules.MOVES.")
    amount = _money()
    document_id = models.UUIDField(help_text="The document that moved it.")
    holder_id = models.UUIDField(
        null=True, help_text="Whose commitment it made larger or smaller, if anybody's."
    )
    day = models.DateField()
    officer_id = models.UUIDField()
    recorded_at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "budget_movement"
        indexes = [models.Index(fields=["line_id", "movement_no"], name="movements_of_line")]
        constraints = [
            models.CheckConstraint(
                name="budget_movement_is_positive", condition=models.Q(amount__gt=0)
            )
        ]


class Commitment(models.Model):
    """What a document holds of a line (hold), owes (obligation), or has spent (disbursement).

    Open is what is neither drawn by a later document nor given back.
    """

    pk = models.CompositePrimaryKey("document_id", "line_id", "kind")
    document_id = models.UUIDField()
    line_id = models.UUIDField()
    kind = models.CharField(max_length=12)
    of_document = models.UUIDField(
        null=True, help_text="Whose commitment it was drawn from; none: what was available."
    )
    amount = _money()
    drawn = _money(is_summed=True)
    released = _money(is_summed=True)

    class Meta:
        db_table = "commitment"
        indexes = [models.Index(fields=["line_id"], name="commitments_of_line")]
        constraints = [
            models.CheckConstraint(
                name="commitment_is_not_overdrawn",
                condition=models.Q(drawn__gte=0)
                & models.Q(released__gte=0)
                & models.Q(amount__gte=models.F("drawn") + models.F("released")),
            ),
            models.CheckConstraint(
                name="commitment_kind_is_known",
                condition=models.Q(kind__in=["hold", "obligation", "disbursement"]),
            ),
        ]
