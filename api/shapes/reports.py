"""Trial balances, ledgers and periods."""

from typing import Any

from rest_framework import serializers

from api.shapes.journal import LineAmounts, ListedEntry
from api.shapes.parts import AccountCode, Amount, DocumentNumber


class TrialBalanceAmounts(serializers.Serializer[object]):
    """Six columns of a trial balance, none negative."""

    opening_debit = Amount()
    opening_credit = Amount()
    period_debit = Amount()
    period_credit = Amount()
    closing_debit = Amount()
    closing_credit = Amount()


class TrialBalanceRow(TrialBalanceAmounts):
    """An account's row."""

    account = AccountCode()
    name_th = serializers.CharField()


class TrialBalance(serializers.Serializer[object]):
    """A trial balance; complete to the last recording that it knows."""

    fiscal_year = serializers.IntegerField()
    month = serializers.DateField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    rows = TrialBalanceRow(many=True)
    totals = TrialBalanceAmounts()
    complete_to = serializers.DateTimeField(allow_null=True)


class Difference(serializers.Serializer[object]):
    """By what two knowledge dates differ."""

    known_from = serializers.DateTimeField()
    known_to = serializers.DateTimeField()
    documents = ListedEntry(many=True)
    accounts = LineAmounts(many=True)


class LedgerLine(serializers.Serializer[object]):
    """A line of a ledger with the balance after it."""

    entry_date = serializers.DateField()
    number = DocumentNumber()
    event_no = serializers.IntegerField(min_value=1)
    line_no = serializers.IntegerField(min_value=1)
    description = serializers.CharField()
    memo = serializers.CharField(allow_null=True)
    debit = Amount()
    credit = Amount()
    balance_debit = Amount()
    balance_credit = Amount()


class LedgerDates(serializers.Serializer[object]):
    """The days that a ledger was asked for; their names are words of Python."""

    def get_fields(self) -> "dict[str, serializers.Field[Any, Any, Any, Any]]":
        """Return the fields ``from`` and ``to``, and those of the ledger."""
        days = {"from": serializers.DateField(), "to": serializers.DateField()}
        return {**days, **super().get_fields()}


class Ledger(LedgerDates):
    """An account's ledger; the name of an account that there is not is null."""

    account = AccountCode()
    name_th = serializers.CharField(allow_null=True)
    opening_debit = Amount()
    opening_credit = Amount()
    items = LedgerLine(many=True)
    next = serializers.CharField(allow_null=True)
    complete_to = serializers.DateTimeField(allow_null=True)


class PeriodChange(serializers.Serializer[object]):
    """Why a period is closed or opened again, and for which kind of document; all by default."""

    reason = serializers.CharField(max_length=300, required=False, allow_null=True)
    kind = serializers.ChoiceField(["JV"], required=False, allow_null=True)


class Period(serializers.Serializer[object]):
    """A month, or a month for one kind of document alone."""

    period = serializers.RegexField(r"^[0-9]{4}-[0-9]{2}$")
    fiscal_year = serializers.IntegerField()
    kind = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(["open", "closed"])


class PeriodList(serializers.Serializer[object]):
    """The months of a fiscal year."""

    items = Period(many=True)
