"""Who is signed in proves again that it is them, before what they sign in with may be changed.

An open browser in an empty office must not be enough to take a second step away, or to add one.
"""

from datetime import datetime, timedelta
from uuid import UUID

from tenants.officers.models import SignIn
from tenants.officers.second_step import codes, totp
from tenants.officers.sign_in import PASSWORD_MIN_LENGTH, check_code, check_password_again

CONFIRMED_FOR = timedelta(minutes=10)


def confirm(*, sha256: str, officer_id: UUID, proof: str, now: datetime) -> None:
    """Let this sign-in change what the officer signs in with, for ten minutes.

    Args:
        sha256: of the sign-in's token.
        officer_id: whose it is.
        proof: the password, or six digits of the authenticator app: no password is so short.
        now: when.

    Raises:
        UnableToSignIn: it is neither, or the officer is locked out. It is counted.
    """
    code = codes.read(proof)
    if len(code) == totp.DIGITS and code.isdigit() and len(proof) < PASSWORD_MIN_LENGTH:
        check_code(officer_id=officer_id, code=code, now=now)
    else:
        check_password_again(officer_id=officer_id, password=proof, now=now)
    SignIn.objects.filter(token_sha256=sha256).update(confirmed_until=now + CONFIRMED_FOR)


def is_confirmed(*, sha256: str, now: datetime) -> bool:
    """Tell whether this sign-in may change what the officer signs in with."""
    return SignIn.objects.filter(token_sha256=sha256, confirmed_until__gt=now).exists()
