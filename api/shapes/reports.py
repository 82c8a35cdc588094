"""Trial balances, ledgers and periods."""

from rest_framework import serializers

from api.shapes.journal import ListedEntry


class TrialBalanceAmounts(serializers.Serializer[object]):
    """Six columns of a trial balance, none negative."""

    opening_debit = serializers.CharField()
    opening_credit = serializers.CharField()
    period_debit = serializers.CharField()
    period_credit = serializers.CharField()
    closing_debit = serializers.CharField()
    closing_credit = serializers.CharField()


class TrialBalanceRow(TrialBalanceAmounts):
    """An account's row."""

    account = serializers.CharField()
    name_th = serializers.CharField()


class TrialBalance(serializers.Serializer[object]):
    """A trial balance."""

    fiscal_year = serializers.IntegerField()
    month = serializers.DateField(allow_null=True)
    rows = TrialBalanceRow(many=True)
    totals = TrialBalanceAmounts()
    complete_to = serializers.DateTimeField()


class Difference(serializers.Serializer[object]):
    """By what two knowledge dates differ."""

    known_from = serializers.DateTimeField()
    known_to = serializers.DateTimeField()
    documents = ListedEntry(many=True)
    accounts = serializers.ListField(child=serializers.DictField())


class LedgerLine(serializers.Serializer[object]):
    """A line of a ledger with the balance after it."""

    entry_date = serializers.DateField()
    number = serializers.CharField()
    event_no = serializers.IntegerField()
    line_no = serializers.IntegerField()
    description = serializers.CharField()
    memo = serializers.CharField(allow_null=True)
    debit = serializers.CharField()
    credit = serializers.CharField()
    balance_debit = serializers.CharField()
    balance_credit = serializers.CharField()


class Ledger(serializers.Serializer[object]):
    """An account's ledger."""

    account = serializers.CharField()
    name_th = serializers.CharField(allow_null=True)
    opening_debit = serializers.CharField()
    opening_credit = serializers.CharField()
    items = LedgerLine(many=True)
    next = serializers.CharField(allow_null=True)
    complete_to = serializers.DateTimeField()


class PeriodChange(serializers.Serializer[object]):
    """Why a period is closed or opened again, and for which kind of document; all by default."""

    reason = serializers.CharField(max_length=300, required=False, allow_null=True)
    kind = serializers.ChoiceField(["JV"], required=False, allow_null=True)


class Period(serializers.Serializer[object]):
    """A month."""

    period = serializers.CharField()
    fiscal_year = serializers.IntegerField()
    kind = serializers.CharField(allow_null=True)
    state = serializers.CharField()


class PeriodList(serializers.Serializer[object]):
    """The months of a fiscal year."""

    items = Period(many=True)
