"""The daily cash position report as a kind of document."""

from accounting.daily_status import operations
from accounting.daily_status.rules import FLOW
from accounting.documents.kinds import Kind

KIND = Kind(
    flow=FLOW,
    create=operations.begin_report,
    steps={
        "recount": operations.recount,
        "settle": operations.settle_difference,
        "sign": operations.sign_report,
        "close": operations.close_day,
        "reopen": operations.reopen_day,
    },
)
