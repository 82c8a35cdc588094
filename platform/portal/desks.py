"""The desks of the portal: each kind of document that has pages. Slices add theirs here."""

from portal.flow.desk import Desk
from portal.office import disbursement, revenue_desks

DESKS: tuple[Desk, ...] = (*revenue_desks.DESKS, *disbursement.DESKS)
