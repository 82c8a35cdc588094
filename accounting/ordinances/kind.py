"""What the documents of the budget are to the API and to the pages."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from accounting import money
from accounting.documents.kinds import Kind, Shown, TakeStep
from accounting.documents.workflow import Workflow
from accounting.ordinances import flows, operations, rules, transfers


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
    return Kind(
        flow=workflow,
        create=partial(operations.draft, workflow=workflow),
        change=partial(operations.change, workflow=workflow),
        steps={
            "propose": operations.propose,
            "agree": operations.agree,
            "disagree": operations.agree,
            "put-in-force": operations.put_in_force,
        },
        show=_shown,
    )


def _decided(does: TakeStep) -> dict[str, TakeStep]:
    return dict.fromkeys(("approve", "council-approve"), does)


ORDINANCES = _ordinance(flows.ORDINANCE)
SUPPLEMENTARIES = _ordinance(flows.SUPPLEMENTARY)
APPROPRIATIONS = Kind(
    flow=flows.APPROPRIATION,
    create=partial(operations.draft, workflow=flows.APPROPRIATION),
    change=partial(operations.change, workflow=flows.APPROPRIATION),
    steps=_decided(operations.appropriate),
    show=_shown,
)
TRANSFERS = Kind(
    flow=flows.TRANSFER,
    create=transfers.draft_transfer,
    change=transfers.change_transfer,
    steps=_decided(transfers.decide_transfer),
    show=_shown,
)
EXPLANATIONS = Kind(
    flow=flows.EXPLANATION,
    create=transfers.draft_explanation,
    change=transfers.change_explanation,
    steps=_decided(transfers.decide_explanation),
    show=_shown,
)
