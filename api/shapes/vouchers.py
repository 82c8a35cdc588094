"""General vouchers."""

from rest_framework import serializers

from accounting.general_vouchers.rules import STEPS
from api.shapes.parts import Amount, DocumentNumber, Refusal

STATES = tuple(STEPS)
DRAFT = {
    "application/json": {
        "type": "object",
        "additionalProperties": True,
        "description": "An entry as `journal-entries` takes it, or what there is of one yet.",
    }
}


class Note(serializers.Serializer[object]):
    """Why a step is taken; required to return or cancel."""

    note = serializers.CharField(max_length=200, required=False, allow_null=True)


class VoucherHead(serializers.Serializer[object]):
    """What every shape of a voucher has; the number comes with the posting."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    document_date = serializers.DateField(allow_null=True)
    fiscal_year = serializers.IntegerField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    amount = Amount()
    version = serializers.IntegerField(min_value=1)
    number = DocumentNumber(allow_null=True)
    created_at = serializers.DateTimeField()


class VoucherStep(serializers.Serializer[object]):
    """A step that was taken, and the state it led to."""

    action = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    officer_name_th = serializers.CharField()
    is_acting = serializers.BooleanField()
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class NextStep(serializers.Serializer[object]):
    """A step that may be taken, and by whom."""

    action = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class Voucher(VoucherHead):
    """A general voucher; its entry is what was drafted, and the refusals what it lacks."""

    prepared_by = serializers.UUIDField()
    entry = serializers.DictField()
    refusals = Refusal(many=True)
    history = VoucherStep(many=True)
    next = NextStep(many=True)


class VoucherPage(serializers.Serializer[object]):
    """A page of vouchers."""

    items = VoucherHead(many=True)
    next = serializers.CharField(allow_null=True)
