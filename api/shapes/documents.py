"""What belongs to any document: history and attachments."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from accounting.attachments.contents import MEDIA_TYPES
from api.shapes.parts import DocumentNumber, Sha256
from api.shapes.workflow import FlowStep

DOCUMENT = OpenApiParameter(
    "reference",
    str,
    OpenApiParameter.PATH,
    description="A document's id, or a number that it is known by, with a hyphen for the slash:"
    " JV-00001-69, RCPT-00001-69, 69-03-00111-5340500-00001, or a treasury number, 00566-69.",
)
UPLOAD = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
    "additionalProperties": False,
}


class Attachment(serializers.Serializer[object]):
    """A paper that hangs on a document."""

    attachment_no = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(tuple(MEDIA_TYPES))
    size_bytes = serializers.IntegerField()
    sha256 = Sha256()
    added_by = serializers.CharField()
    is_acting = serializers.BooleanField()
    added_at = serializers.DateTimeField()


class AttachmentPage(serializers.Serializer[object]):
    """What hangs on a document."""

    items = Attachment(many=True)
    next = serializers.CharField(allow_null=True)


class HistoryStep(FlowStep):
    """A step; whether an entry posted at once was posted by an acting officer is not kept."""

    is_acting = serializers.BooleanField(allow_null=True)


class DocumentHistory(serializers.Serializer[object]):
    """What became of a document; an entry posted at once has no id, a draft no number."""

    id = serializers.UUIDField(allow_null=True)
    number = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    steps = HistoryStep(many=True)
    reverses = DocumentNumber(allow_null=True)
    reversed_by = DocumentNumber(allow_null=True)
    attachments = serializers.IntegerField()
