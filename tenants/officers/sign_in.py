"""Signing in and out, by password or by a link that works once."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from tenants.officers.models import Officer, OneTimeLink, SignIn
from tenants.officers.tokens import new_token, token_sha256

LIFETIME = {"api": timedelta(hours=12), "portal": timedelta(hours=12)}
LINK_LIFETIME = {
    "invitation": timedelta(days=7),
    "reset": timedelta(hours=24),
    "sign_in": timedelta(days=30),
}
ATTEMPTS_BEFORE_LOCK = 10
LOCKED_FOR = timedelta(minutes=15)
PASSWORD_MIN_LENGTH = 12
# Checked when there is no such officer, so that the answer takes as long as for a wrong password.
_NOBODYS_PASSWORD = make_password("nobody has this password")


class UnableToSignIn(Exception):
    """The user name, password or link is no good. It never says which."""


class PasswordTooWeak(Exception):
    """The new password is shorter than PASSWORD_MIN_LENGTH characters."""


def sign_in(*, username: str, password: str, kind: str, now: datetime) -> tuple[str, datetime]:
    """Check the password; return a new token of the kind and when it expires.

    Ten wrong passwords in a row lock the officer out for 15 minutes.

    Raises:
        UnableToSignIn: whatever the reason.
    """
    officer = Officer.objects.filter(username=username, ended_at__isnull=True).first()
    right = check_password(password, officer.password if officer else _NOBODYS_PASSWORD)
    if officer is None or (officer.locked_until and officer.locked_until > now):
        raise UnableToSignIn
    if not right:
        _count_wrong_password(officer_id=officer.id, now=now)
        raise UnableToSignIn
    if officer.failed_attempts:
        officer.failed_attempts = 0
        officer.save(update_fields=["failed_attempts"])
    return open_sign_in(officer_id=officer.id, kind=kind, now=now)


def _count_wrong_password(*, officer_id: UUID, now: datetime) -> None:
    """Count one more, under the row's lock: guesses made at once are as many guesses."""
    with transaction.atomic():
        officer = Officer.objects.select_for_update().get(id=officer_id)
        officer.failed_attempts += 1
        if officer.failed_attempts >= ATTEMPTS_BEFORE_LOCK:
            officer.failed_attempts, officer.locked_until = 0, now + LOCKED_FOR
        officer.save(update_fields=["failed_attempts", "locked_until"])


def open_sign_in(
    *, officer_id: UUID, kind: str, now: datetime, lifetime: timedelta | None = None
) -> tuple[str, datetime]:
    """Return a new token for an officer whose identity was proved, and when it expires."""
    token, expires_at = new_token(), now + (lifetime or LIFETIME[kind])
    SignIn.objects.create(
        token_sha256=token_sha256(token),
        officer_id=officer_id,
        kind=kind,
        created_at=now,
        expires_at=expires_at,
    )
    return token, expires_at


def sign_out(*, sha256: str, now: datetime) -> None:
    """Revoke a token; its next request is refused."""
    SignIn.objects.filter(token_sha256=sha256, revoked_at__isnull=True).update(revoked_at=now)


def end_all_sign_ins(*, officer_id: UUID, now: datetime) -> None:
    """Revoke every token of an officer."""
    SignIn.objects.filter(officer_id=officer_id, revoked_at__isnull=True).update(revoked_at=now)


def new_link(*, officer_id: UUID, purpose: str, now: datetime) -> str:
    """Return the token of a new link: ``invitation``, ``reset`` or ``sign_in``."""
    token = new_token()
    OneTimeLink.objects.create(
        token_sha256=token_sha256(token),
        officer_id=officer_id,
        purpose=purpose,
        created_at=now,
        expires_at=now + LINK_LIFETIME[purpose],
    )
    return token


def reset_link(*, username: str, now: datetime) -> str:
    """Return the token of a link by which the officer sets a new password.

    Raises:
        UnableToSignIn: there is no such officer, or they have left.
    """
    officer = Officer.objects.filter(username=username, ended_at__isnull=True).first()
    if officer is None:
        raise UnableToSignIn
    return new_link(officer_id=officer.id, purpose="reset", now=now)


def purpose_of_link(*, token: str, now: datetime) -> str:
    """Return what the link is for, without using it up.

    Raises:
        UnableToSignIn: it is unknown, used or expired.
    """
    link = OneTimeLink.objects.filter(
        token_sha256=token_sha256(token), used_at__isnull=True, expires_at__gt=now
    ).first()
    if link is None:
        raise UnableToSignIn
    return link.purpose


def sign_in_by_link(*, token: str, now: datetime) -> tuple[str, datetime]:
    """Use up a ``sign_in`` link; return a portal token and when it expires.

    Raises:
        UnableToSignIn: it is unknown, used, expired, or made for another purpose.
    """
    with transaction.atomic():
        officer_id = _use_link(token=token, purposes=("sign_in",), now=now)
        return open_sign_in(officer_id=officer_id, kind="portal", now=now)


def set_password_by_link(*, token: str, password: str, now: datetime) -> tuple[str, datetime]:
    """Use up an invitation or reset; set the password, end all sign-ins, return a portal token.

    Raises:
        PasswordTooWeak: the link stays good.
        UnableToSignIn: the link is unknown, used, expired, or made for another purpose.
    """
    try:
        MinimumLengthValidator(PASSWORD_MIN_LENGTH).validate(password)
    except ValidationError as error:
        raise PasswordTooWeak from error
    with transaction.atomic():
        officer_id = _use_link(token=token, purposes=("invitation", "reset"), now=now)
        Officer.objects.filter(id=officer_id).update(
            password=make_password(password), failed_attempts=0, locked_until=None
        )
        end_all_sign_ins(officer_id=officer_id, now=now)
        return open_sign_in(officer_id=officer_id, kind="portal", now=now)


def _use_link(*, token: str, purposes: tuple[str, ...], now: datetime) -> UUID:
    """Mark the link used, by compare-and-set, so that of two clicks one succeeds.

    The conditions are the row's own: PostgreSQL looks at them again after it has waited for the
    other click. What a join or a sub-select has found, it would not look at again.
    """
    sha256 = token_sha256(token)
    unused = OneTimeLink.objects.filter(
        token_sha256=sha256, purpose__in=purposes, used_at__isnull=True, expires_at__gt=now
    )
    if unused.update(used_at=now) != 1:
        raise UnableToSignIn
    officer = Officer.objects.filter(onetimelink=sha256, ended_at__isnull=True).only("id").first()
    if officer is None:
        raise UnableToSignIn
    return officer.id


def forget_expired(*, now: datetime) -> int:
    """Delete tokens and links that expired over a month ago; return how many."""
    long_ago = now - timedelta(days=30)
    tokens, _ = SignIn.objects.filter(expires_at__lt=long_ago).delete()
    links, _ = OneTimeLink.objects.filter(expires_at__lt=long_ago).delete()
    return tokens + links
