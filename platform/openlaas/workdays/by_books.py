"""Acts through the kinds of document themselves, in this process: no HTTP, no token."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any

from accounting.bank_accounts import operations as bank_accounts
from accounting.budget import queries as budget
from accounting.closing import operations as closing
from accounting.divisions import operations as divisions
from accounting.documents import queries as documents
from accounting.errors import AccountingError
from accounting.officers import Officer
from accounting.open_items import queries as open_items
from accounting.open_items.rules import DEPOSIT, RECEIVABLE
from accounting.parties import operations as parties
from accounting.parties import queries as party_lists
from accounting.parties.rules import PartyDetails
from api import budget as budget_api
from api import disbursement, fields, revenue, vouchers
from api.workflow import NOTE_MAX, Face, reference_of
from openlaas.workdays.hands import Refused, Said, Shown
from tenants.directory.records import BodyRecord
from tenants.transactions import tenant_transaction

FACES: Mapping[str, Face] = {
    face.path: face
    for face in (
        *(*revenue.FACES, *disbursement.FACES),
        *(*budget_api.FACES, vouchers.FACE),
    )
}
_ALL = 1000
_PARTY_FIELDS = tuple(PartyDetails.__dataclass_fields__)


class BooksHands:
    """All officers of a body.

    A day's acts are one transaction, or all acts are one that the caller has opened.
    """

    def __init__(
        self, body: BodyRecord, officers: Mapping[str, Officer], *, is_inside: bool = False
    ) -> None:
        self._body, self._officers, self._is_inside = body, officers, is_inside

    def make(self, path: str, said: Said, *, by: str) -> Shown:
        """Make a document or an entry of a register; return it as it is shown."""
        officer = self._officers[by]
        try:
            if register := _REGISTERS.get(path):
                return {"id": register(dict(said), officer)}
            kind = FACES[path].kind
            assert kind.create is not None  # or nobody makes one by hand
            return kind.shown(kind.create(raw=dict(said), officer=officer))
        except AccountingError as error:
            raise _refused(by, path, error) from error

    def take(
        self, path: str, document: str, action: str, *, by: str, said: Said | None = None
    ) -> None:
        """Take a step of a document, by its id or its number."""
        officer = self._officers[by]
        try:
            if path == "periods":
                _close_month(document, officer)
                return
            face = FACES[path]
            asks = {"note": fields.optional_text(NOTE_MAX), **face.asks.get(action, {})}
            asked = fields.read(dict(said or {}), asks)
            face.kind.take(
                action=action,
                document=reference_of(document.replace("/", "-")),
                officer=officer,
                note=asked.pop("note"),
                asked=asked,
            )
        except AccountingError as error:
            raise _refused(by, f"{path}/{document}/{action}", error) from error

    def show(self, path: str, document: str, *, by: str) -> Shown:
        """Return a document."""
        return FACES[path].kind.shown(reference_of(document))

    def look(self, path: str, *, by: str, **query: str) -> list[Shown]:
        """Return what a list shows, a thousand at the most."""
        items: list[Shown] = json.loads(_list(path, query))["items"]
        return items

    def day(self) -> AbstractContextManager[None]:
        """Do the acts of a day in one transaction."""
        return nullcontext() if self._is_inside else tenant_transaction(self._body)


def _list(path: str, query: Mapping[str, str]) -> str:
    if path == "budget-lines":
        return budget.lines(fiscal_year=int(query["fiscal_year"]), limit=_ALL)
    if path == "vendors":
        return party_lists.parties(kind="vendor", limit=_ALL, before=None, q="", is_active=True)
    if path in {"deposits", "open-receivables"}:
        kind = DEPOSIT if path == "deposits" else RECEIVABLE
        only_open = query.get("open") == "true"
        return open_items.items(kind=kind, limit=_ALL, only_open=only_open, q=query.get("q", ""))
    return documents.documents(
        kind=FACES[path].kind.flow.kind, limit=_ALL, state=query.get("state"), before=None
    )


def _close_month(month: str, officer: Officer) -> None:
    closing.close_period(starts_on=date.fromisoformat(f"{month}-01"), officer=officer)


def _open_division(said: dict[str, Any], officer: Officer) -> str:
    divisions.open_division(**said, officer=officer)
    return str(said["code"])


def _register_vendor(said: dict[str, Any], officer: Officer) -> str:
    whole: dict[str, Any] = dict.fromkeys(_PARTY_FIELDS) | said
    details = PartyDetails(**whole)
    return str(parties.register_party(kind="vendor", details=details, officer=officer))


def _register_bank_account(said: dict[str, Any], officer: Officer) -> str:
    return bank_accounts.register(**said, officer=officer)


_REGISTERS: Mapping[str, Callable[[dict[str, Any], Officer], str]] = {
    "divisions": _open_division,
    "vendors": _register_vendor,
    "bank-accounts": _register_bank_account,
}


def _refused(by: str, what: str, error: AccountingError) -> Refused:
    reasons = "; ".join(f"{one.code} {one.pointer}: {one.message_en}" for one in error.refusals)
    return Refused(f"{by}: {what}: {reasons}")
