"""What the centre announces to bodies and who has read it; what it asks and what they answer."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from api.shapes.central import Standing

ANNOUNCEMENT_STATES = ["coming", "in_force", "ended", "withdrawn"]
QUESTION_STATES = ["open", "answered", "closed"]
_OFFICE = "A role and the area it is held over: DLA, PROVINCE 11, DISTRICT 1101."


class Place(serializers.Serializer[object]):
    """The nation, a province, a district or a body."""

    level = serializers.RegexField(r"^[NPDB]$")
    code = serializers.CharField(allow_blank=True, help_text="Empty: the nation.")


class Addressees(serializers.Serializer[object]):
    """To whom: every body of these kinds in these places."""

    kinds = serializers.ListField(child=serializers.CharField(), help_text="Empty: all kinds.")
    places = Place(many=True)


class _Announced(serializers.Serializer[object]):
    number = serializers.IntegerField(min_value=1)
    office = serializers.CharField(help_text=_OFFICE)
    role = serializers.CharField()
    area_name_th = serializers.CharField(allow_null=True, help_text="Null: the nation.")
    title = serializers.CharField()
    text = serializers.CharField(help_text="Plain text, with ends of lines.")
    is_urgent = serializers.BooleanField()
    from_date = serializers.DateField()
    until_date = serializers.DateField(help_text="The last day, inclusive.")
    announced_at = serializers.DateTimeField()
    announced_by = serializers.CharField()
    state = serializers.ChoiceField(choices=ANNOUNCEMENT_STATES)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_reason = serializers.CharField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_null=True)


class AnnouncementStanding(Standing):
    """How many of the bodies that it is for have read it."""

    bodies_reported = serializers.IntegerField(
        min_value=0, help_text="Bodies that said that they have read it."
    )
    bodies_total = serializers.IntegerField(
        min_value=0, help_text="Bodies with books that it is for."
    )


class CentralAnnouncement(_Announced):
    """An announcement as the centre sees it."""

    to = Addressees()
    reading = AnnouncementStanding()


class CentralAnnouncementPage(serializers.Serializer[object]):
    """Announcements of the offices of the area, the latest first."""

    items = CentralAnnouncement(many=True)
    next = serializers.CharField(allow_null=True)
    offices = serializers.ListField(
        child=serializers.CharField(), help_text="In whose names the officer announces."
    )


class BodyAnnouncement(_Announced):
    """An announcement as a body sees it."""

    read_at = serializers.DateTimeField(allow_null=True)
    read_by = serializers.CharField(allow_null=True)


class BodyAnnouncementPage(serializers.Serializer[object]):
    """What the body was told, the latest first."""

    items = BodyAnnouncement(many=True)
    next = serializers.CharField(allow_null=True)


class _Codes(serializers.ListField):
    def __init__(self) -> None:
        super().__init__(
            child=serializers.CharField(max_length=16),
            required=False,
            allow_null=True,
            min_length=1,
            max_length=1000,
        )


class NewAddressees(serializers.Serializer[object]):
    """Provinces, districts or bodies, one of the three; none: all of the office's area."""

    provinces = _Codes()
    districts = _Codes()
    bodies = _Codes()
    kinds = _Codes()


class NewAnnouncement(serializers.Serializer[object]):
    """What is announced."""

    office = serializers.CharField(
        max_length=30, required=False, allow_null=True, help_text=f"{_OFFICE} Absent: the widest."
    )
    title = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=4000)
    is_urgent = serializers.BooleanField(required=False, allow_null=True)
    from_date = serializers.DateField()
    until_date = serializers.DateField()
    to = NewAddressees(required=False, allow_null=True)


class NewWithdrawal(serializers.Serializer[object]):
    """Why it is withdrawn."""

    reason = serializers.CharField(max_length=300)


class Numbered(serializers.Serializer[object]):
    """The announcement's number."""

    number = serializers.IntegerField(min_value=1)


