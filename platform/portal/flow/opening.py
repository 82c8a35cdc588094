"""Finding and addressing documents, for the pages of a flow."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from accounting import answers
from accounting.documents.kinds import Shown
from accounting.documents.workflow import Step, Taken, step_refusals
from accounting.errors import NotFound
from portal.doors import Visit
from portal.flow.desk import Desk
from tenants.transactions import tenant_transaction

_NUMBER = re.compile(r"[0-9A-Z][0-9A-Za-z-]{0,39}")


def reference_of(text: str) -> UUID | str:
    """Return the document that an address names: its id, or its number with its slash hyphened."""
    try:
        return UUID(text)
    except ValueError:
        if not _NUMBER.fullmatch(text):
            raise Http404 from None
        return text


def href(desk: Desk, visit: Visit, document: str) -> str:
    """Return the address of a document."""
    return reverse(f"{desk.slug}_one", args=[visit.path, document])


def address(desk: Desk, visit: Visit, what: str, document: str) -> str:
    """Return the address of a document's form, or of one of its steps."""
    if what == "edit":
        return reverse(f"{desk.slug}_edit", args=[visit.path, document])
    return reverse(f"{desk.slug}_step", args=[visit.path, document, what])


def searches(desk: Desk, visit: Visit) -> dict[str, str]:
    """Return the addresses of the searches of a desk's forms, by the name of the field."""
    return {
        name: reverse(f"{desk.slug}_search", args=[visit.path, name]) for name in desk.searched()
    }


def request_of(route: str, key: str, said: list[Any]) -> answers.Request:
    """Return what makes two sendings of a form the same."""
    text = json.dumps(said, sort_keys=True)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return answers.Request(route=f"portal/{route}", key=key, sha256=sha256)


def shown_of(visit: Visit, desk: Desk, document: UUID | str) -> Shown:
    """Return a document as it is shown; 404 when there is none."""
    with tenant_transaction(visit.body, read_only=True):
        try:
            return desk.kind.shown(document)
        except NotFound as error:
            raise Http404 from error


def open_steps(visit: Visit, desk: Desk, document: Mapping[str, Any]) -> list[Step]:
    """Return the steps that the officer may take now; the rules are asked again when they do."""
    if not visit.is_writable:
        return []
    flow, officer = desk.kind.flow, visit.access.officer()
    history = [
        Taken(step["action"], UUID(step["officer_id"]), step["acting_order"] or "")
        for step in document["history"]
    ]
    state = document["state"]
    return [
        step
        for step in flow.steps
        if state in step.comes_from
        and not list(
            step_refusals(
                flow, state=state, action=step.action, officer=officer, history=history, note="-"
            )
        )
    ]
