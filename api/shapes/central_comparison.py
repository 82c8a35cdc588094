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
