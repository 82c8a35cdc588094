"""Signing in is finished: by the second step after a password or link, or by a passkey alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tenants.officers.models import Officer
from tenants.officers.second_step import passkeys, pending
from tenants.officers.second_step.passkeys import RelyingParty
from tenants.officers.sign_in import check_code, officer_not_locked, open_sign_in


def finish_by_code(*, token: str, code: str, now: datetime) -> tuple[str, datetime]:
    """Return a portal token for the browser that began, and typed a code of the officer.

    Raises:
        CodeRefused: the code is wrong or was used; the officer may try again.
        UnableToSignIn: the officer is locked out.
        StepGone: the sign-in must be begun anew.
    """
    step = pending.look(token=token, purpose=pending.SECOND_STEP, now=now)
    assert step.officer_id is not None  # a second step is somebody's
    check_code(officer_id=step.officer_id, code=code, now=now)
    return _finish(token, pending.SECOND_STEP, step.officer_id, now)


def finish_by_passkey(
    *, token: str, purpose: str, credential: str, site: RelyingParty, now: datetime
) -> tuple[str, datetime]:
    """Return a portal token for the browser that began, and had a passkey sign.

    Args:
        token: of the browser's cookie.
        purpose: ``second_step``, where the passkey must be the officer's whose password it was, or
            ``passkey``, where it may be anybody's.
        credential: the browser's answer, JSON.
        site: where.
        now: when.

    Raises:
        PasskeyRefused: it may not sign in here, or did not sign well.
        UnableToSignIn: the officer has left or is locked out.
        StepGone: the sign-in must be begun anew.
    """
    step = pending.look(token=token, purpose=purpose, now=now)
    with transaction.atomic():
        officer_id = passkeys.use_passkey(
            credential=credential,
            officer_id=step.officer_id,
            challenge=step.challenge,
            site=site,
            now=now,
        )
        officer_not_locked(officer_id=officer_id, now=now)
        Officer.objects.filter(id=officer_id).update(failed_attempts=0)
        return _finish(token, purpose, officer_id, now)


def _finish(token: str, purpose: str, officer_id: UUID, now: datetime) -> tuple[str, datetime]:
    with transaction.atomic():
        pending.finish(token=token, purpose=purpose, now=now)
        return open_sign_in(officer_id=officer_id, kind="portal", now=now)
