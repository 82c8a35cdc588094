"""Codes of authenticator apps (TOTP, RFC 6238). Pure: no ORM, no clock.

SHA-1, six digits and 30 seconds are what every app can; some ignore any other wish.
"""

from datetime import datetime
from hmac import compare_digest

import pyotp

STEP_SECONDS = 30
DIGITS = 6
_ISSUER = "OpenLAAS"
_STEPS_EITHER_WAY = 1  # phones' clocks differ from ours, and typing takes a while


def new_secret() -> str:
    """Return a new secret of 160 bits, in base32 as apps take it."""
    return pyotp.random_base32()


def address(*, secret: str, username: str) -> str:
    """Return the otpauth address that an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def matching_step(*, secret: str, code: str, now: datetime) -> int | None:
    """Return which step, of now or its neighbours, the code belongs to; None for none of them."""
    app, this_step = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in range(this_step + _STEPS_EITHER_WAY, this_step - _STEPS_EITHER_WAY - 1, -1):
        if compare_digest(app.generate_otp(step).encode(), code.encode()):
            return step
    return None
