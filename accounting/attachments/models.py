"""What hangs on a document."""

from django.db import models
from django.db.models.functions import Now


class Attachment(models.Model):
    """One paper. ``subject`` is a document's id, or the number of an entry posted at once."""

    pk = models.CompositePrimaryKey("subject", "attachment_no")
    subject = models.CharField(max_length=36)
    attachment_no = models.SmallIntegerField()
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=4, help_text="A key of contents.MEDIA_TYPES.")
    size_bytes = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    officer_id = models.UUIDField()
    officer_name_th = models.CharField(max_length=200)
    is_acting = models.BooleanField()
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "attachment"
