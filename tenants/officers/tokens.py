"""Opaque tokens: what the holder keeps, and the hash that we keep."""

import hashlib
import secrets


def new_token() -> str:
    """Return a token of 256 random bits, in characters that need no quoting in a URL."""
    return secrets.token_urlsafe(32)


def token_sha256(token: str) -> str:
    """Return what is stored of a token. It is random, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
