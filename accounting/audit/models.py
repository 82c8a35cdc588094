"""What was done besides posting, by whom, and why. Appended, never changed."""

from django.db import models
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """A control act: a period closed or reopened, an account opened, an attachment added."""

    id = models.UUIDField(primary_key=True)
    action = models.CharField(max_length=32)
    subject = models.CharField(max_length=100)
    reason = models.CharField(max_length=300, null=True)
    officer_id = models.UUIDField()
    officer_name_th = models.CharField(max_length=200)
    is_acting = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_event"
