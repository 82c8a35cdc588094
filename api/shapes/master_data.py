"""Master data: rows of its kinds, and the versions that brought them."""

from rest_framework import serializers

from tenants.master_data.kinds import KINDS, MOST_ROWS
from tenants.master_data.rules import LETTER_MAX
from tenants.oversight.rules import REASON_MAX, TITLE_MAX

MASTER_KINDS = list(KINDS)
VERSION_STATES = ["proposed", "approved", "withdrawn"]
_ROW = "Its columns are those of its kind: infra/decisions/master-data.md."


class MasterData(serializers.Serializer[object]):
    """What holds after the program's own files and all approved versions."""

    kind = serializers.ChoiceField(choices=MASTER_KINDS)
    fiscal_year = serializers.IntegerField(allow_null=True, help_text="Null: every row there was.")
    items = serializers.ListField(child=serializers.DictField(help_text=_ROW))


class MasterVersion(serializers.Serializer[object]):
    """A version and where it is."""

    version = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(choices=MASTER_KINDS)
    title = serializers.CharField()
    letter = serializers.CharField(help_text="By which it was ordered.")
    row_count = serializers.IntegerField(min_value=1)
    sha256 = serializers.RegexField(r"^[0-9a-f]{64}$")
    first_day = serializers.DateField(help_text="On which the first of its rows counts.")
    proposed_at = serializers.DateTimeField()
    proposed_by = serializers.CharField()
    is_own = serializers.BooleanField(help_text="Its author asks: they cannot approve it.")
    state = serializers.ChoiceField(choices=VERSION_STATES)
    number = serializers.IntegerField(
        allow_null=True, help_text="Of approved versions, without gaps: cells take them in order."
    )
    reason = serializers.CharField(allow_null=True, help_text="Why it was withdrawn.")
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    cells = serializers.IntegerField(min_value=0, help_text="Databases of bodies that have it.")
    cells_total = serializers.IntegerField(min_value=0)


class MasterVersionWithRows(MasterVersion):
    """A version with its rows."""

    rows = serializers.ListField(child=serializers.DictField(help_text=_ROW))


class MasterVersionPage(serializers.Serializer[object]):
    """Versions, the latest first."""

    items = MasterVersion(many=True)
    next = serializers.CharField(allow_null=True)


class NewMasterVersion(serializers.Serializer[object]):
    """What is proposed."""

    kind = serializers.ChoiceField(choices=MASTER_KINDS)
    title = serializers.CharField(max_length=TITLE_MAX)
    letter = serializers.CharField(max_length=LETTER_MAX)
    rows = serializers.ListField(
        child=serializers.DictField(help_text=f"`act` is begin or end. {_ROW}"),
        min_length=1,
        max_length=MOST_ROWS,
    )


class NewMasterWithdrawal(serializers.Serializer[object]):
    """Why."""

    reason = serializers.CharField(max_length=REASON_MAX)


class VersionNamed(serializers.Serializer[object]):
    """Which version it was."""

    version = serializers.IntegerField(min_value=1)
