"""An officer's authenticator app: enrolled with a code, asked for codes, removed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounting.errors import AccountingError
from tenants.officers.models import Officer
from tenants.officers.second_step import recovery, rules, sealing, totp
from tenants.officers.second_step.models import AuthenticatorApp


class UnableToEnrol(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_enrol"


def begin_app(*, officer_id: UUID, now: datetime) -> None:
    """Make a secret for an app; it counts for nothing until a code of it was typed.

    Beginning again makes another secret.

    Raises:
        UnableToEnrol: an app is enrolled already.
    """
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer_id)
        found = AuthenticatorApp.objects.filter(officer_id=officer_id)
        is_enrolled = found.filter(confirmed_at__isnull=False).exists()
        if reasons := list(rules.app_refusals(is_enrolled=is_enrolled)):
            raise UnableToEnrol(reasons)
        found.delete()
        sealed = sealing.seal(totp.new_secret(), officer_id=officer_id)
        AuthenticatorApp.objects.create(officer_id=officer_id, sealed_secret=sealed, created_at=now)


def secret_to_confirm(*, officer_id: UUID) -> str | None:
    """Return the secret that waits for its first code; None when none does."""
    app = AuthenticatorApp.objects.filter(officer_id=officer_id, confirmed_at__isnull=True).first()
    return None if app is None else _secret_of(app)


def confirm_app(*, officer_id: UUID, code: str, now: datetime) -> list[str]:
    """Let the app count from now on; return the first recovery codes, told once, or none.

    The code is used up.

    Raises:
        UnableToEnrol: the code is none of the app's, or no app waits for one.
    """
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer_id)
        secret = secret_to_confirm(officer_id=officer_id)
        if secret is None:
            raise UnableToEnrol([rules.NOT_BEGUN])
        step = totp.matching_step(secret=secret, code=code, now=now)
        if step is None:
            raise UnableToEnrol([rules.WRONG_CODE])
        AuthenticatorApp.objects.filter(officer_id=officer_id).update(
            confirmed_at=now, last_step=step
        )
        return recovery.make_first_codes(officer_id=officer_id, now=now)


def remove_app(*, officer_id: UUID) -> None:
    """Forget the app, confirmed or not; recovery codes go too when nothing else is enrolled."""
    with transaction.atomic():
        Officer.objects.select_for_update().get(id=officer_id)
        AuthenticatorApp.objects.filter(officer_id=officer_id).delete()
        recovery.forget_when_alone(officer_id=officer_id)


def use_app_code(*, officer_id: UUID, code: str, now: datetime) -> bool:
    """Use up a code of the officer's app; tell whether it was a good one.

    A code is good once (RFC 6238, 5.2): by compare-and-set on the step of the last one, so that
    of two requests at once one succeeds.
    """
    enrolled = AuthenticatorApp.objects.filter(officer_id=officer_id, confirmed_at__isnull=False)
    app = enrolled.first()
    if app is None:
        return False
    step = totp.matching_step(secret=_secret_of(app), code=code, now=now)
    return step is not None and enrolled.filter(last_step__lt=step).update(last_step=step) == 1


def reseal_all() -> int:
    """Encrypt every secret with the newest key; return how many there are.

    Raises:
        UnableToUnseal: a key is missing; nothing was changed.
    """
    with transaction.atomic():
        apps = list(AuthenticatorApp.objects.select_for_update())
        for app in apps:
            app.sealed_secret = sealing.seal(_secret_of(app), officer_id=app.officer_id)
            app.save(update_fields=["sealed_secret"])
        return len(apps)


def _secret_of(app: AuthenticatorApp) -> str:
    return sealing.unseal(bytes(app.sealed_secret), officer_id=app.officer_id)
