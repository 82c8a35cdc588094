"""Posting what a document does, by its rule."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.conf import settings

from accounting.journal import operations as journal
from accounting.journal.known import Posting
from accounting.officers import Officer
from accounting.posting_rules import rules
from accounting.posting_rules.rules import Part


def posting_by_rule(
    *,
    rule_id: str,
    on: date,
    parts: Sequence[Part],
    description: str,
    document_id: UUID,
    reference: str | None = None,
) -> Posting:
    """Return what ``journal.post_entries`` posts, for a document that makes several at once.

    Raises:
        UnableToApplyRule: the rule is not in force, or an account is not one of the line's.
    """
    draft = rules.entry_for(
        rule_id,
        on=on,
        parts=parts,
        description=description,
        reference=reference,
        configured=settings.POSTING_RULE_ACCOUNTS,
    )
    return Posting(
        draft=draft, kind=rules.rule(rule_id).book, document_id=document_id, rule=rule_id
    )


def post_by_rule(
    *,
    rule_id: str,
    on: date,
    parts: Sequence[Part],
    description: str,
    document_id: UUID,
    officer: Officer,
    reference: str | None = None,
) -> journal.PostedEntry:
    """Post what a document does, by a rule, in the rule's book and with its number.

    Raises:
        UnableToApplyRule: the rule is not in force, or an account is not one of the line's.
        UnableToPostEntry: at least one rule of the journal refuses; nothing was written.
    """
    posting = posting_by_rule(
        rule_id=rule_id,
        on=on,
        parts=parts,
        description=description,
        document_id=document_id,
        reference=reference,
    )
    (posted,) = journal.post_entries(postings=[posting], officer=officer)
    return posted
