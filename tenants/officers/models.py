"""Officers, their appointments, and what they sign in with."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from tenants.directory.models import Body, District, Province


class OfficerManager(BaseUserManager["Officer"]):
    """Finds an officer by user name, as Django asks of a user model."""


class Officer(AbstractBaseUser):
    """เจ้าหน้าที่: a person, who may hold appointments in several bodies."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    username = models.CharField(max_length=80, unique=True)
    name_th = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    failed_attempts = models.PositiveIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    last_login = None  # sign-ins have a table of their own
    USERNAME_FIELD = "username"
    objects = OfficerManager()

    class Meta:
        db_table = "officer"

    def __str__(self) -> str:
        return self.name_th


class Appointment(models.Model):
    """การแต่งตั้ง: an officer holds a role, in a body or an area, from a day to a day.

    Acting appointments (รักษาราชการแทน) carry the order that made them. ``to_date`` is inclusive;
    ``ended_at`` is when it was taken away before its time, and it counts from that moment.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, help_text="A key of roles.csv.")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, null=True)
    province = models.ForeignKey(Province, on_delete=models.PROTECT, null=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True)
    is_acting = models.BooleanField(default=False)
    order_no = models.CharField(max_length=80, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    appointed_by = models.ForeignKey(
        Officer, on_delete=models.PROTECT, null=True, related_name="appointments_made"
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "appointment"
        constraints = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
            ),
            models.CheckConstraint(
                name="acting_appointment_has_an_order",
                condition=Q(is_acting=False) | ~Q(order_no=""),
            ),
        ]


class SignIn(models.Model):
    """A token in use, of the API or of a browser; only its SHA-256 is kept.

    Until ``confirmed_until`` its bearer may change what the officer signs in with.
    """

    token_sha256 = models.CharField(max_length=64, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, help_text="api or portal.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    confirmed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in"
        indexes = [models.Index(fields=["created_at"], name="sign_in_by_time")]


class OneTimeLink(models.Model):
    """A link that works once: an invitation, a reset, or a sign-in of the demo."""

    token_sha256 = models.CharField(max_length=64, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=12, help_text="invitation, reset or sign_in.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "one_time_link"


class WatchersReading(models.Model):
    """การเข้าดูบัญชีของผู้กำกับดูแล: a page or answer about a body that a watcher asked for.

    Written by the question that lets them in (`access.py`); nobody changes or deletes a row.
    """

    id = models.BigAutoField(primary_key=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, db_index=False)
    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False)
    roles = models.CharField(max_length=80, help_text="Keys of roles.csv, with spaces between.")
    asked = models.CharField(max_length=300, help_text="Method and path.")
    at = models.DateTimeField()

    class Meta:
        db_table = "watchers_reading"
        indexes = [models.Index(fields=["body", "-id"], name="watchers_reading_of_a_body")]
