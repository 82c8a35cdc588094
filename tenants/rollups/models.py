"""The centre's figures, of bodies and of areas by the same keys (infra/decisions/rollups.md).

A figure of a body has its key and its amounts; that of an area has the same under ``level`` and
``area``: N and nothing (the nation), P and a province, D and a district, K and a kind of body.
Bodies without a district count under their province's code and ``00``.
"""

from typing import Any

from django.db import models


def _money() -> Any:
    return models.DecimalField(max_digits=20, decimal_places=2, db_default=0)


def _count() -> Any:
    return models.BigIntegerField(db_default=0)


class RollupCell(models.Model):
    """How far the consumer of a cell has come.

    Everything that was committed in the cell before ``complete_to`` is in the figures of bodies.
    """

    cell = models.CharField(max_length=40, primary_key=True)
    complete_to = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(help_text="When a consumer last ended a round here.")
    waiting = models.IntegerField(db_default=0, help_text="Notices left after that round.")
    failure = models.CharField(max_length=300, help_text="Why the last round failed; empty: no.")

    class Meta:
        db_table = "rollup_cell"


class RollupBody(models.Model):
    """A body's cursor, which moves in the transaction that moves its figures.

    The place, the generation and where the body is counted are those that its figures stand for:
    when the register says otherwise, they are folded anew, or counted elsewhere.
    """

    body_id = models.UUIDField(primary_key=True)
    place_id = models.UUIDField()
    generation = models.SmallIntegerField()
    event_no = models.BigIntegerField(help_text="The last event of the journal that is folded.")
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    kind = models.CharField(max_length=16)
    is_counted = models.BooleanField(help_text="In its areas: training bodies are not.")
    folded_at = models.DateTimeField()
    last_entry_at = models.DateTimeField(null=True, help_text="When the last event was recorded.")
    last_closed_day = models.DateField(null=True, help_text="The last day closed to cash.")

    class Meta:
        db_table = "rollup_body"


class RollupPending(models.Model):
    """What bodies moved and areas do not have yet: taken and added in one transaction."""

    id = models.BigAutoField(primary_key=True)
    figure = models.CharField(max_length=12)
    province = models.CharField(max_length=2)
    district = models.CharField(max_length=4)
    kind = models.CharField(max_length=16)
    moved = models.JSONField()

    class Meta:
        db_table = "rollup_pending"


class RollupCheck(models.Model):
    """What a recompute found: see recompute.py."""

    id = models.BigAutoField(primary_key=True)
    checked_at = models.DateTimeField()
    bodies = models.IntegerField()
    drifts = models.IntegerField(help_text="Rows that were not what the books say.")
    is_repaired = models.BooleanField()
    told = models.JSONField(help_text="The rows, a thousand at most.")

    class Meta:
        db_table = "rollup_check"


class _Month(models.Model):
    fiscal_year = models.SmallIntegerField()
    starts_on = models.DateField()
    account_group = models.CharField(max_length=4, help_text="The chart's first four digits.")
    debit = _money()
    credit = _money()

    class Meta:
        abstract = True


class _Entries(models.Model):
    fiscal_year = models.SmallIntegerField()
    starts_on = models.DateField()
    book = models.CharField(max_length=8, help_text="The book of original entry: JV, RV, PV.")
    entries = _count()

    class Meta:
        abstract = True


class _Revenue(models.Model):
    fiscal_year = models.SmallIntegerField()
    starts_on = models.DateField()
    category = models.CharField(max_length=6, help_text="หมวดรายรับ, 411000; empty: of none.")
    collected = _money()

    class Meta:
        abstract = True


class _Estimate(models.Model):
    fiscal_year = models.SmallIntegerField()
    category = models.CharField(max_length=6, help_text="หมวดรายรับ, 411000; empty: of none.")
    estimated = _money()

    class Meta:
        abstract = True


class _Budget(models.Model):
    fiscal_year = models.SmallIntegerField()
    fund_source = models.CharField(max_length=16)
    plan = models.CharField(max_length=5, help_text="แผนงาน.")
    expenditure_class = models.CharField(max_length=6, help_text="งบ, 510000 to 560000.")
    approved = _money()
    supplemented = _money()
    transferred_in = _money()
    transferred_out = _money()
    carried_in = _money()
    carried_out = _money()
    lapsed = _money()
    reserved = _money()
    obligated = _money()
    disbursed = _money()

    class Meta:
        abstract = True


