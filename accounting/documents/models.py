"""One table for the heads of all kinds of document, one for their steps."""

from django.db import models
from django.db.models.fields.json import KeyTextTransform as Text
from django.db.models.fields.json import KeyTransform as Part
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import IsNull

# Whom of the registers a document names: each kind one at most, where it says it. Papers that name
# a party are asked for by the same words (parties/queries.py).
_PARTY = Coalesce(
    Text("vendor", "content"),
    Text("payee", "content"),
    Text("payer_id", "content"),
    Text("payee", Part("said", "content")),
    Text("payer_id", Part("said", "content")),
    Text("debtor_id", Part("said", "content")),
)


class Document(models.Model):
    """The head of a document; what is particular to its kind is in ``content``.

    ``version`` grows with every change and is the ETag. ``number`` is what is printed: given
    once, gapless within its series, and kept by a cancelled document too. A general voucher has an
    ``event_no`` when it is posted; other kinds are named by the entries that they made.
    """

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8)
    fiscal_year = models.SmallIntegerField(null=True)
    state = models.CharField(max_length=16)
    document_date = models.DateField(null=True)
    description = models.CharField(max_length=500)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    version = models.IntegerField()
    prepared_by = models.UUIDField()
    event_no = models.BigIntegerField(null=True)
    content = models.JSONField()
    number = models.CharField(max_length=40, null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "document"
        indexes = [
            models.Index(fields=["kind", "state", "id"], name="document_waiting"),
            models.Index(
                _PARTY,
                "id",
                name="document_naming_party",
                condition=models.Q(IsNull(_PARTY, rhs=False)),
            ),
        ]
        constraints = [
            # Partial: drafts, which have no entry, cost it nothing.
            models.UniqueConstraint(
                name="document_of_entry",
                fields=["event_no"],
                condition=models.Q(event_no__isnull=False),
            ),
            models.UniqueConstraint(
                name="document_number",
                fields=["kind", "number"],
                condition=models.Q(number__isnull=False),
            ),
        ]


class DocumentStep(models.Model):
    """One step of a document: who moved it to which state, when, why, and in what position.

    ``separation`` names the step whose officer may not take this one, and did under an order.
    """

    pk = models.CompositePrimaryKey("document_id", "step_no")
    document_id = models.UUIDField()
    step_no = models.SmallIntegerField()
    action = models.CharField(max_length=16)
    state = models.CharField(max_length=16, help_text="The state it led to.")
    officer_id = models.UUIDField()
    officer_name_th = models.CharField(max_length=200)
    is_acting = models.BooleanField()
    note = models.CharField(max_length=200, null=True)
    at = models.DateTimeField(db_default=Now())
    acting_order = models.CharField(max_length=100, null=True)
    position_th = models.CharField(max_length=200, null=True)
    separation = models.CharField(max_length=40, null=True)

    class Meta:
        db_table = "document_step"


class DocumentSeries(models.Model):
    """The last number given in a series of a fiscal year. Rows, never sequences."""

    pk = models.CompositePrimaryKey("series", "fiscal_year")
    series = models.CharField(max_length=40)
    fiscal_year = models.SmallIntegerField()
    last_no = models.IntegerField()

    class Meta:
        db_table = "document_series"
