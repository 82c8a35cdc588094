"""Chances that come out the same again: who does what next, and when, never a secret."""

from random import Random


def chances(seed: float | str) -> Random:
    """Return a source of chances; the same seed gives the same run."""
    return Random(seed)  # noqa: S311 - it plays officers; nothing that is kept secret comes of it
