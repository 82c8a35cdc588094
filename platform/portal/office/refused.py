"""Refusals in the officer's language."""

from django.utils import translation

from accounting.errors import Refusal


def words_of(refusal: Refusal) -> str:
    """Return why, in the language of the page."""
    is_english = (translation.get_language() or "").startswith("en")
    return refusal.message_en if is_english else refusal.message_th
