"""Steps of signing in that a browser has begun: short-lived, of that browser, finished once.

The browser holds a token in a cookie, we its hash; whoever has the officer's password and not the
cookie has begun nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tenants.officers.second_step.models import PendingStep
from tenants.officers.tokens import new_token, token_sha256

LIFETIME = timedelta(minutes=5)
SECOND_STEP, PASSKEY, ENROLMENT = "second_step", "passkey", "enrolment"
_CHALLENGE_BYTES = 32


class StepGone(Exception):
    """The step was finished, took too long, or was begun by another browser: begin anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A step that waits; ``officer_id`` is None while a passkey may be anybody's."""

    officer_id: UUID | None
    challenge: bytes


def begin(*, purpose: str, officer_id: UUID | None, now: datetime) -> tuple[str, datetime]:
    """Return the token of a new step for the browser to keep, and when it expires."""
    token, expires_at = new_token(), now + LIFETIME
    PendingStep.objects.create(
        token_sha256=token_sha256(token),
        purpose=purpose,
        officer_id=officer_id,
        challenge=secrets.token_bytes(_CHALLENGE_BYTES),
        created_at=now,
        expires_at=expires_at,
    )
    return token, expires_at


def look(*, token: str, purpose: str, now: datetime) -> Pending:
    """Return the step without finishing it.

    Raises:
        StepGone: it is unknown, finished, expired, or of another purpose.
    """
    step = PendingStep.objects.filter(
        token_sha256=token_sha256(token), purpose=purpose, used_at__isnull=True, expires_at__gt=now
    ).first()
    if step is None:
        raise StepGone
    return Pending(officer_id=step.officer_id, challenge=bytes(step.challenge))


def finish(*, token: str, purpose: str, now: datetime) -> Pending:
    """Return the step and mark it finished, by compare-and-set: of two answers one counts.

    Raises:
        StepGone: it is unknown, finished, expired, or of another purpose.
    """
    step = look(token=token, purpose=purpose, now=now)
    unused = PendingStep.objects.filter(token_sha256=token_sha256(token), used_at__isnull=True)
    if unused.update(used_at=now) != 1:
        raise StepGone
    return step


def end_all(*, officer_id: UUID, now: datetime) -> None:
    """Let no step finish that was begun with what is no longer the officer's."""
    PendingStep.objects.filter(officer_id=officer_id, used_at__isnull=True).update(used_at=now)


def forget_old(*, now: datetime) -> int:
    """Delete steps that can no longer be finished; return how many."""
    return PendingStep.objects.filter(expires_at__lt=now).delete()[0]
