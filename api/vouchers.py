"""HTTP face of general vouchers: drafted by one officer, checked by another, then posted."""

from accounting.general_vouchers.kind import VOUCHERS
from api import shapes
from api.workflow import Face

FACE = Face(
    kind=VOUCHERS,
    path="general-vouchers",
    name="general_voucher",
    shape=shapes.Voucher,
    request=shapes.DRAFT,
)
