"""What the documents of the budget are to the API and to the pages."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from accounting import money
from accounting.documents import operations as documents
from accounting.documents.kinds import Kind, Shown, TakeStep
from accounting.documents.operations import Reference
from accounting.documents.workflow import Workflow
from accounting.officers import Officer
from accounting.ordinances import flows, operations, rules, transfers


def _step(workflow: Workflow, action: str, does: Callable[..., None]) -> TakeStep:
    """Return what begins a step and lets the slice do it; an ordinance is read for it."""

    def take(
        *,
        document: Reference,
        officer: Officer,
        version: int | None,
        note: str | None,
        asked: Mapping[str, Any],
    ) -> None:
        begun = documents.begin_step(
            workflow=workflow,
            document=document,
            action=action,
            officer=officer,
            version=version,
            note=note,
        )
        reader = operations.READERS.get(workflow.kind)
        told = {"told": reader(begun.document.contents.content["request"])} if reader else {}
        does(begun=begun, **told)

    return take


def _shown(head: Shown, content: Mapping[str, Any]) -> Shown:
    """Show what was sent, what it comes to, and who decides."""
    request = content["request"]
    rule = next((r for r in rules.authorities() if r.rule_id == content.get("rule")), None)
    return {
        "request": request,
        "estimated_revenue": money.text(
            sum(
                (Decimal(one["amount"]) for one in request.get("revenue_estimates", ())),
                money.ZERO,
            )
        ),
        "budget_lines": content.get("lines", []),
        "moved": content.get("moved", []),
        "line_names": content.get("line_names", {}),
        "rule": rule.rule_id if rule else None,
        "clause": rule.clause if rule else None,
        "decided_by": rule.decided_by if rule else None,
    }


def _ordinance(workflow: Workflow) -> Kind:
    steps = {
        "propose": operations.propose,
        "agree": operations.agree,
        "disagree": operations.agree,
        "put-in-force": operations.put_in_force,
    }
    return Kind(
        flow=workflow,
        create=partial(operations.draft, workflow=workflow),
        change=partial(operations.change, workflow=workflow),
        steps={action: _step(workflow, action, does) for action, does in steps.items()},
        show=_shown,
    )


def _decided(workflow: Workflow, does: Callable[..., None]) -> dict[str, TakeStep]:
    return {action: _step(workflow, action, does) for action in ("approve", "council-approve")}


ORDINANCES = _ordinance(flows.ORDINANCE)
SUPPLEMENTARIES = _ordinance(flows.SUPPLEMENTARY)
APPROPRIATIONS = Kind(
    flow=flows.APPROPRIATION,
    create=partial(operations.draft, workflow=flows.APPROPRIATION),
    change=partial(operations.change, workflow=flows.APPROPRIATION),
    steps=_decided(flows.APPROPRIATION, operations.appropriate),
    show=_shown,
)
TRANSFERS = Kind(
    flow=flows.TRANSFER,
    create=transfers.draft_transfer,
    change=transfers.change_transfer,
    steps=_decided(flows.TRANSFER, transfers.decide_transfer),
    show=_shown,
)
EXPLANATIONS = Kind(
    flow=flows.EXPLANATION,
    create=transfers.draft_explanation,
    change=transfers.change_explanation,
    steps=_decided(flows.EXPLANATION, transfers.decide_explanation),
    show=_shown,
)
