"""The flows that slices declare, held against accounting/data/workflow_states.csv.

A slice that declares a flow puts it into FLOWS, and its machine out of OWED.
"""

import csv
from pathlib import Path

import pytest

import accounting
from accounting.bank_credits.rules import FLOW as BANK_CREDIT
from accounting.bankings.rules import FLOW as BANKING
from accounting.cheques.rules import CHEQUE
from accounting.cheques.rules import REPORT as CHEQUE_REPORT
from accounting.contracts.rules import FLOW as CONTRACT
from accounting.daily_status.rules import FLOW as DAILY_REPORT
from accounting.deposits.rules import FORFEITURES
from accounting.disbursement.rules import FLOW as DIKA
from accounting.general_vouchers.rules import FLOW as GENERAL_VOUCHER
from accounting.inspections.rules import FLOW as INSPECTION
from accounting.officers import POSITIONS
from accounting.ordinances import flows as budget
from accounting.purchase_requests.rules import FLOW as PURCHASE_REQUEST
from accounting.receipts.rules import FLOW as RECEIPT
from accounting.receivables.rules import FLOW as RECEIVABLE
from accounting.remittances.rules import SLIPS, SUMMARIES

FLOWS = {
    "VOUCHER": GENERAL_VOUCHER,
    "BUDGET_ORDINANCE": budget.ORDINANCE,
    "SUPPLEMENTARY": budget.SUPPLEMENTARY,
    "APPROPRIATION": budget.APPROPRIATION,
    "TRANSFER": budget.TRANSFER,
    "EXPLANATION_CHANGE": budget.EXPLANATION,
    "RECEIPT": RECEIPT,
    "REMITTANCE": SLIPS,
    "REMITTANCE_SUMMARY": SUMMARIES,
    "PERIOD": DAILY_REPORT,
    "PURCHASE_REQUEST": PURCHASE_REQUEST,
    "CONTRACT": CONTRACT,
    "INSPECTION": INSPECTION,
    "DIKA": DIKA,
    "CHEQUE_REPORT": CHEQUE_REPORT,
    "CHEQUE": CHEQUE,
}
MADE = (*FLOWS.values(), BANK_CREDIT, RECEIVABLE, FORFEITURES, BANKING)
OURS = {"APPROPRIATION"}  # flows of which the table has no row
# Rows that are no step of a document's flow, and where they are.
ELSEWHERE = {
    ("VOUCHER", "posted", "reversed"): "journal.operations.reverse_entry: an entry of its own",
    ("PERIOD", "open", "month_closed"): "closing.operations.close_period",
}
# Rows in which a flow does otherwise, and why.
OTHERWISE: dict[tuple[str, str, str], str] = {
    ("BUDGET_ORDINANCE", "council_approved", "signed"): "agree, then sign: two acts of two",
    ("SUPPLEMENTARY", "draft", "in_force"): "as an ordinance, step by step",
    ("PERIOD", "open", "daily_closed"): "the daily report closes its day: signed, then closed",
}
# Machines of slices that are being made; of later issues.
OWED: set[str] = set()
LATER = {"STAFF_LOAN", "CARRY_OVER", "YEAR"}


def rows():
    file = Path(accounting.__file__).parent / "data" / "workflow_states.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            for state in row["from_state"].split("|"):
                yield row["machine"], state, row["to_state"], row["actor_role"]


def test_every_machine_is_here_owed_or_later():
    machines = {machine for machine, *_ in rows()}
    assert machines | OURS == set(FLOWS) | OWED | LATER
    assert not set(FLOWS) & (OWED | LATER), "what is declared is owed no more"


@pytest.mark.parametrize(
    ("machine", "state", "leads_to", "who"), [row for row in rows() if row[0] in FLOWS]
)
def test_every_row_is_a_step_of_its_flow(machine, state, leads_to, who):
    if (machine, state, leads_to) in ELSEWHERE or (machine, state, leads_to) in OTHERWISE:
        return
    flow = FLOWS[machine]
    steps = [s for s in flow.steps if state in s.comes_from and s.leads_to == leads_to]
    assert steps, f"{machine}: no step from {state} to {leads_to}"
    named = {role for role in POSITIONS if role in who.replace("+", " ").replace("/", " ").split()}
    assert named <= frozenset().union(*(step.roles for step in steps))


@pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))
def test_a_flow_is_whole(flow):
    for step in flow.steps:
        assert set(step.comes_from) <= set(flow.states), step.action
        assert step.leads_to in flow.states, step.action
        assert step.roles <= set(POSITIONS), step.action
        assert len(step.action) <= 16, "as the table keeps it"
        assert set(step.differs_from) <= {"draft", *flow.by_action}, step.action
    assert len(flow.kind) <= 8
    assert all(len(state) <= 16 for state in flow.states)
    reached = {flow.initial} | {step.leads_to for step in flow.steps}
    assert reached == set(flow.states), "no state is out of reach"


def test_a_month_waits_for_kinds_and_states_that_there_are():
    from accounting.closing.finished import FINISHED

    flows = {flow.kind: flow for flow in MADE}
    assert set(FINISHED) <= set(flows)
    for kind, states in FINISHED.items():
        assert set(states) <= set(flows[kind].states), kind
        assert set(flows[kind].states) - set(states) - {"cancelled"}, "somebody has to act in one"
