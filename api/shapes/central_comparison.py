"""What the centre sees of bodies beside each other: rankings, peers, what is out of line."""

from typing import Any

from rest_framework import serializers

from api.shapes.central import CentralArea, Standing, Sum
from tenants.rollups.central_ranking import COLUMNS, DIRECTIONS

RANKED_BY = tuple(COLUMNS)


class Percent(serializers.RegexField):
    """A share in percent, with two decimals; null where there is nothing to be a part of."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^-?[0-9]{1,28}\.[0-9]{2}$", allow_null=True, **options)


class ComparedBody(serializers.Serializer[object]):
    """A body of the area."""

    code = serializers.CharField()
    kind = serializers.CharField()
    full_name_th = serializers.CharField()
    province_code = serializers.CharField()
    district_code = serializers.CharField(allow_null=True)


class TotalFigures(Standing):
    """A body's year: sums to now. It has reported, or not."""

    collected = Sum()
    estimated = Sum()
    budget = Sum()
    disbursed = Sum()
    collected_percent = Percent(help_text="Of what is estimated.")
    spent_percent = Percent(help_text="Of the budget.")
    months_closed = serializers.IntegerField()


class RankedBody(ComparedBody):
    """A body and its rank: those with the same figure have the same."""

    rank = serializers.IntegerField(min_value=1)
    figures = TotalFigures()


class CentralRanking(serializers.Serializer[object]):
    """Bodies in the order of a figure of their year."""

    fiscal_year = serializers.IntegerField()
    by = serializers.ChoiceField(choices=RANKED_BY)
    direction = serializers.ChoiceField(choices=DIRECTIONS)
    reported_month = serializers.DateField()
    areas = CentralArea(many=True)
    items = RankedBody(many=True)
    next = serializers.CharField(allow_null=True)


class Reason(serializers.Serializer[object]):
    """Why a body is out of line."""

    code = serializers.CharField()
    gravity = serializers.IntegerField(min_value=1)
    message_th = serializers.CharField()
    message_en = serializers.CharField()


class BodyOutOfLine(ComparedBody):
    """A body, and why it is out of line."""

    gravity = serializers.IntegerField(min_value=1, help_text="Of all reasons together.")
    reasons = Reason(many=True)
    figures = TotalFigures()


class _AsCompared(serializers.Serializer[object]):
    fiscal_year = serializers.IntegerField()
    reported_month = serializers.DateField()
    compared_at = serializers.DateTimeField(
        allow_null=True, help_text="When peers and reasons were last made; null: not yet."
    )


class CentralOutliers(_AsCompared):
    """Bodies out of line, the gravest first."""

    areas = CentralArea(many=True)
    items = BodyOutOfLine(many=True)
    next = serializers.CharField(allow_null=True)


class Peers(serializers.Serializer[object]):
    """Bodies of the same kind in the nation, with budgets of the same size."""

    kind = serializers.CharField()
    size_class = serializers.IntegerField(help_text="1 holds the smallest budgets.")
    size_classes = serializers.IntegerField()
    bodies = serializers.IntegerField()


class Measure(Standing):
    """A body's measure among its peers': null where fewer than ten of them have one."""

    value = serializers.RegexField(r"^-?[0-9]{1,28}(\.[0-9]{2})?$")
    rank = serializers.IntegerField(allow_null=True, help_text="1 is the best.")
    peers = serializers.IntegerField(allow_null=True, help_text="How many have the measure.")
    lower_quartile = Percent()
    median = Percent()
    upper_quartile = Percent()


class Measures(serializers.Serializer[object]):
    """By measure; null where the body has none, or was not compared."""

    collected_percent = Measure(allow_null=True)
    spent_percent = Measure(allow_null=True)
    closing_lag = Measure(allow_null=True, help_text="Months that ended and are not closed.")


class CentralPeers(_AsCompared):
    """A body beside its peers, of which nothing is told but what they are together."""

    body = ComparedBody()
    figures = TotalFigures()
    peers = Peers(allow_null=True, help_text="Null: it has no budget, or was not compared.")
    measures = Measures()
    reasons = Reason(many=True)
