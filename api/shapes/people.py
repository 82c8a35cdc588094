"""Who signs in, the bodies they work in, and the officers of a body."""

from rest_framework import serializers

from tenants.lifecycle.rules import STATES

# Of bodies with books; see tenants.lifecycle.rules.
BODY_STATES = list(STATES)


class Credentials(serializers.Serializer[object]):
    """What to sign in with."""

    username = serializers.CharField(max_length=200)
    password = serializers.CharField(max_length=200)
    otp = serializers.CharField(
        max_length=20,
        required=False,
        help_text="Needed once the officer has enrolled a second step: six digits of the"
        " authenticator app, or a recovery code. Each is good once.",
    )


class Token(serializers.Serializer[object]):
    """A bearer token, told once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class MyBody(serializers.Serializer[object]):
    """A body in which the officer holds roles today."""

    code = serializers.CharField()
    full_name_th = serializers.CharField()
    kind = serializers.CharField()
    province_th = serializers.CharField()
    is_training = serializers.BooleanField()
    state = serializers.ChoiceField(BODY_STATES)
    roles = serializers.ListField(child=serializers.CharField())


class Me(serializers.Serializer[object]):
    """The officer who asks."""

    username = serializers.CharField()
    name_th = serializers.CharField()
    bodies = MyBody(many=True)


class FiscalYear(serializers.Serializer[object]):
    """A fiscal year of a body."""

    fiscal_year = serializers.IntegerField()
    state = serializers.ChoiceField(["open", "pre_closed", "closed"])


class KindFrom(serializers.Serializer[object]):
    """What a body is from a day on; null: as far back as the register knows."""

    kind = serializers.CharField()
    full_name_th = serializers.CharField()
    from_date = serializers.DateField(allow_null=True)


class Body(serializers.Serializer[object]):
    """A body's profile."""

    code = serializers.CharField()
    kind = serializers.CharField()
    name_th = serializers.CharField()
    full_name_th = serializers.CharField()
    parent_code = serializers.CharField(allow_null=True)
    province_code = serializers.CharField()
    province_th = serializers.CharField()
    district_code = serializers.CharField(allow_null=True)
    district_th = serializers.CharField(allow_null=True)
    is_training = serializers.BooleanField()
    state = serializers.ChoiceField(BODY_STATES)
    state_message_th = serializers.CharField(allow_blank=True)
    state_message_en = serializers.CharField(allow_blank=True)
    state_until = serializers.DateTimeField(
        allow_null=True, help_text="From then on the body is open by itself."
    )
    generation = serializers.IntegerField(help_text="Of the books that are shown here.")
    generations = serializers.ListField(
        child=serializers.IntegerField(), help_text="Of all books, the live ones last."
    )
    kinds = KindFrom(many=True)
    successor_code = serializers.CharField(allow_null=True)
    predecessor_codes = serializers.ListField(child=serializers.CharField())
    fiscal_years = FiscalYear(many=True)
    roles = serializers.ListField(child=serializers.CharField())


class Appointment(serializers.Serializer[object]):
    """An officer holds a role from a day to a day, which is the last."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    name_th = serializers.CharField()
    role = serializers.CharField()
    from_date = serializers.DateField()
    to_date = serializers.DateField(allow_null=True)
    is_acting = serializers.BooleanField()
    order_no = serializers.CharField(allow_null=True)
    is_ended = serializers.BooleanField()


class OfficerOfBody(serializers.Serializer[object]):
    """An officer with all appointments in the body; invited until a password is set."""

    username = serializers.CharField()
    name_th = serializers.CharField()
    is_invited = serializers.BooleanField()
    is_ended = serializers.BooleanField()
    appointments = Appointment(many=True)


class OfficerPage(serializers.Serializer[object]):
    """A page of officers."""

    items = OfficerOfBody(many=True)
    next = serializers.CharField(allow_null=True)


class AppointmentPage(serializers.Serializer[object]):
    """A page of appointments."""

    items = Appointment(many=True)
    next = serializers.CharField(allow_null=True)


class NewOfficer(serializers.Serializer[object]):
    """An officer to invite, with the roles held from a day on."""

    username = serializers.RegexField(r"^[a-z0-9][a-z0-9._@-]{2,79}$")
    name_th = serializers.CharField(max_length=200)
    roles = serializers.ListField(
        child=serializers.CharField(max_length=20), min_length=1, max_length=20
    )
    from_date = serializers.DateField()


class OfficerReset(serializers.Serializer[object]):
    """How an officer's sign-in is reset."""

    lost_phone = serializers.BooleanField(
        required=False,
        help_text="Take the second steps away too, and with them the password and every sign-in:"
        " until the link is used, nobody signs in.",
    )


class InvitedOfficer(serializers.Serializer[object]):
    """The link by which the officer sets a password: in the first answer only, null in others."""

    username = serializers.CharField()
    link = serializers.URLField(allow_null=True)


class NewAppointment(serializers.Serializer[object]):
    """An appointment to make; an acting one needs the number of its order."""

    username = serializers.CharField(max_length=80)
    role = serializers.CharField(max_length=20)
    from_date = serializers.DateField()
    to_date = serializers.DateField(required=False, allow_null=True)
    is_acting = serializers.BooleanField(required=False)
    order_no = serializers.CharField(max_length=80, required=False, allow_null=True)


class AppointmentEnd(serializers.Serializer[object]):
    """The last day, or none to end it from this moment."""

    to_date = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=300, required=False, allow_null=True)
