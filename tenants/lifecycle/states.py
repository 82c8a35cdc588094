"""Changing a body's state, by hand and dated."""

from datetime import datetime

from django.db import transaction

from tenants.directory.models import Body
from tenants.lifecycle import recording, rules
from tenants.lifecycle.models import Succession, What
from tenants.lifecycle.recording import UnableToChangeBody
from tenants.lifecycle.rules import StateChange


def change_state(
    *,
    code: str,
    state: str,
    message_th: str,
    message_en: str,
    until: datetime | None,
    reason: str,
    changed_by: str,
    now: datetime,
) -> str:
    """Give a body another state, or other words to the same; return the state before.

    Args:
        code: the body's.
        state: one of rules.SETTABLE.
        message_th: what its officers read.
        message_en: the same in English.
        until: from then on the body is open again by itself; None for no end.
        reason: why, for the history; the English message when it is empty.
        changed_by: who.
        now: the moment of the change.

    Raises:
        UnableToChangeBody: at least one rule refuses.
    """
    asked = rules.StateChange(
        state=state, message_th=message_th, message_en=message_en, until=until
    )
    with recording.alone_with(code), transaction.atomic():
        body = recording.locked_body(code)
        before = state_of(body, now=now)
        has_successor = Succession.objects.filter(body=body).exists()
        refusals = rules.change_refusals(asked, before=before, has_successor=has_successor, now=now)
        if found := list(refusals):
            raise UnableToChangeBody(found)
        said = asked if state != "open" else rules.StateChange(state=state)
        set_state(body, said)
        recording.record(
            body,
            what=What.STATE,
            before=before,
            after=said,
            reason=reason or message_en or state,
            changed_by=changed_by,
            now=now,
        )
    return before


def state_of(body: Body, *, now: datetime) -> str:
    """Return the body's state at a moment: one whose end has passed is ``open``."""
    ended = body.state_until is not None and body.state_until <= now
    return "open" if ended else str(body.state)


def set_state(body: Body, asked: StateChange) -> None:
    """Write a state into the body's row; whoever does so records it."""
    Body.objects.filter(pk=body.pk).update(
        state=asked.state,
        state_message_th=asked.message_th,
        state_message_en=asked.message_en,
        state_until=asked.until,
    )
