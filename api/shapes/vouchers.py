"""General vouchers."""

from rest_framework import serializers

from api.shapes.parts import Refusal
from api.shapes.workflow import FlowDocument

DRAFT = {
    "application/json": {
        "type": "object",
        "additionalProperties": True,
        "description": "An entry as `journal-entries` takes it, or what there is of one yet.",
    }
}


class Voucher(FlowDocument):
    """A general voucher; its entry is what was drafted, and the refusals what it lacks."""

    entry = serializers.DictField()
    refusals = Refusal(many=True)
