"""A kind of document: its flow and its use cases, declared once for the API and the pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
    """

    flow: Workflow
    create: Create | None = None
    change: Change | None = None
    steps: Mapping[str, TakeStep] = field(default_factory=dict)
    asks_more: bool = False
    show: Callable[[Shown, Mapping[str, Any]], Mapping[str, Any]] = _content

    def take(
        self,
        *,
        action: str,
        document: Reference,
        officer: Officer,
        version: int | None = None,
        note: str | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> object:
        """Take a step of a document; return what the slice returns of it.

        Raises:
            NotFound: there is no such document of the kind.
            StaleDocument: it was changed after it was read.
            AccountingError: at least one rule refuses.
        """
        begun = operations.begin_step(
            workflow=self.flow,
            document=document,
            action=action,
            officer=officer,
            note=note,
            version=version,
        )
        if does := self.steps.get(action):
            return does(begun=begun, asked=asked or {})
        return operations.finish_step(begun=begun)

    def shown(self, document: Reference) -> Shown:
        """Return a document as it is shown: head, content, entries, history, and who acts next.

        Raises:
            NotFound: there is no such document of the kind.
        """
        text = queries.document(kind=self.flow.kind, document_id=document)
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
