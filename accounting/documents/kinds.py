"""A kind of document: its flow and its use cases, declared once for the API and the pages."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import orjson

from accounting.documents import operations, queries, workflow
from accounting.documents.operations import Reference, StepBegun
from accounting.documents.workflow import Workflow
from accounting.errors import NotFound
from accounting.officers import Officer

Shown = dict[str, Any]


class Create(Protocol):
    """Makes a document of what was sent; returns its id."""

    def __call__(self, *, raw: Mapping[str, Any], officer: Officer) -> UUID:
        """Make it."""


class Change(Protocol):
    """Replaces what a draft says."""

    def __call__(
        self, *, document: Reference, version: int, raw: Mapping[str, Any], officer: Officer
    ) -> object:
        """Replace it."""


class TakeStep(Protocol):
    """Goes on with a step that does more than move the document, and finishes it.

    It is given what was begun, which the flow may still refuse, and what the step asks for.
    """

    def __call__(self, *, begun: StepBegun, asked: Mapping[str, Any]) -> object:
        """Take it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNumber:
    """A number that documents of a kind have besides their own.

    Attributes:
        form: how paths write it, a hyphen for the slash; no number of the kind's own has it.
        find: returns the document that has it; one question.
    """

    form: re.Pattern[str]
    find: Callable[[str], UUID | None]


def _content(head: Shown, content: Mapping[str, Any]) -> Mapping[str, Any]:
    return content


def said(head: Shown, content: Mapping[str, Any]) -> Shown:
    """Show what was said of a document, what its steps added, and before both what its head says.

    A step may have changed the head since: an annex, the amount of a contract.
    """
    added = {key: value for key, value in content.items() if key != "said"}
    return {**content["said"], **added, **head}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of document.

    Attributes:
        flow: its states and steps.
        create: None when nobody makes one by hand.
        change: None when a document is never changed.
        steps: what the steps do that do more than move it, by action.
        asks_more: what it shows is asked by further questions, in the same transaction.
        show: what its content says on the page and in the API, given its head too.
        other_number: finds a document by a number that it has besides its own.
    """

    flow: Workflow
    create: Create | None = None
    change: Change | None = None
    steps: Mapping[str, TakeStep] = field(default_factory=dict)
    asks_more: bool = False
    show: Callable[[Shown, Mapping[str, Any]], Mapping[str, Any]] = _content
    other_number: OtherNumber | None = None

    def has_other_name(self, document: Reference) -> bool:
        """Tell whether a reference is of the form of the number that it has besides its own."""
        return (
            self.other_number is not None
            and isinstance(document, str)
            and bool(self.other_number.form.fullmatch(document))
        )

    def named(self, document: Reference) -> Reference:
        """Return the id of a document that is named by its other number; else the same again.

        Raises:
            NotFound: no document of the kind has it.
        """
        if self.other_number is None or not self.has_other_name(document):
            return document
        found = self.other_number.find(str(document))
        if found is None:
            raise NotFound([])
        return found

    def take(
        self,
        *,
        action: str,
        document: Reference,
        officer: Officer,
        today: date | None = None,
        version: int | None = None,
        note: str | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> object:
        """Take a step of a document; return what the slice returns of it.

        Args:
            action: the step.
            document: its id, or one of its numbers.
            officer: who takes it, with all their roles.
            today: the day it is in Thailand, by the edge's clock; some steps are dated by it.
            version: what they saw; None takes the step of whatever it says by now.
            note: their reason.
            asked: what the step asks besides.

        Raises:
            NotFound: there is no such document of the kind.
            StaleDocument: it was changed after it was read.
            AccountingError: at least one rule refuses.
        """
        begun = operations.begin_step(
            workflow=self.flow,
            document=self.named(document),
            action=action,
            officer=officer,
            note=note,
            version=version,
        )
        begun = replace(begun, today=today)
        if does := self.steps.get(action):
            return does(begun=begun, asked=asked or {})
        return operations.finish_step(begun=begun)

    def shown(self, document: Reference) -> Shown:
        """Return a document as it is shown: head, content, entries, history, and who acts next.

        Raises:
            NotFound: there is no such document of the kind.
        """
        text = queries.document(kind=self.flow.kind, document_id=self.named(document))
        if text is None:
            raise NotFound([])
        # As the edge reads: a draft may hold a number that is no 64-bit one.
        head: Shown = orjson.loads(text)
        content = head.pop("content")
        return {
            **head,
            **self.show(head, content),
            "next": workflow.next_steps(self.flow, head["state"]),
        }
