"""What those who run the platform see."""

from rest_framework import serializers

from tenants.admission.measures import What


class FleetCell(serializers.Serializer[object]):
    """A cell: a database that holds the schemas of bodies."""

    name = serializers.CharField()
    server = serializers.CharField()
    capacity = serializers.IntegerField(min_value=0, help_text="Places that it may hold.")
    is_open = serializers.BooleanField(help_text="Whether new bodies may come into it.")
    bodies = serializers.IntegerField(min_value=0)
    spare = serializers.IntegerField(min_value=0, help_text="Schemas made ahead.")
    places = serializers.IntegerField(min_value=0)


class FleetStatus(serializers.Serializer[object]):
    """The fleet as the register knows it."""

    cells = FleetCell(many=True)
    bodies = serializers.DictField(child=serializers.IntegerField(), help_text="By state.")
    places = serializers.DictField(child=serializers.IntegerField(), help_text="By use.")
    migrations = serializers.DictField(
        allow_null=True, help_text="The newest release, its state, its places by state."
    )


class MeasureInForce(serializers.Serializer[object]):
    """A measure against overload."""

    what = serializers.ChoiceField(choices=list(What))
    settings = serializers.DictField()
    words_th = serializers.CharField(allow_blank=True)
    words_en = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    set_by = serializers.CharField()
    from_at = serializers.DateTimeField()


class MeasuresInForce(serializers.Serializer[object]):
    """The measures in force, in the order of the ladder."""

    items = MeasureInForce(many=True)


class NewMeasure(serializers.Serializer[object]):
    """A measure as it is asked for; which settings it needs, the refusal tells."""

    settings = serializers.DictField(required=False)
    until = serializers.DateTimeField(required=False, allow_null=True)
    words_th = serializers.CharField(required=False, allow_blank=True, max_length=300)
    words_en = serializers.CharField(required=False, allow_blank=True, max_length=300)
    reason = serializers.CharField(max_length=300)
