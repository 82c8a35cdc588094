"""Whose schema this is, and which requests it has answered."""

from django.db import models
from django.db.models.functions import Now


class BodyIdentity(models.Model):
    """One row: the body whose books these are. Every transaction reads it first."""

    body_code = models.CharField(max_length=12, primary_key=True)
    body_id = models.UUIDField()
    generation = models.SmallIntegerField(help_text="Grows when a body starts its books anew.")

    class Meta:
        db_table = "body_identity"


class AnsweredRequest(models.Model):
    """An Idempotency-Key, what it was sent with, and the first answer, byte for byte."""

    pk = models.CompositePrimaryKey("route", "key")
    route = models.CharField(max_length=120)
    key = models.CharField(max_length=128)
    request_sha256 = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    answer = models.TextField()
    answered_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "answered_request"
