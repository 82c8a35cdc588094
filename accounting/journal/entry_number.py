"""An entry's number: ``JV-00001/69``, in paths ``JV-00001-69``."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"([A-Z]{1,8})-([0-9]{5,9})[/-]([0-9]{2})")
_CENTURY = 2500  # printed with two digits; fiscal years are B.E. 25xx until 2043 C.E.


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryNumber:
    """A kind of document, a fiscal year (B.E.) and a gapless number within both."""

    kind: str
    fiscal_year: int
    no: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.no:05d}/{self.fiscal_year % 100:02d}"


def read_number(text: str) -> EntryNumber | None:
    """Return the number that a text means; None when it means none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    kind, no, year = match.groups()
    number = EntryNumber(kind=kind, fiscal_year=_CENTURY + int(year), no=int(no))
    # One spelling only: JV-000001/69 is not JV-00001/69.
    return number if text in {str(number), str(number).replace("/", "-")} else None
