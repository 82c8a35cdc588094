"""Who may move a document from which state to which, and in what position. Pure: no ORM, no clock.

A slice declares its flow once, in its rules.py; API, pages and refusals are read off it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from accounting.errors import Refusal
from accounting.officers import POSITIONS, Officer

DRAFT, CHANGE = "draft", "change"  # to make a document; to replace what a draft says
MAKING = frozenset({DRAFT, CHANGE})
MONEY_REGULATION = "ระเบียบ มท. ว่าด้วยการรับเงินฯ พ.ศ. 2566"


class Words(NamedTuple):
    """A name in Thai and in English."""

    th: str
    en: str


class Parts(NamedTuple):
    """Papers in which a step is taken part by part: a contract's last by its inspections.

    Attributes:
        kind: of the papers.
        names: the field of theirs that names the document.
    """

    kind: str
    names: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a flow.

    Attributes:
        action: as in the path of the API, `council-approve`.
        name: what the button says.
        leads_to: the state after it; a step with several signatures stays where it is until the
            last one, see ``finish_step``.
        roles: keys of roles.csv, any of which may take it.
        needs_note: it is refused without a reason.
        differs_from: actions whose officers may not take this one (separation of duties).
        may_be_waived: a formal acting appointment lets one officer do both; it is listed.
        signs: it fills a signature box of the printed form.
        in_parts: it waits for nobody once papers for the whole amount are drawn up: they do.
    """

    action: str
    name: Words
    comes_from: tuple[str, ...]
    leads_to: str
    roles: frozenset[str]
    needs_note: bool = False
    differs_from: tuple[str, ...] = ()
    may_be_waived: bool = True
    signs: bool = False
    in_parts: Parts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """The flow of a kind of document.

    Attributes:
        kind: as the table keeps it, at most 8 letters.
        drafts: who may make one, and change it until it leaves its first state.
        states: every state with its name, in the order in which they are reached.
        beside: further signature boxes that a step fills for the same officer, by action.
        rule: our id of these rules; ``regulation``: where the separation of duties comes from.
    """

    kind: str
    name: Words
    drafts: frozenset[str]
    states: Mapping[str, Words]
    steps: tuple[Step, ...]
    beside: Mapping[str, Words] = field(default_factory=dict)
    rule: str = "DOC-STEP"
    regulation: str = MONEY_REGULATION
    by_action: Mapping[str, tuple[Step, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Look the steps up by action, once."""
        actions = dict.fromkeys(step.action for step in self.steps)
        found = {a: tuple(step for step in self.steps if step.action == a) for a in actions}
        object.__setattr__(self, "by_action", found)

    @property
    def initial(self) -> str:
        """The state of a new document."""
        return next(iter(self.states))

    def step(self, state: str, action: str) -> Step | None:
        """Return the step that an action is in a state; None when it is none there."""
        steps = self.by_action.get(action, ())
        return next((step for step in steps if state in step.comes_from), None)

    def roles_of(self, action: str) -> frozenset[str]:
        """Return who may take a step of that action in any state."""
        return frozenset().union(*(step.roles for step in self.by_action.get(action, ())))


class Taken(NamedTuple):
    """A step that was taken: which, by whom, and the acting order it was taken under, or empty."""

    action: str
    officer_id: UUID
    acting_order: str = ""


def step_refusals(
    workflow: Workflow,
    *,
    state: str,
    action: str,
    officer: Officer,
    history: Sequence[Taken],
    note: str | None = None,
) -> Iterator[Refusal]:
    """Yield every reason why an officer may not take a step now; none means take it.

    Rule: whoever prepares does not check, whoever collects does not book, whoever requests does not
    examine (MOI-MONEY-2566); one officer does both only under a formal acting appointment.
    """
    step = workflow.step(state, action)
    if step is None:
        yield _wrong_step(workflow, state, action)
        return
    if not officer.roles & step.roles:
        yield _role_lacks_step(workflow, step)
    elif (done := _not_separate(step, officer, history)) and not _waiver(step, officer, done):
        yield _one_officer(workflow, step, done)
    if step.needs_note and not (note or "").strip():
        yield Refusal(
            code="required",
            pointer="/note",
            message_th=f"{step.name.th} ต้องระบุเหตุผล",
            message_en=f"a reason is required to {step.name.en.lower()}",
            rule=workflow.rule,
        )


def waived_separation(step: Step, officer: Officer, history: Sequence[Taken]) -> str | None:
    """Return the action that the officer took before under an order, or takes this one under."""
    done = _not_separate(step, officer.in_office(step.roles), history)
    return done.action if done else None


def next_steps(workflow: Workflow, state: str) -> list[dict[str, Any]]:
    """Return who may do what now, in the order of the flow."""
    return [
        {
            "action": step.action,
            "name_th": step.name.th,
            "name_en": step.name.en,
            "roles": sorted(step.roles),
            "needs_note": step.needs_note,
        }
        for step in workflow.steps
        if state in step.comes_from
    ]


def may_draft_refusals(workflow: Workflow, officer: Officer) -> Iterator[Refusal]:
    """Yield a reason when none of the officer's roles may make a document of the kind."""
    if not officer.roles & workflow.drafts:
        who = positions_of(workflow.drafts)
        yield _of_the_books(
            workflow,
            "role_lacks_step",
            f"ผู้จัดทำ{workflow.name.th}ต้องเป็น{who.th}",
            f"only {who.en} may draft a {workflow.name.en}",
        )


def _not_separate(step: Step, officer: Officer, history: Sequence[Taken]) -> Taken | None:
    """Return the step that the officer took, of those whose officers may not take this one.

    Everybody whose hand is in the draft made it. Of a step that was taken again after a return, the
    last one counts.
    """
    made = [taken for taken in history if taken.action in MAKING]
    last = {taken.action: taken for taken in history if taken.action not in MAKING}
    done = [taken for action in step.differs_from if (taken := last.get(action))]
    if not MAKING.isdisjoint(step.differs_from):
        done = [*made, *done]
    return next((taken for taken in done if taken.officer_id == officer.id), None)


def _waiver(step: Step, officer: Officer, done: Taken) -> bool:
    """Tell whether one of the two steps is taken under a formal acting appointment."""
    order = officer.in_office(step.roles).acting_order or done.acting_order
    return step.may_be_waived and bool(order)


def _wrong_step(workflow: Workflow, state: str, action: str) -> Refusal:
    open_now = [step for step in workflow.steps if state in step.comes_from]
    names_th = ", ".join(step.name.th for step in open_now) or "ไม่มีแล้ว"
    names_en = ", ".join(step.action for step in open_now) or "none"
    named = workflow.states.get(state, Words(state, state))
    return _of_the_books(
        workflow,
        "wrong_step",
        f"{workflow.name.th}อยู่ในสถานะ “{named.th}” ทำขั้นตอนนี้ไม่ได้ ขั้นที่ทำได้: {names_th}",
        f"a {workflow.name.en} that is {state} cannot take the step {action}; it can: {names_en}",
    )


def _role_lacks_step(workflow: Workflow, step: Step) -> Refusal:
    who = positions_of(step.roles)
    return _of_the_books(
        workflow,
        "role_lacks_step",
        f"{step.name.th}: ต้องเป็น{who.th}",
        f"only {who.en} may {step.name.en.lower()}",
    )


def _one_officer(workflow: Workflow, step: Step, done: Taken) -> Refusal:
    before = workflow.by_action.get(done.action)
    before_th = before[0].name.th if before else "จัดทำ"
    hint = ("", "")
    if step.may_be_waived:
        hint = (
            " เว้นแต่รักษาราชการแทนตามคำสั่งที่มีเลขที่",
            ", unless one of the two is done under a numbered acting order",
        )
    return _of_the_books(
        workflow,
        "separation_of_duties",
        f"ผู้ที่ทำขั้น “{before_th}” แล้ว ทำขั้น “{step.name.th}” ของเอกสารเดียวกันไม่ได้{hint[0]}",
        f"whoever took the step {done.action} may not {step.name.en.lower()} the same"
        f" {workflow.name.en}{hint[1]}",
    )


def positions_of(roles: frozenset[str]) -> Words:
    """Return whose step it is, by the names of the positions."""
    positions = [POSITIONS[role] for role in sorted(roles)]
    return Words(
        " หรือ".join(position.th for position in positions),
        " or ".join(f"the {position.en}" for position in positions),
    )


def _of_the_books(workflow: Workflow, code: str, message_th: str, message_en: str) -> Refusal:
    return Refusal(
        code=code,
        message_th=message_th,
        message_en=message_en,
        of_the_books=True,
        rule=workflow.rule,
        regulation=workflow.regulation,
    )
