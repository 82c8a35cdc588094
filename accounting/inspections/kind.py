"""What an inspection is to the API and to the pages."""

from accounting.documents.kinds import Kind, said
from accounting.inspections import operations
from accounting.inspections.rules import FLOW

INSPECTIONS = Kind(
    flow=FLOW,
    create=lambda *, raw, officer: operations.draft_inspection(raw=raw, officer=officer).id,
    change=operations.change_inspection,
    steps={"accept": operations.accept_inspection},
    show=said,
)
