"""A code as it was typed: of the authenticator app, or a recovery code."""

import unicodedata
from datetime import datetime
from uuid import UUID

from tenants.officers.second_step import authenticator, recovery, totp


def use_typed_code(*, officer_id: UUID, typed: str, now: datetime) -> bool:
    """Use up the code that an officer typed; tell whether it was a good one. Nothing is counted."""
    code = read(typed)
    if len(code) == totp.DIGITS:
        return authenticator.use_app_code(officer_id=officer_id, code=code, now=now)
    return recovery.use_code(officer_id=officer_id, code=code, now=now)


def read(typed: str) -> str:
    """Return what was meant: no spaces or hyphens, small letters, Thai digits as others."""
    plain = "".join(_digit(letter) for letter in typed if letter.isalnum())
    return plain.lower()


def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)
