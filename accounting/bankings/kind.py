"""The pay-in slip as a kind of document."""

from accounting.bankings import operations
from accounting.bankings.rules import FLOW
from accounting.documents.kinds import Kind

KIND = Kind(flow=FLOW, create=operations.bank_cash, steps={"reverse": operations.reverse_banking})