class _Documents(models.Model):
    fiscal_year = models.SmallIntegerField()
    starts_on = models.DateField(help_text="The month of the document's date.")
    kind = models.CharField(max_length=8)
    documents = _count()
    unfinished = models.BigIntegerField(
        db_default=0, help_text="Those somebody has to act in before their month closes."
    )
    cancelled = _count()
    amount = models.DecimalField(
        max_digits=20, decimal_places=2, db_default=0, help_text="Of those not cancelled."
    )

    class Meta:
        abstract = True


class _Closing(models.Model):
    fiscal_year = models.SmallIntegerField()
    starts_on = models.DateField()
    opened = models.IntegerField(db_default=0, help_text="Bodies whose month is open.")
    closed = models.IntegerField(db_default=0, help_text="Bodies whose month is closed.")

    class Meta:
        abstract = True


class _OfArea(models.Model):
    level = models.CharField(max_length=1, help_text="N, P, D or K.")
    area = models.CharField(max_length=16)

    class Meta:
        abstract = True


class RollupMonth(_Month):
    """What moved on a group of accounts in a month; its opening is what moved in all before."""

    pk = models.CompositePrimaryKey("body_id", "starts_on", "account_group", "fiscal_year")
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_month"


class AreaMonth(_OfArea, _Month):
    """See RollupMonth."""

    pk = models.CompositePrimaryKey("level", "area", "starts_on", "account_group", "fiscal_year")

    class Meta:
        db_table = "area_month"


class RollupEntries(_Entries):
    """How many entries of each book a month has."""

    pk = models.CompositePrimaryKey("body_id", "starts_on", "book", "fiscal_year")
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_entries"


class AreaEntries(_OfArea, _Entries):
    """See RollupEntries."""

    pk = models.CompositePrimaryKey("level", "area", "starts_on", "book", "fiscal_year")

    class Meta:
        db_table = "area_entries"


class RollupRevenue(_Revenue):
    """Revenue of a month by category: credit less debit of its accounts."""

    pk = models.CompositePrimaryKey("body_id", "starts_on", "category", "fiscal_year")
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_revenue"


class AreaRevenue(_OfArea, _Revenue):
    """See RollupRevenue."""

    pk = models.CompositePrimaryKey("level", "area", "starts_on", "category", "fiscal_year")

    class Meta:
        db_table = "area_revenue"


class RollupEstimate(_Estimate):
    """Revenue that the ordinances in force expect in a fiscal year."""

    pk = models.CompositePrimaryKey("body_id", "fiscal_year", "category")
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_estimate"


class AreaEstimate(_OfArea, _Estimate):
    """See RollupEstimate."""

    pk = models.CompositePrimaryKey("level", "area", "fiscal_year", "category")

    class Meta:
        db_table = "area_estimate"


class RollupBudget(_Budget):
    """The budget ledger's columns by source of money, plan and class of expenditure."""

    pk = models.CompositePrimaryKey(
        "body_id", "fiscal_year", "fund_source", "plan", "expenditure_class"
    )
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_budget"


class AreaBudget(_OfArea, _Budget):
    """See RollupBudget."""

    pk = models.CompositePrimaryKey(
        "level", "area", "fiscal_year", "fund_source", "plan", "expenditure_class"
    )

    class Meta:
        db_table = "area_budget"


class RollupDocuments(_Documents):
    """Documents of a kind dated in a month; drafts without a date are nobody's month."""

    pk = models.CompositePrimaryKey("body_id", "starts_on", "kind", "fiscal_year")
    body_id = models.UUIDField()

    class Meta:
        db_table = "rollup_documents"


class AreaDocuments(_OfArea, _Documents):
    """See RollupDocuments."""

    pk = models.CompositePrimaryKey("level", "area", "starts_on", "kind", "fiscal_year")

    class Meta:
        db_table = "area_documents"


class RollupClosing(_Closing):
    """Whether a body's month is open or closed: one of the two is 1."""

    pk = models.CompositePrimaryKey("body_id", "starts_on", "fiscal_year")
    body_id = models.UUIDField()
    since = models.DateTimeField(null=True, help_text="When it was closed, or opened again.")

    class Meta:
        db_table = "rollup_closing"
        indexes = [models.Index(fields=["starts_on", "closed"], name="months_not_closed")]


class AreaClosing(_OfArea, _Closing):
    """How many bodies of the area have the month open, and how many closed it."""

    pk = models.CompositePrimaryKey("level", "area", "starts_on", "fiscal_year")

    class Meta:
        db_table = "area_closing"
