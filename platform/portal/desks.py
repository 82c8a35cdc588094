"""The desks of the portal: each kind of document that has pages. Slices add theirs here."""

from portal.flow.desk import Desk
from portal.office import budget_desks, disbursement, revenue_desks

DESKS: tuple[Desk, ...] = (*budget_desks.DESKS, *revenue_desks.DESKS, *disbursement.DESKS)
