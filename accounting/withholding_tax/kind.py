"""What a withholding-tax return is to the API and to the pages."""

from accounting.documents.kinds import Kind, said
from accounting.withholding_tax import operations
from accounting.withholding_tax.returns import RETURN

RETURNS = Kind(
    flow=RETURN,
    create=lambda *, raw, officer: operations.make_return(raw=raw, officer=officer).id,
    steps={"remit": operations.remit_return, "cancel": operations.cancel_return},
    show=said,
)
