"""Divisions, vendors and taxpayers."""

from rest_framework import serializers

from accounting.parties.rules import LEGAL_FORMS, SECTORS


class NewDivision(serializers.Serializer[object]):
    """A division to open; its two digits stand in document numbers."""

    code = serializers.RegexField(r"^[0-9]{2}$")
    name_th = serializers.CharField(max_length=200)


class DivisionChange(serializers.Serializer[object]):
    """A division's new name."""

    name_th = serializers.CharField(max_length=200)


class Division(serializers.Serializer[object]):
    """กอง or สำนัก."""

    code = serializers.CharField()
    name_th = serializers.CharField()
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class DivisionPage(serializers.Serializer[object]):
    """A page of divisions."""

    items = Division(many=True)
    next = serializers.CharField(allow_null=True)


class NewParty(serializers.Serializer[object]):
    """A vendor (with a sector and a tax id), a taxpayer or another payee (without a sector)."""

    sector = serializers.ChoiceField(SECTORS, required=False, allow_null=True)
    legal_form = serializers.ChoiceField(LEGAL_FORMS)
    name = serializers.CharField(max_length=200)
    tax_id = serializers.RegexField(r"^[0-9]{13}$", required=False, allow_null=True)
    branch_no = serializers.RegexField(r"^[0-9]{5}$", required=False, allow_null=True)
    address = serializers.CharField(max_length=300, required=False, allow_null=True)
    bank_code = serializers.RegexField(r"^[0-9]{3}$", required=False, allow_null=True)
    bank_account_no = serializers.RegexField(r"^[0-9]{10,15}$", required=False, allow_null=True)
    bank_account_name = serializers.CharField(max_length=200, required=False, allow_null=True)


class Party(serializers.Serializer[object]):
    """A vendor, a taxpayer or another payee."""

    id = serializers.UUIDField()
    sector = serializers.ChoiceField(SECTORS, allow_null=True)
    legal_form = serializers.ChoiceField(LEGAL_FORMS)
    name = serializers.CharField()
    tax_id = serializers.CharField(allow_null=True)
    branch_no = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    bank_code = serializers.CharField(allow_null=True)
    bank_account_no = serializers.CharField(allow_null=True)
    bank_account_name = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class PartyPage(serializers.Serializer[object]):
    """A page of a register."""

    items = Party(many=True)
    next = serializers.CharField(allow_null=True)
