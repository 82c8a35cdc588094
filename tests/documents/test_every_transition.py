"""No step is without a test: the tables that tests take, held against flows and study.

The tables say what tests/{api,budget,revenue,disbursement} take through the API, each row allowed
for its roles and refused to each other role with the reason. Here they are compared with what the
product declares and with accounting/data/workflow_states.csv: a step or a row without one fails.
"""

import importlib
from functools import cache

import pytest

from accounting.documents.workflow import CHANGE
from accounting.officers import POSITIONS
from tests.documents.test_flows import ELSEWHERE, FLOWS, LATER, rows
from tests.transitions import Transition

TAKEN_IN = (
    *("tests.api.test_voucher_transitions", "tests.budget.test_ordinances"),
    *("tests.budget.test_transfers", "tests.revenue.test_workflow"),
    "tests.disbursement.test_transitions",
)
# A machine of the study whose row is taken in more than one step: which.
IN_STEPS = {
    ("BUDGET_ORDINANCE", "council_approved", "signed"): ("agree", "sign"),
    ("SUPPLEMENTARY", "draft", "in_force"): (
        *("propose", "council-approve", "agree", "sign", "put-in-force"),
    ),
    ("PERIOD", "open", "daily_closed"): ("sign", "close"),
}
# A row that is no step of a document: the path that tests take it at.
NO_STEP = {
    ("VOUCHER", "posted", "reversed"): ("journal-entries", "reversal"),
    ("PERIOD", "open", "month_closed"): ("periods", "close"),
}


def taken() -> list[Transition]:
    return [row for name in TAKEN_IN for row in importlib.import_module(name).TRANSITIONS]


@cache
def kinds_by_path():
    """Return what the API has paths for."""
    from django.urls import get_resolver

    views = [pattern.callback for pattern in get_resolver("api.urls").url_patterns]
    given = [getattr(view, "view_initkwargs", {}) for view in views]
    return {one["face"].path: one["face"].kind for one in given if "face" in one}


def declared():
    """Yield each step of each kind that the API has, from each state that it comes from."""
    for path, kind in kinds_by_path().items():
        for step in kind.flow.steps:
            for state in step.comes_from:
                if step.action != CHANGE:
                    yield path, state, step


def test_no_step_that_the_product_declares_is_left_out():
    found = {(row.path, row.state, row.action): row for row in taken()}
    at_once = {(row.path, row.action) for row in taken() if row.state == "new"}
    for path, state, step in declared():
        if (path, step.action) in at_once:  # made and done in one: a receipt, a pay-in slip
            continue
        row = found.get((path, state, step.action))
        assert row, f"no test takes {path}: {step.action} from {state}"
        assert (row.roles, row.leads_to) == (step.roles, step.leads_to), row


def test_no_kind_is_made_without_a_test_of_who_may():
    made = {row.path: row.roles for row in taken() if row.state == "new"}
    drafts = {path: kind.flow.drafts for path, kind in kinds_by_path().items() if kind.create}
    assert made == drafts


@pytest.mark.parametrize(
    "row", [row for row in rows() if row[0] not in LATER], ids=lambda row: "-".join(row[:3])
)
def test_every_row_of_the_study_is_taken_by_its_role(row):
    machine, state, leads_to, who = row
    flow = FLOWS[machine]
    (path,) = [path for path, kind in kinds_by_path().items() if kind.flow is flow]
    mine = [one for one in taken() if one.path == path]
    if (machine, state, leads_to) in ELSEWHERE:
        path, action = NO_STEP[machine, state, leads_to]
        steps = [one for one in taken() if (one.path, one.action) == (path, action)]
    elif actions := IN_STEPS.get((machine, state, leads_to)):
        steps = [one for one in mine if one.action in actions]
        assert {one.action for one in steps} == set(actions)
    else:
        states = {state, "new"} if state == flow.initial else {state}
        steps = [one for one in mine if one.state in states and one.leads_to == leads_to]
    assert steps, f"no test takes {machine} from {state} to {leads_to}"
    named = {role for role in POSITIONS if role in who.replace("+", " ").replace("/", " ").split()}
    assert named <= frozenset().union(*(one.roles for one in steps))
