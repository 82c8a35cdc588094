"""Bank accounts."""

from rest_framework import serializers

from accounting.bank_accounts.rules import BRANCH_MAX, COMPANY_ID_MAX, KINDS, NAME_MAX
from api.shapes.parts import AccountCode


class _BankAccountSaid(serializers.Serializer[object]):
    """What every bank account has."""

    branch = serializers.CharField(max_length=BRANCH_MAX)
    name_th = serializers.CharField(max_length=NAME_MAX)
    account = AccountCode()


class BankAccountChange(_BankAccountSaid):
    """What may change of a bank account; without an id of the bank the one that is kept stays."""

    company_id = serializers.CharField(
        max_length=COMPANY_ID_MAX, required=False, allow_null=True, allow_blank=True
    )


class NewBankAccount(_BankAccountSaid):
    """A bank account to register: the bank's code of three digits, the passbook's number."""

    bank_code = serializers.RegexField(r"^[0-9]{3}$")
    number = serializers.RegexField(r"^[0-9]{6,20}$")
    kind = serializers.ChoiceField(KINDS)


class BankAccount(NewBankAccount):
    """A bank account, and the ledger account it is kept in."""

    id = serializers.CharField()
    company_id = serializers.CharField(allow_null=True)
    account_name_th = serializers.CharField(allow_null=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField(min_value=1)
    created_at = serializers.DateTimeField()


class BankAccountPage(serializers.Serializer[object]):
    """A page of bank accounts."""

    items = BankAccount(many=True)
    next = serializers.CharField(allow_null=True)
