"""What an officer has enrolled, and taking all of it away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.officers.second_step.models import AuthenticatorApp, Passkey, RecoveryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledPasskey:
    """A passkey as its officer sees it."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What an officer can prove a second step with.

    Attributes:
        app_since: when the authenticator app was confirmed; None without one.
        codes_left: recovery codes not used yet.
    """

    app_since: datetime | None
    passkeys: tuple[EnrolledPasskey, ...]
    codes_left: int

    @property
    def is_on(self) -> bool:
        """Whether signing in takes two steps; recovery codes alone are none."""
        return self.app_since is not None or bool(self.passkeys)


def has_second_step(*, officer_id: UUID) -> bool:
    """Tell whether the officer's password alone no longer signs in."""
    apps = AuthenticatorApp.objects.filter(officer_id=officer_id, confirmed_at__isnull=False)
    return apps.exists() or Passkey.objects.filter(officer_id=officer_id).exists()


def enrolled_by(*, officer_id: UUID) -> Enrolled:
    """Return all that the officer has enrolled."""
    app = AuthenticatorApp.objects.filter(officer_id=officer_id).first()
    passkeys = Passkey.objects.filter(officer_id=officer_id).order_by("created_at", "id")
    unused = RecoveryCode.objects.filter(officer_id=officer_id, used_at__isnull=True)
    return Enrolled(
        app_since=app.confirmed_at if app else None,
        passkeys=tuple(
            EnrolledPasskey(
                id=one.id, name=one.name, created_at=one.created_at, last_used_at=one.last_used_at
            )
            for one in passkeys
        ),
        codes_left=unused.count(),
    )


def remove_everything(*, officer_id: UUID) -> None:
    """Forget the officer's app, passkeys and recovery codes, in the caller's transaction."""
    AuthenticatorApp.objects.filter(officer_id=officer_id).delete()
    Passkey.objects.filter(officer_id=officer_id).delete()
    RecoveryCode.objects.filter(officer_id=officer_id).delete()
