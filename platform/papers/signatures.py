"""Places to sign, alike on every paper: who, in which position, by which order. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thai import buddhist, orders

_ACTING = "รักษาราชการแทน"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who did a step, when, and whether as acting officer; nobody yet when the name is empty.

    Attributes:
        title: below the name: what the place is for, or the position.
        position: below the title, where that is what the place is for.
        order: by which the officer acts, as it is recorded; empty for one's own position.
    """

    title: str
    name_th: str = ""
    position: str = ""
    order: str = ""
    at: datetime | None = None


def signed_in_position(title: str, step: Mapping[str, Any] | None) -> Signature:
    """Return the place of whoever took a step, named by position; nobody yet without one."""
    if step is None:
        return Signature(title=title)
    return _signed(_position(step) or title, step)


def signed_for(title: str, step: Mapping[str, Any] | None) -> Signature:
    """Return the place of whoever took a step, named by what it is for; nobody yet without one."""
    if step is None:
        return Signature(title=title)
    return _signed(title, step, _position(step))


def place(one: Signature) -> dict[str, str]:
    """Return a place as the papers' templates take it."""
    order = orders.in_words(one.order) if one.order else ""
    at = buddhist.moment_in_words(one.at) if one.at else ""
    small = "\n".join(filter(None, (one.position, order, at)))
    return {"title": one.title, "name": one.name_th, "small": small}


def _signed(title: str, step: Mapping[str, Any], position: str = "") -> Signature:
    return Signature(
        title=title,
        name_th=step["officer_name_th"],
        position=position,
        order=step.get("acting_order") or "",
        at=datetime.fromisoformat(step["at"]),
    )


def _position(step: Mapping[str, Any]) -> str:
    """Return the position; steps of early books say only whether it was held as acting."""
    return step.get("position_th") or (_ACTING if step["is_acting"] else "")
