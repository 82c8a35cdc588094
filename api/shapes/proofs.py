"""What proves the books."""

from rest_framework import serializers

from api.shapes.parts import Amount, DocumentNumber, Sha256


class ChainHead(serializers.Serializer[object]):
    """The last event and the hash over everything before it; event 0 is the genesis."""

    body_code = serializers.CharField()
    generation = serializers.IntegerField()
    event_no = serializers.IntegerField(min_value=0)
    hash = Sha256()
    recorded_at = serializers.DateTimeField()
    genesis = Sha256()


class ProvedHead(serializers.Serializer[object]):
    """The head that a proof leads to."""

    event_no = serializers.IntegerField(min_value=1)
    hash = Sha256()
    recorded_at = serializers.DateTimeField()


class Proof(serializers.Serializer[object]):
    """What proves one entry against a head."""

    number = DocumentNumber()
    event_no = serializers.IntegerField(min_value=1)
    canonical = serializers.CharField()
    hash = Sha256()
    previous_hash = Sha256()
    following = serializers.ListField(child=serializers.CharField())
    head = ProvedHead()


class Event(serializers.Serializer[object]):
    """An event of the journal."""

    event_no = serializers.IntegerField(min_value=1)
    kind = serializers.CharField()
    number = DocumentNumber()
    recorded_at = serializers.DateTimeField()
    canonical = serializers.CharField()
    hash = Sha256()


class EventPage(serializers.Serializer[object]):
    """A page of events."""

    items = Event(many=True)
    next = serializers.CharField(allow_null=True)
    resume = serializers.CharField(allow_null=True)


class Reading(serializers.Serializer[object]):
    """What somebody who watches over the body asked for of its books."""

    at = serializers.DateTimeField()
    officer_name_th = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    asked = serializers.CharField(help_text="Method and path.")


class ReadingPage(serializers.Serializer[object]):
    """A page of readings, the latest first."""

    items = Reading(many=True)
    next = serializers.CharField(allow_null=True)


class SeparationException(serializers.Serializer[object]):
    """A step taken by an officer who took another before that they may not both take."""

    document_id = serializers.UUIDField()
    kind = serializers.CharField()
    number = serializers.CharField(allow_null=True)
    description = serializers.CharField(allow_blank=True)
    amount = Amount()
    action = serializers.CharField()
    separation = serializers.CharField(help_text="The step taken before.")
    at = serializers.DateTimeField()
    officer_id = serializers.UUIDField()
    officer_name_th = serializers.CharField()
    position_th = serializers.CharField(allow_null=True)
    acting_order = serializers.CharField(allow_null=True)


class SeparationPage(serializers.Serializer[object]):
    """A page of exceptions."""

    items = SeparationException(many=True)
    next = serializers.CharField(allow_null=True)
