"""Secrets that must be read again are encrypted at rest, with a key that is not in the database.

The key of each officer is derived from SECRET_KEY and the officer's id, so that a sealed secret
moved to another officer's row opens nothing. To change SECRET_KEY, put the old one into
OPENLAAS_OLD_SECRET_KEYS, start with the new one, and run `openlaas officers reseal`; after that the
old one can go.
"""

import base64
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"openlaas authenticator app "
_KEY_BYTES = 32


class UnableToUnseal(Exception):
    """No key that we were given opens it: SECRET_KEY was changed without the old one."""


def seal(secret: str, *, officer_id: UUID) -> bytes:
    """Return the secret encrypted with the newest key."""
    return _keys(officer_id).encrypt(secret.encode())


def unseal(sealed: bytes, *, officer_id: UUID) -> str:
    """Return the secret.

    Raises:
        UnableToUnseal: it was sealed with a key that we no longer have, or for somebody else.
    """
    try:
        return _keys(officer_id).decrypt(sealed).decode()
    except InvalidToken as error:
        raise UnableToUnseal from error


def _keys(officer_id: UUID) -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key, officer_id)) for key in keys])


def _derived(key: str, officer_id: UUID) -> bytes:
    # Its own purpose: the same SECRET_KEY signs and makes the database roles' passwords.
    derivation = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE + officer_id.bytes)
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
