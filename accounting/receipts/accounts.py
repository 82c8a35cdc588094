"""What each account of a receipt's line means: which posting rule it follows. Pure.

The accounts are those that accounting/data/posting_rules.csv names for each rule, with the
alternatives of its ``condition_or_note``. The first prefix that fits decides.
"""

from typing import NamedTuple

TAX_ADJUSTMENT = "4401010198.001"  # debit-natured: discounts and costs of collection
_CONTRA = frozenset({TAX_ADJUSTMENT})


class Meaning(NamedTuple):
    """The rule that a line follows, and whether what is received is held for the payer."""

    rule: str
    is_held: bool = False


_MEANINGS = (
    ("4401100103.001", Meaning("RV17")),  # donation without conditions
    ("2109010199.001", Meaning("RV17")),  # donation with conditions: deferred
    ("2103010103.002", Meaning("RV06")),  # tax before its period
    ("2112010101.", Meaning("DP01", is_held=True)),  # guarantee of a contract
    ("2112010199.", Meaning("DP01", is_held=True)),  # of a bid, of a lease, other
    ("2208010101.", Meaning("DP01", is_held=True)),  # over one year
    ("2208010103.", Meaning("DP01", is_held=True)),
    ("2111020199.", Meaning("DP04", is_held=True)),  # deposits received
    ("4401", Meaning("RV01")),  # taxes, fees, fines, licences, property, sales, other
)


def meaning_of(account: str) -> Meaning | None:
    """Return what money taken for an account means; None when no receipt is issued for it."""
    if account in _CONTRA:
        return None
    found = (meaning for prefix, meaning in _MEANINGS if account.startswith(prefix))
    return next(found, None)
