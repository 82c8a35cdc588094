"""The shape of an entry, both ways."""

from typing import Any

from rest_framework import serializers

from loadtests.peers.plain_django_tenants.ledger.models import JournalEntry, JournalLine
from loadtests.peers.plain_django_tenants.offices.models import Account

_MIN_LINES, _MAX_LINES = 2, 500


class LineSerializer(serializers.ModelSerializer):
    """A line."""

    class Meta:
        model = JournalLine
        fields = ["account", "debit", "credit", "memo"]

    def validate(self, line: dict[str, Any]) -> dict[str, Any]:
        """Refuse a line that has no side, or two."""
        debit, credit = line.get("debit", 0), line.get("credit", 0)
        if (debit > 0) == (credit > 0) or debit < 0 or credit < 0:
            raise serializers.ValidationError("one side, more than zero")
        return line


class EntrySerializer(serializers.ModelSerializer):
    """An entry with its lines."""

    lines = LineSerializer(many=True, min_length=_MIN_LINES, max_length=_MAX_LINES)

    class Meta:
        model = JournalEntry
        fields = [
            "number",
            "fiscal_year",
            "entry_date",
            "description",
            "reference",
            "posted_at",
            "posted_by",
            "lines",
        ]
        read_only_fields = ["number", "fiscal_year", "posted_at", "posted_by"]

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Refuse lines that do not balance, or name no account of the chart: one query for all."""
        if sum(line.get("debit", 0) - line.get("credit", 0) for line in lines):
            raise serializers.ValidationError("debit and credit differ")
        codes = {line["account"] for line in lines}
        if Account.objects.filter(code__in=codes, postable=True).count() != len(codes):
            raise serializers.ValidationError("an account is unknown or not postable")
        return lines


class RowSerializer(serializers.ModelSerializer):
    """An entry as a list shows it."""

    total = serializers.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        model = JournalEntry
        fields = [
            "number",
            "fiscal_year",
            "entry_date",
            "description",
            "reference",
            "total",
            "posted_at",
            "posted_by",
        ]
