"""General vouchers."""

from rest_framework import serializers

from api.shapes.parts import Refusal


class Note(serializers.Serializer[object]):
    """Why a step is taken; required to return or cancel."""

    note = serializers.CharField(max_length=200, required=False, allow_null=True)


class VoucherHead(serializers.Serializer[object]):
    """What every shape of a voucher has."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    document_date = serializers.DateField(allow_null=True)
    fiscal_year = serializers.IntegerField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    amount = serializers.CharField()
    version = serializers.IntegerField()
    number = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class VoucherStep(serializers.Serializer[object]):
    """A step that was taken."""

    action = serializers.CharField()
    state = serializers.CharField()
    officer_name_th = serializers.CharField()
    is_acting = serializers.BooleanField()
    note = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class NextStep(serializers.Serializer[object]):
    """A step that may be taken, and by whom."""

    action = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class Voucher(VoucherHead):
    """A general voucher."""

    prepared_by = serializers.UUIDField()
    entry = serializers.DictField()
    refusals = Refusal(many=True)
    history = VoucherStep(many=True)
    next = NextStep(many=True)


class VoucherPage(serializers.Serializer[object]):
    """A page of vouchers."""

    items = VoucherHead(many=True)
    next = serializers.CharField(allow_null=True)