class QuestionStep(serializers.Serializer[object]):
    """A question, an answer, or the end of the thread."""

    step_no = serializers.IntegerField(min_value=1)
    act = serializers.ChoiceField(choices=["ask", "answer", "close"])
    text = serializers.CharField(help_text="Plain text, with ends of lines.")
    due_date = serializers.DateField(allow_null=True, help_text="Of a question; inclusive.")
    officer_name_th = serializers.CharField()
    position_th = serializers.CharField()
    at = serializers.DateTimeField()


class Question(serializers.Serializer[object]):
    """A question of the centre to a body, with all that was said since."""

    number = serializers.IntegerField(min_value=1)
    office = serializers.CharField(help_text=_OFFICE)
    role = serializers.CharField()
    area_name_th = serializers.CharField(allow_null=True, help_text="Null: the nation.")
    body_code = serializers.CharField()
    body_name_th = serializers.CharField()
    subject = serializers.CharField()
    reference = serializers.CharField(
        allow_null=True, help_text="A document's number or an account."
    )
    state = serializers.ChoiceField(choices=QUESTION_STATES)
    is_overdue = serializers.BooleanField(help_text="Open, and the day is past.")
    due_date = serializers.DateField(help_text="Of what was asked last.")
    steps = QuestionStep(many=True)


class QuestionPage(serializers.Serializer[object]):
    """Questions, the latest asked first."""

    items = Question(many=True)
    next = serializers.CharField(allow_null=True)


class NewQuestion(serializers.Serializer[object]):
    """What is asked, of whom, and by when it is to be answered."""

    office = serializers.CharField(
        max_length=30,
        required=False,
        allow_null=True,
        help_text=f"{_OFFICE} Absent: the widest that has the body in its area.",
    )
    body = serializers.CharField(max_length=16)
    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(max_length=4000)
    reference = serializers.CharField(
        max_length=40,
        required=False,
        allow_null=True,
        help_text="JV-00001/70, or an account: 1101010101.001.",
    )
    due_date = serializers.DateField()


class QuestionAgain(serializers.Serializer[object]):
    """What is asked again, and by when."""

    text = serializers.CharField(max_length=4000)
    due_date = serializers.DateField()


class QuestionText(serializers.Serializer[object]):
    """What is said."""

    text = serializers.CharField(max_length=4000)


QUESTION_STATE = OpenApiParameter(
    "state",
    {"type": "string", "enum": ["open", "overdue", "answered", "closed"]},
    description="Overdue ones are open too.",
)
QUESTION_BODY = OpenApiParameter(
    "body", {"type": "string", "maxLength": 100}, description="Of this body alone."
)


class LateBody(Standing):
    """A body that has no budget in force, or is late in closing."""

    code = serializers.CharField()
    kind = serializers.CharField()
    full_name_th = serializers.CharField()
    province_code = serializers.CharField()
    district_code = serializers.CharField(allow_null=True)
    lacks_ordinance = serializers.BooleanField(
        help_text="Nothing is approved for the year; false of units without a budget."
    )
    months_late = serializers.IntegerField(min_value=0)
    late_since = serializers.DateField(allow_null=True, help_text="The first such month.")


class LateBodyPage(serializers.Serializer[object]):
    """Bodies by code."""

    fiscal_year = serializers.IntegerField()
    month = serializers.DateField(allow_null=True)
    reported_month = serializers.DateField()
    days = serializers.IntegerField()
    months_due = serializers.ListField(
        child=serializers.DateField(), help_text="Months of the year that should be closed."
    )
    items = LateBody(many=True)
    next = serializers.CharField(allow_null=True)


LATE_LACKS = OpenApiParameter(
    "lacks",
    {"type": "string", "enum": ["ordinance", "closing"]},
    description="Only those without an ordinance in force, or only those late in closing.",
)
LATE_DAYS = OpenApiParameter(
    "days",
    {"type": "integer", "minimum": 0, "maximum": 366, "default": 15},
    description="A month is to be closed within so many days after its last.",
)
