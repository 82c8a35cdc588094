"""Entries: to post, posted, listed."""

from rest_framework import serializers

from accounting.journal.drafts import DESCRIPTION_MAX, MAX_LINES, MEMO_MAX, MIN_LINES, REFERENCE_MAX
from api.shapes.parts import MONEY, AccountCode, Amount, DocumentNumber, Refusal, Sha256


class NewLine(serializers.Serializer[object]):
    """A line to post: one side, more than zero."""

    account = AccountCode()
    debit = serializers.RegexField(MONEY, required=False, allow_null=True)
    credit = serializers.RegexField(MONEY, required=False, allow_null=True)
    memo = serializers.CharField(max_length=MEMO_MAX, required=False, allow_null=True)
    budget_line = serializers.CharField(required=False, allow_null=True)


class NewEntry(serializers.Serializer[object]):
    """An entry to post."""

    entry_date = serializers.DateField()
    description = serializers.CharField(max_length=DESCRIPTION_MAX)
    reference = serializers.CharField(max_length=REFERENCE_MAX, required=False, allow_null=True)
    lines = serializers.ListField(child=NewLine(), min_length=MIN_LINES, max_length=MAX_LINES)


class LineAmounts(serializers.Serializer[object]):
    """An account with an amount on one side; the empty side is 0.00."""

    account = AccountCode()
    name_th = serializers.CharField()
    debit = Amount()
    credit = Amount()


class Line(LineAmounts):
    """A posted line."""

    memo = serializers.CharField(allow_null=True)


class Balance(LineAmounts):
    """An account's balance after the entry."""


class EntryHead(serializers.Serializer[object]):
    """What every shape of an entry has."""

    number = DocumentNumber()
    event_no = serializers.IntegerField(min_value=1)
    entry_date = serializers.DateField()
    fiscal_year = serializers.IntegerField()
    description = serializers.CharField()
    reference = serializers.CharField(allow_null=True)
    posted_at = serializers.DateTimeField()
    posted_by = serializers.CharField()


class PostedEntry(EntryHead):
    """An entry just posted."""

    lines = Line(many=True)
    balances = Balance(many=True)
    hash = Sha256()


class Entry(EntryHead):
    """One entry, with the numbers of what it undoes and of what undoes it."""

    lines = Line(many=True)
    total = Amount()
    hash = Sha256()
    reverses = DocumentNumber(allow_null=True)
    reversed_by = DocumentNumber(allow_null=True)


class ListedEntry(EntryHead):
    """An entry in a list; with ``lines=true`` it has its lines."""

    total = Amount()
    lines = Line(many=True, required=False)


class EntryPage(serializers.Serializer[object]):
    """A page of entries."""

    items = ListedEntry(many=True)
    next = serializers.CharField(allow_null=True)


class NewBulkEntry(NewEntry):
    """An entry of many, with a key of its own."""

    idempotency_key = serializers.RegexField(r"^[ -~]{8,128}$", min_length=8, max_length=128)


class NewEntries(serializers.Serializer[object]):
    """Entries to post, all or none when atomic."""

    entries = serializers.ListField(child=NewBulkEntry(), min_length=1, max_length=1000)
    atomic = serializers.BooleanField(required=False)


class BulkResult(serializers.Serializer[object]):
    """What became of one entry: the entry, or why not."""

    status = serializers.IntegerField()
    entry = PostedEntry(required=False)
    code = serializers.CharField(required=False)
    refusals = Refusal(many=True, required=False)


class BulkResults(serializers.Serializer[object]):
    """Results in the order of the entries."""

    results = BulkResult(many=True)


class NewReversal(serializers.Serializer[object]):
    """The date and reason of a reversal."""

    entry_date = serializers.DateField()
    reason = serializers.CharField(max_length=300)
