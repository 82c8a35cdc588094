"""What every kind of document has in common."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.shapes.parts import Amount, DocumentNumber

ONE_DOCUMENT = OpenApiParameter(
    "document",
    str,
    OpenApiParameter.PATH,
    description="A document's id, or its number with a hyphen for the slash: RCPT-00001-69.",
)


class Note(serializers.Serializer[object]):
    """Why a step is taken; some steps are refused without it."""

    note = serializers.CharField(max_length=200, required=False, allow_null=True)


class EntryOfDocument(serializers.Serializer[object]):
    """An entry that a document made, and by which posting rule."""

    number = DocumentNumber()
    event_no = serializers.IntegerField(min_value=1)
    entry_date = serializers.DateField()
    rule = serializers.CharField(allow_null=True)
    amount = Amount()


class FlowHead(serializers.Serializer[object]):
    """What a list shows of a document; the number comes with the step that gives it."""

    id = serializers.UUIDField()
    state = serializers.CharField(help_text="A state of its flow, see the parameter of the list.")
    document_date = serializers.DateField(allow_null=True)
    fiscal_year = serializers.IntegerField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    amount = Amount()
    version = serializers.IntegerField(min_value=1)
    number = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class FlowPage(serializers.Serializer[object]):
    """A page of documents."""

    items = FlowHead(many=True)
    next = serializers.CharField(allow_null=True)


class FlowStep(serializers.Serializer[object]):
    """A step that was taken, the state it led to, and the position in which it was signed."""

    action = serializers.CharField()
    state = serializers.CharField()
    officer_id = serializers.UUIDField()
    officer_name_th = serializers.CharField()
    is_acting = serializers.BooleanField()
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    position_th = serializers.CharField(allow_null=True)
    acting_order = serializers.CharField(allow_null=True)
    separation = serializers.CharField(
        allow_null=True,
        help_text="The step that the same officer took before, under a formal acting order.",
    )


class FlowNext(serializers.Serializer[object]):
    """A step that may be taken now, and by whom."""

    action = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    needs_note = serializers.BooleanField()


class FlowDocument(FlowHead):
    """A document: each kind adds what is its own."""

    prepared_by = serializers.UUIDField()
    journal_entries = EntryOfDocument(many=True)
    history = FlowStep(many=True)
    next = FlowNext(many=True)
