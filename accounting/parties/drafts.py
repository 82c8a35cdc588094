"""What was sent of a party, as far as it can be read. Pure: no ORM, no clock, no I/O."""

from collections.abc import Mapping
from typing import Any

from accounting.errors import Refusal
from accounting.parties.rules import LEGAL_FORMS, SECTORS, PartyDetails
from accounting.reading import Reader

_NAME_MAX = 200
_LONGEST = {
    "tax_id": 13,
    "branch_no": 5,
    "address": 300,
    "bank_code": 3,
    "bank_account_no": 15,
    "bank_account_name": _NAME_MAX,
}


def read_details(raw: Mapping[str, Any]) -> tuple[PartyDetails, list[Refusal]]:
    """Return what is written of a party, and a refusal for all that cannot be read."""
    reader = Reader(raw=raw)
    reader.only("sector", "legal_form", "name", *_LONGEST)
    texts = {name: reader.text(name, longest=longest) for name, longest in _LONGEST.items()}
    details = PartyDetails(
        sector=reader.choice("sector", SECTORS, required=False),
        legal_form=reader.choice("legal_form", LEGAL_FORMS, required=False),
        name=reader.text("name", longest=_NAME_MAX, required=True) or "",
        **texts,
    )
    return details, reader.refusals
