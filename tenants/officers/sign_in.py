"""Signing in and out, by password or by a link that works once.

Note [No way round the second step]
Whoever has enrolled a second step gets no token for the first one alone: not for a password, not
for a link, not for a new password set by a link. SecondStepNeeded tells the edge to ask on; see
second_step/finishing.py.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tenants.admission.measures import SentAway
from tenants.admission.policy import not_yet
from tenants.officers.models import Officer, OneTimeLink, SignIn
from tenants.officers.second_step import codes, pending
from tenants.officers.second_step.enrolled import has_second_step, remove_everything
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


class CodeRefused(UnableToSignIn):
    """The code of the second step is wrong or was used."""


class SecondStepNeeded(Exception):
    """The first step was right; ``officer_id`` must prove a second one."""

    def __init__(self, officer_id: UUID) -> None:
        self.officer_id = officer_id
        super().__init__()


class NotYet(Exception):
    """Whoever it is may sign in, but not now: the staged group of their bodies is closed."""

    def __init__(self, sent: SentAway) -> None:
        self.sent = sent
        super().__init__(sent.refusal.message_en)


class PasswordTooWeak(Exception):
    """The new password is shorter than PASSWORD_MIN_LENGTH characters."""


def sign_in(
    *, username: str, password: str, kind: str, now: datetime, otp: str | None = None
) -> tuple[str, datetime]:
    """Check the password; return a new token of the kind and when it expires.

    Ten wrong passwords or codes in a row lock the officer out for 15 minutes.

    Args:
        username: as typed.
        password: as typed.
        kind: ``api`` or ``portal``.
        now: when.
        otp: a code for the second step, of who has enrolled one and can type it at once.

    Raises:
        SecondStepNeeded: the password is right, and there is no ``otp``.
        CodeRefused: the password is right, ``otp`` is not.
        UnableToSignIn: whatever the reason.
    """
    officer = Officer.objects.filter(username=username, ended_at__isnull=True).first()
    right = check_password(password, officer.password if officer else _NOBODYS_PASSWORD)
    if officer is None or (officer.locked_until and officer.locked_until > now):
        raise UnableToSignIn
    if not right:
        _count_wrong_password(officer_id=officer.id, now=now)
        raise UnableToSignIn
    if has_second_step(officer_id=officer.id):
        if otp is None:
            raise SecondStepNeeded(officer.id)
        check_code(officer_id=officer.id, code=otp, now=now)
    elif officer.failed_attempts:
        officer.failed_attempts = 0
        officer.save(update_fields=["failed_attempts"])
    return open_sign_in(officer_id=officer.id, kind=kind, now=now)


def check_password_again(*, officer_id: UUID, password: str, now: datetime) -> None:
    """See that whoever is signed in knows the password; a wrong one is counted.

    Raises:
        UnableToSignIn: it is wrong, or the officer is locked out.
    """
    officer = officer_not_locked(officer_id=officer_id, now=now)
    if not check_password(password, officer.password):
        _count_wrong_password(officer_id=officer_id, now=now)
        raise UnableToSignIn


def check_code(*, officer_id: UUID, code: str, now: datetime) -> None:
    """Use up a code of the second step; a wrong one is counted as a wrong password is.

    All of it under the row's lock: a code is short, and guesses made at once are as many guesses.
    Only a right code sets the count to nil: a thief who knows the password could do it otherwise.

    Raises:
        CodeRefused: the code is wrong or was used.
        UnableToSignIn: the officer is locked out.
    """
    with transaction.atomic():
        officer_not_locked(officer_id=officer_id, now=now)
        is_right = codes.use_typed_code(officer_id=officer_id, typed=code, now=now)
        if is_right:
            Officer.objects.filter(id=officer_id).update(failed_attempts=0)
        else:
            _count_wrong_password(officer_id=officer_id, now=now)
    if not is_right:
        raise CodeRefused


def officer_not_locked(*, officer_id: UUID, now: datetime) -> Officer:
    """Return the officer, the row locked when in a transaction.

    Raises:
        UnableToSignIn: they have left, or too many wrong passwords or codes lock them out.
    """
    with transaction.atomic():
        officer = Officer.objects.select_for_update().filter(id=officer_id).first()
    if officer is None or officer.ended_at or (officer.locked_until and officer.locked_until > now):
        raise UnableToSignIn
    return officer


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
    """Return a new token for an officer whose identity was proved, and when it expires.

    Raises:
        NotYet: the officer's bodies are in staged groups, and none of them is open.
    """
    sent = not_yet(officer_id=officer_id, now=timezone.localtime(now))
    if sent is not None:
        raise NotYet(sent)
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
    """Revoke every token of an officer, and let nothing half begun be finished."""
    pending.end_all(officer_id=officer_id, now=now)
    SignIn.objects.filter(officer_id=officer_id, revoked_at__isnull=True).update(revoked_at=now)


def new_link(*, officer_id: UUID, purpose: str, now: datetime) -> str:
    """Return the token of a new link: ``invitation``, ``reset`` or ``sign_in``."""
    (token,) = new_links(officer_ids=[officer_id], purpose=purpose, now=now)
    return token


def new_links(*, officer_ids: Sequence[UUID], purpose: str, now: datetime) -> list[str]:
    """Return the tokens of new links, one for each officer, in their order."""
    tokens = [new_token() for _ in officer_ids]
    OneTimeLink.objects.bulk_create(
        OneTimeLink(
            token_sha256=token_sha256(token),
            officer_id=officer_id,
            purpose=purpose,
            created_at=now,
            expires_at=now + LINK_LIFETIME[purpose],
        )
        for token, officer_id in zip(tokens, officer_ids, strict=True)
    )
    return tokens


def reset_link(*, username: str, now: datetime, lost_phone: bool = False) -> str:
    """Return the token of a link by which the officer sets a new password.

    With ``lost_phone`` the officer's second steps are taken away too; see take_away.

    Raises:
        UnableToSignIn: there is no such officer, or they have left.
    """
    with transaction.atomic():
        officer = Officer.objects.filter(username=username, ended_at__isnull=True).first()
        if officer is None:
            raise UnableToSignIn
        if lost_phone:
            take_away(officer_id=officer.id, now=now)
        return new_link(officer_id=officer.id, purpose="reset", now=now)


def take_away(*, officer_id: UUID, now: datetime) -> None:
    """Remove all that the officer signs in with, in the caller's transaction; a link must follow.

    The password goes too, for one that nobody knows: until the link is used, whoever found the
    phone or knows the old password gets in no more than anybody.
    """
    remove_everything(officer_id=officer_id)
    Officer.objects.filter(id=officer_id).update(
        password=make_password(new_token()), failed_attempts=0, locked_until=None
    )
    end_all_sign_ins(officer_id=officer_id, now=now)


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
        SecondStepNeeded: the link was good, and is used up.
        UnableToSignIn: it is unknown, used, expired, or made for another purpose.
    """
    with transaction.atomic():
        officer_id = _use_link(token=token, purposes=("sign_in",), now=now)
        if not has_second_step(officer_id=officer_id):
            return open_sign_in(officer_id=officer_id, kind="portal", now=now)
    raise SecondStepNeeded(officer_id)


def set_password_by_link(*, token: str, password: str, now: datetime) -> tuple[str, datetime]:
    """Use up an invitation or reset; set the password, end all sign-ins, return a portal token.

    Raises:
        PasswordTooWeak: the link stays good.
        SecondStepNeeded: the password is set, the link used up; it proves no second step.
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
        if not has_second_step(officer_id=officer_id):
            return open_sign_in(officer_id=officer_id, kind="portal", now=now)
    raise SecondStepNeeded(officer_id)


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
    """Delete tokens and links that expired over a month ago, steps at once; return how many."""
    long_ago = now - timedelta(days=30)
    tokens, _ = SignIn.objects.filter(expires_at__lt=long_ago).delete()
    links, _ = OneTimeLink.objects.filter(expires_at__lt=long_ago).delete()
    return tokens + links + pending.forget_old(now=now)
