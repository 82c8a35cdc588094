"""What proves the books."""

from rest_framework import serializers


class ChainHead(serializers.Serializer[object]):
    """The last event and the hash over everything before it."""

    body_code = serializers.CharField()
    generation = serializers.IntegerField()
    event_no = serializers.IntegerField()
    hash = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    genesis = serializers.CharField()


class Proof(serializers.Serializer[object]):
    """What proves one entry against a head."""

    number = serializers.CharField()
    event_no = serializers.IntegerField()
    canonical = serializers.CharField()
    hash = serializers.CharField()
    previous_hash = serializers.CharField()
    following = serializers.ListField(child=serializers.CharField())
    head = serializers.DictField()


class Event(serializers.Serializer[object]):
    """An event of the journal."""

    event_no = serializers.IntegerField()
    kind = serializers.CharField()
    number = serializers.CharField()
    recorded_at = serializers.DateTimeField()
    canonical = serializers.CharField()
    hash = serializers.CharField()


class EventPage(serializers.Serializer[object]):
    """A page of events."""

    items = Event(many=True)
    next = serializers.CharField(allow_null=True)
    resume = serializers.CharField(allow_null=True)
