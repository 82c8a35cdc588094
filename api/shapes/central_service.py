"""How well areas are served."""

from rest_framework import serializers

from api.shapes.central import CentralArea


class Served(serializers.Serializer[object]):
    """Requests of officers at work in bodies; papers, workbooks and imports are not counted."""

    requests = serializers.IntegerField(min_value=0)
    prompt = serializers.IntegerField(
        min_value=0, help_text="Answered within a second, waiting before the application included."
    )
    turned_away = serializers.IntegerField(
        min_value=0, help_text="Told to come again (429, 503) by the application."
    )
    failed = serializers.IntegerField(min_value=0, help_text="Answered by an error of ours.")
    prompt_percent = serializers.CharField(
        allow_null=True, help_text="Prompt of requests, two digits; null when there were none."
    )
    complete_to = serializers.DateTimeField(
        allow_null=True, help_text="When a process last told of it; each tells every 15 seconds."
    )


class ServiceFigures(serializers.Serializer[object]):
    """Of today and of the last 30 days, today included."""

    today = Served()
    month = Served()
    bodies_total = serializers.IntegerField(min_value=0)


class ServiceDay(serializers.Serializer[object]):
    """A day of the whole area."""

    day = serializers.DateField()
    served = Served()


class ServicePart(CentralArea):
    """A province of the nation, or a district of a province."""

    figures = ServiceFigures()


class CentralService(serializers.Serializer[object]):
    """How an area and each of its parts are served."""

    today = serializers.DateField()
    days = serializers.IntegerField(min_value=1)
    areas = CentralArea(many=True)
    figures = ServiceFigures()
    by_day = ServiceDay(many=True, help_text="The last 30, the oldest first.")
    parts = ServicePart(many=True)
