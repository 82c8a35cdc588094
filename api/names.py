"""Finding a document of any kind by any number that an office knows it by."""

from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

from django.http import Http404

from accounting.documents import queries
from accounting.documents.kinds import Kind
from accounting.errors import AccountingError, Refusal
from accounting.journal.entry_number import EntryNumber, read_number
from api import budget, disbursement, revenue, vouchers
from api.workflow import reference_of

_FACES = (*budget.FACES, *revenue.FACES, *disbursement.FACES, vouchers.FACE)
_KINDS: dict[str, Kind] = {face.kind.flow.kind: face.kind for face in _FACES}


class AmbiguousNumber(AccountingError):
    """Several documents have the number; each has an id of its own."""

    code = "ambiguous_number"


def named(text: str) -> UUID | EntryNumber:
    """Return the document that a path names: by its id, by a number of its own, or by its entry's.

    A number is written with a hyphen for its slash. What has the form of a treasury number
    (เลขที่คลังรับ, 00566-69) is one, always: reports of cheques are numbered alike, and are found by
    their ids. Called in the body's transaction.

    Raises:
        Http404: it can name none, or no ฎีกา has the treasury number.
        AmbiguousNumber: a hand-written receipt has the number of another document.
    """
    wanted = reference_of(text)
    if isinstance(wanted, UUID):
        return wanted
    for kind in _KINDS.values():
        if kind.other_number is not None and kind.has_other_name(wanted):
            return kind.other_number.find(wanted) or _nothing()
    found = queries.with_number(number=wanted, kinds=list(_KINDS))
    if len(found) > 1:
        raise AmbiguousNumber([_ambiguous(found)])
    if found:
        return found[0]
    number = read_number(text)
    if number is None:
        raise Http404
    return number


def _nothing() -> NoReturn:
    raise Http404


def _ambiguous(found: Sequence[UUID]) -> Refusal:
    listed = ", ".join(sorted(map(str, found)))
    return Refusal(
        code="ambiguous_number",
        message_th=f"มีเอกสารหลายฉบับที่ใช้เลขนี้ ให้ระบุด้วยรหัสเอกสาร: {listed}",
        message_en=f"several documents have this number; name one by its id: {listed}",
        of_the_books=True,
    )
