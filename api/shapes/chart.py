"""The chart of accounts."""

from rest_framework import serializers

from api.shapes.parts import AccountCode


class Account(serializers.Serializer[object]):
    """An account of the chart; the body's own have no English name."""

    code = AccountCode()
    name_th = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    type = serializers.ChoiceField(["asset", "liability", "equity", "revenue", "expense"])
    normal_side = serializers.ChoiceField(["debit", "credit"])
    postable = serializers.BooleanField()
    level = serializers.IntegerField()
    parent = AccountCode(allow_null=True)  # type: ignore[assignment]  # shadows DRF's own "parent"
    is_own = serializers.BooleanField()


class AccountPage(serializers.Serializer[object]):
    """A page of accounts."""

    items = Account(many=True)
    next = serializers.CharField(allow_null=True)


class NewAccount(serializers.Serializer[object]):
    """An own account to open below a national one."""

    parent = serializers.CharField(max_length=14)  # type: ignore[assignment]  # shadows DRF's own "parent"
    name_th = serializers.CharField(max_length=200)


class OwnAccount(serializers.Serializer[object]):
    """An own account."""

    code = AccountCode()
    parent = AccountCode()  # type: ignore[assignment]  # shadows DRF's own "parent"
    name_th = serializers.CharField()
