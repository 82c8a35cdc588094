"""The remittance slip and the daily summary as kinds of document."""

from accounting.documents.kinds import Kind
from accounting.remittances import operations, queries
from accounting.remittances.rules import SLIPS, SUMMARIES

SLIP = Kind(
    flow=SLIPS,
    create=operations.hand_over,
    steps={"receive": operations.receive, "cancel": operations.cancel_slip},
    show=queries.slip_shown,
)
SUMMARY = Kind(
    flow=SUMMARIES,
    create=operations.sum_up,
    steps={"check": operations.check_summary, "cancel": operations.cancel_summary},
    show=queries.summary_shown,
)
