"""What officers have enrolled, and steps of signing in that wait to be finished."""

import uuid

from django.db import models

from tenants.officers.models import Officer


class AuthenticatorApp(models.Model):
    """The secret that an officer's authenticator app shares with us; one for each officer.

    It counts once ``confirmed_at`` is set. ``last_step`` is the step of the last code that was
    accepted: codes of that step and before are used up.
    """

    officer = models.OneToOneField(Officer, on_delete=models.CASCADE, primary_key=True)
    sealed_secret = models.BinaryField(help_text="See sealing.py.")
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "authenticator_app"


class Passkey(models.Model):
    """The public half of a key that stays in an officer's device; what it holds is no secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField(help_text="A COSE key.")
    sign_count = models.BigIntegerField(help_text="Synced passkeys count nothing: always 0.")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "passkey"


class RecoveryCode(models.Model):
    """A code on paper that works once, for when the phone is not there."""

    code_sha256 = models.CharField(max_length=64, primary_key=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"


class PendingStep(models.Model):
    """A step that one browser has begun and must finish soon, once; its cookie is the token.

    ``officer`` is empty while a passkey may be anybody's.
    """

    token_sha256 = models.CharField(max_length=64, primary_key=True)
    purpose = models.CharField(max_length=12, help_text="second_step, passkey or enrolment.")
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, null=True)
    challenge = models.BinaryField(help_text="What a passkey must sign.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pending_step"
