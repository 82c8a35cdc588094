"""What the slices of documents are made of: draft, begin a step, finish it.

``Kind.take`` begins a step, which holds the document and asks its flow. The slice's operation goes
on with it: asks its own rules, locks and changes what else it moves, takes a number last, and
finishes the step.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from accounting.documents import workflow as flow
from accounting.documents.rows import (
    Contents,
    LockedDocument,
    Reference,
    StaleDocument,
    UnableToKeepDocument,
    change,
    create,
    give_number,
    lock,
    move,
)
from accounting.documents.workflow import CHANGE, DRAFT, Step, Taken, Workflow
from accounting.errors import AccountingError, NotFound, Refusal
from accounting.officers import Officer

__all__ = [
    "Contents",
    "LockedDocument",
    "Reference",
    "StaleDocument",
    "StepBegun",
    "UnableToDraft",
    "UnableToKeepDocument",
    "UnableToTakeStep",
    "begin_step",
    "change",
    "change_draft",
    "draft",
    "finish_step",
    "give_number",
    "lock",
    "move",
    "take_step",
]


class UnableToDraft(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_draft"


class UnableToTakeStep(AccountingError):
    """At least one rule refuses; ``refusals`` lists them all."""

    code = "unable_to_take_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBegun:
    """A step of a locked document that waits for the slice's own rules.

    Attributes:
        officer: in the position in which they take it.
        separation: the step that the same officer took before, waived by a formal acting order.
        refusals: why the flow itself refuses; the slice adds its own, then asks ``assert_may``.
        today: the day it is in Thailand, by the edge's clock; None when no edge took the step.
    """

    document: LockedDocument
    step: Step
    officer: Officer
    note: str | None
    separation: str | None
    refusals: tuple[Refusal, ...]
    today: date | None = None

    def assert_may(self, others: Iterable[Refusal] = ()) -> None:
        """Go on when nothing refuses.

        Raises:
            UnableToTakeStep: with every reason of the flow's and of the slice's.
        """
        if reasons := [*self.refusals, *others]:
            raise UnableToTakeStep(reasons)


def draft(
    *,
    workflow: Workflow,
    contents: Contents,
    officer: Officer,
    others: Iterable[Refusal] = (),
) -> LockedDocument:
    """Make a document in its first state; go on with it as if it were locked.

    Raises:
        UnableToDraft: no role of the officer may, or ``others`` refuse.
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    if reasons := [*flow.may_draft_refusals(workflow, officer), *others]:
        raise UnableToDraft(reasons)
    maker = officer.in_office(workflow.drafts)
    document_id = create(
        kind=workflow.kind,
        state=workflow.initial,
        action=DRAFT,
        contents=contents,
        officer=maker,
    )
    return LockedDocument(
        id=document_id,
        kind=workflow.kind,
        state=workflow.initial,
        version=1,
        prepared_by=officer.id,
        event_no=None,
        contents=contents,
        history=(Taken(DRAFT, officer.id, maker.acting_order),),
    )


def begin_step(
    *,
    workflow: Workflow,
    document: Reference | LockedDocument,
    action: str,
    officer: Officer,
    note: str | None = None,
    version: int | None = None,
) -> StepBegun:
    """Hold a document and ask its flow; the slice asks its own rules and goes on.

    Args:
        workflow: the flow of its kind.
        document: which one; one that this transaction made or holds already is not locked again.
        action: the step.
        officer: who takes it, with all their roles.
        note: their reason, kept with the step.
        version: what they saw; None takes the step of whatever it says by now.

    Raises:
        NotFound: there is no such document of the kind.
        StaleDocument: its version is another than the one expected.
        UnableToTakeStep: the state has no such step.
    """
    if not isinstance(document, LockedDocument):
        held = lock(kind=workflow.kind, document=document, version=version)
        if held is None:
            raise NotFound([])
        document = held
    refusals = list(
        flow.step_refusals(
            workflow,
            state=document.state,
            action=action,
            officer=officer,
            history=document.history,
            note=note,
        )
    )
    step = workflow.step(document.state, action)
    if step is None:
        raise UnableToTakeStep(refusals)
    return StepBegun(
        document=document,
        step=step,
        officer=officer.in_office(step.roles),
        note=note,
        separation=flow.waived_separation(step, officer, document.history),
        refusals=tuple(refusals),
    )


def finish_step(
    *,
    begun: StepBegun,
    contents: Contents | None = None,
    number: str | None = None,
    event_no: int | None = None,
    leads_to: str | None = None,
) -> LockedDocument:
    """Lead the document on and record who signed; it rides with the next question, or with COMMIT.

    Args:
        begun: what ``begin_step`` returned, which nothing refuses.
        contents: what it says from now on, when the step changes it.
        number: its printed number, when the step gives it one.
        event_no: the entry that it became, of a document that becomes just one.
        leads_to: another state than the step's own, such as the same one while more must sign.

    Raises:
        UnableToTakeStep: something refuses and was not asked.
    """
    begun.assert_may()
    state = leads_to or begun.step.leads_to
    move(
        document=begun.document,
        action=begun.step.action,
        state=state,
        officer=begun.officer,
        note=begun.note,
        event_no=event_no,
        contents=contents,
        number=number,
        separation=begun.separation,
    )
    taken = Taken(begun.step.action, begun.officer.id, begun.officer.acting_order)
    return replace(
        begun.document,
        state=state,
        version=begun.document.version + 1,
        number=number or begun.document.number,
        event_no=event_no or begun.document.event_no,
        contents=contents or begun.document.contents,
        history=(*begun.document.history, taken),
    )


def take_step(
    *,
    workflow: Workflow,
    document: Reference | LockedDocument,
    action: str,
    officer: Officer,
    note: str | None = None,
    version: int | None = None,
) -> LockedDocument:
    """Take a step that changes nothing besides; see ``begin_step`` and ``finish_step``."""
    begun = begin_step(
        workflow=workflow,
        document=document,
        action=action,
        officer=officer,
        note=note,
        version=version,
    )
    return finish_step(begun=begun)


def change_draft(
    *,
    workflow: Workflow,
    document: Reference,
    version: int,
    contents: Contents,
    officer: Officer,
    others: Iterable[Refusal] = (),
) -> LockedDocument:
    """Replace what a document says, by the flow's step ``change``.

    Raises:
        NotFound: there is no such document of the kind.
        StaleDocument: it was changed after it was read.
        UnableToTakeStep: it is no draft any more, the role lacks it, or ``others`` refuse.
        UnableToKeepDocument: PostgreSQL cannot keep what it says.
    """
    begun = begin_step(
        workflow=workflow, document=document, action=CHANGE, officer=officer, version=version
    )
    begun.assert_may(others)
    return change(document=begun.document, contents=contents, officer=begun.officer)
