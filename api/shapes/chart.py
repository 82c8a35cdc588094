"""The chart of accounts."""

from rest_framework import serializers


class Account(serializers.Serializer[object]):
    """An account of the chart."""

    code = serializers.CharField()
    name_th = serializers.CharField()
    name_en = serializers.CharField()
    type = serializers.CharField()
    normal_side = serializers.CharField()
    postable = serializers.BooleanField()
    level = serializers.IntegerField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a DRF name


class AccountPage(serializers.Serializer[object]):
    """A page of accounts."""

    items = Account(many=True)
    next = serializers.CharField(allow_null=True)


class NewAccount(serializers.Serializer[object]):
    """An own account to open below a national one."""

    parent = serializers.CharField(max_length=14)  # type: ignore[assignment]  # a DRF name
    name_th = serializers.CharField(max_length=200)


class OwnAccount(serializers.Serializer[object]):
    """An own account."""

    code = serializers.CharField()
    parent = serializers.CharField()  # type: ignore[assignment]  # a DRF name
    name_th = serializers.CharField()
