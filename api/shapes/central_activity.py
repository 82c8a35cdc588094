"""What is done now in areas."""

from rest_framework import serializers

from api.shapes.central import CentralArea, Standing


class ActivityCounts(Standing):
    """What was done in the last hour, and how many bodies are at work."""

    active_quarter_hour = serializers.IntegerField(
        min_value=0, help_text="Bodies that recorded something in the last 15 minutes."
    )
    active_today = serializers.IntegerField(min_value=0, help_text="The same, today.")
    entries = serializers.IntegerField(
        min_value=0, help_text="Journal entries recorded in the last 60 minutes."
    )
    documents = serializers.IntegerField(
        min_value=0, help_text="New documents that the centre learnt of in the last 60 minutes."
    )
    sign_ins = serializers.IntegerField(
        min_value=0,
        help_text="Of officers who work in a body, in the last 60 minutes; a minute late.",
    )


class ActivityFigures(serializers.Serializer[object]):
    """Activity alone."""

    activity = ActivityCounts()


class ActivityMinute(Standing):
    """A minute of the whole area; the last one has not ended."""

    minute = serializers.DateTimeField()
    entries = serializers.IntegerField(min_value=0)
    documents = serializers.IntegerField(min_value=0)
    sign_ins = serializers.IntegerField(min_value=0)


class ActivityPart(CentralArea):
    """A province of the nation, or a district of a province."""

    figures = ActivityFigures()


class CentralActivity(serializers.Serializer[object]):
    """What is done now in an area, and in each of its parts."""

    at = serializers.DateTimeField()
    reported_month = serializers.DateField()
    areas = CentralArea(many=True)
    figures = ActivityFigures()
    minutes = ActivityMinute(many=True, help_text="The last 60, the oldest first.")
    parts = ActivityPart(many=True)
