"""Which releases there are, how far the fleet has come, and where each place stands."""

from django.db import models

from tenants.directory.models import Place


class ReleaseState(models.TextChoices):
    """How far the fleet has come with a release."""

    RECORDED = "recorded", "บันทึกแล้ว ยังไม่เริ่ม"
    RUNNING = "running", "กำลังปรับ"
    HALTED = "halted", "หยุด เพราะล้มเหลวเกินเกณฑ์"
    DONE = "done", "เสร็จ"


class Release(models.Model):
    """A release of the books' structure, recorded once and replayed in every schema."""

    name = models.CharField(max_length=40, primary_key=True)
    number = models.PositiveIntegerField(unique=True, help_text="1, 2, … as recorded.")
    previous = models.CharField(max_length=40, blank=True, help_text="Empty for the first.")
    migrations = models.JSONField(help_text="Django's, of all releases so far.")
    shared_statements = models.JSONField(help_text="Once for each cell.")
    body_statements = models.JSONField(help_text="For each body's schema.")
    grants_again = models.TextField(blank=True, help_text="Rights that the step gives.")
    structure = models.JSONField(help_text="What a schema then consists of.")
    sha256 = models.CharField(max_length=64, help_text="Of the step, as shared.release has it.")
    recorded_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=ReleaseState.choices)
    wave = models.PositiveSmallIntegerField(default=0, help_text="The one it has come to.")
    halted_because = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "release"


class PlaceState(models.TextChoices):
    """Where a place stands with the release it is being brought to."""

    PENDING = "pending", "รอ"
    DONE = "done", "เสร็จ"
    PARKED = "parked", "พักไว้ ใช้โครงสร้างเดิม"


class PlaceRelease(models.Model):
    """A place on its way to a release. It is what was last seen: the schema itself is right."""

    place = models.OneToOneField(
        Place, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    wave = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=PlaceState.choices)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Those that failed.")
    error = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "place_release"
        indexes = [models.Index(fields=["release", "wave", "state"], name="place_release_waiting")]
