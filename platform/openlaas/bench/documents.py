"""The daily books at work: receipts issued, ฎีกา drawn up and approved, and the limit of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from accounting.fiscal_year import fiscal_year_of
from openlaas.bench import http_load, limit, served
from openlaas.bench.http_load import Request
from openlaas.bench.offices import Office

if TYPE_CHECKING:
    from openlaas.workdays.by_books import BooksHands

APPROVALS = 15  # of each body in a sample: each is made beforehand, and is approved once
COLLECTOR, CLERK, EXECUTIVE = "COLLECTOR", "UNIT_CLERK", "EXECUTIVE"
# The files that make the limit of each work, in their order.
LIMITS = {
    "receipt": (*limit.DOCUMENT, limit.LIMIT),
    "dika_create": (*limit.DOCUMENT, "claim.sql"),
    "dika_approve": ("approval.sql", limit.LIMIT),
}
_NOBODY = UUID("00000000-0000-4000-8000-000000000000")
_SIGNED_BEFORE = (
    *(("request", "UNIT_HEAD"), ("receive", "FIN_OFFICER")),
    *(("examine", "FIN_DIRECTOR"), ("endorse", "CLERK_LAO")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """A body with a budget in force, and the tokens of those who act over HTTP."""

    office: Office
    hands: "BooksHands"
    tokens: dict[str, str]
    line: str
    payee: str
    today: date

    def claim(self) -> dict[str, Any]:
        """Return a ฎีกา as its clerk draws it up."""
        return {
            "fiscal_year": fiscal_year_of(self.today),
            "unit": "01",
            "budget_line": self.line,
            "payee": self.payee,
            "description": "ค่าไฟฟ้า",
            "gross": "10.00",
            "source": {"kind": "utility"},
            "made_on": self.today.isoformat(),
        }

    def endorsed(self) -> str:
        """Make a ฎีกา that waits for its approval; return its id."""
        made = str(self.hands.make("vouchers", self.claim(), by=CLERK)["id"])
        for action, by in _SIGNED_BEFORE:
            self.hands.take("vouchers", made, action, by=by)
        return made


def desks_of(offices: Sequence[Office], *, today: date) -> list[Desks]:
    """Put a budget in force in bodies that have none, and sign their officers in."""
    from openlaas.bench.offices import sign_in_as  # noqa: PLC0415 - Django is set up now

    tokens = {
        role: sign_in_as(role, [office.code for office in offices])
        for role in (COLLECTOR, CLERK, EXECUTIVE)
    }
    return [
        _desks(office, {role: tokens[role][office.code] for role in tokens}, today)
        for office in offices
    ]


def works(
    desks: Sequence[Desks],
    *,
    processes: int,
    drive: Callable[[list[tuple[int, Request]]], Any],
    drive_once: Callable[[list[tuple[int, Request]]], Any],
) -> dict[str, Callable[[], Any]]:
    """Return the three works.

    Args:
        desks: where.
        processes: of the app.
        drive: sends what makes a document, round and round; each request with its process.
        drive_once: sends steps, each once.
    """

    def owned(one: Desks, request: Request) -> tuple[int, Request]:
        return served.process_of(one.office.code, processes), request

    receipts = [owned(one, _request(one, COLLECTOR, "receipts", _receipt(one))) for one in desks]
    claims = [owned(one, _request(one, CLERK, "vouchers", one.claim())) for one in desks]

    def approve() -> Any:
        requests = []
        for one in desks:
            with one.hands.day():
                made = [one.endorsed() for _ in range(APPROVALS)]
            paths = [f"vouchers/{voucher}/approve" for voucher in made]
            requests += [owned(one, _request(one, EXECUTIVE, path, {})) for path in paths]
        Random(len(requests)).shuffle(requests)  # noqa: S311 - no secret
        return drive_once(requests)

    return {
        "receipt": lambda: drive(receipts),
        "dika_create": lambda: drive(claims),
        "dika_approve": approve,
    }


def _request(one: Desks, role: str, path: str, said: dict[str, Any]) -> Request:
    return http_load.sending(
        said,
        host="localhost",
        path=f"/api/v1/bodies/{one.office.code}/{path}",
        authorization=f"Bearer {one.tokens[role]}",
    )


def _receipt(one: Desks) -> dict[str, Any]:
    return {
        "received_on": one.today.isoformat(),
        "payer": "นายมานะ อดทน",
        "method": "cash",
        "lines": [{"revenue": "4401010104.001", "amount": "100.50"}],
    }


def _desks(office: Office, tokens: dict[str, str], today: date) -> Desks:
    from openlaas.demo.amounts import scale_of  # noqa: PLC0415 - Django is set up now
    from openlaas.workdays import budget_side, opening  # noqa: PLC0415
    from openlaas.workdays.by_books import BooksHands  # noqa: PLC0415
    from openlaas.workdays.office import Office as StoryOffice  # noqa: PLC0415
    from tenants.directory.queries import body_with_books  # noqa: PLC0415

    body = body_with_books(office.code)
    assert body is not None  # its accountant was signed in
    hands = BooksHands(body, _everybody())
    year = str(fiscal_year_of(today))
    with hands.day():
        if not hands.look("budget-lines", by=CLERK, fiscal_year=year):
            rng = Random(office.code)  # noqa: S311 - no secret
            scale = scale_of(kind=body.kind, count=1000, rng=rng)
            story = StoryOffice(hands, kind=body.kind, scale=scale, rng=rng)
            opening.open_office(story, today)
            budget_side.put_in_force(story, today)
        lines = hands.look("budget-lines", by=CLERK, fiscal_year=year)
        vendors = hands.look("vendors", by=CLERK)
    most = max(lines, key=lambda line: Decimal(line["available"]))
    return Desks(
        office=office,
        hands=hands,
        tokens=tokens,
        line=most["id"],
        payee=vendors[0]["id"],
        today=today,
    )


def _everybody() -> dict[str, Any]:
    """Return an officer for each desk; what is measured is done by others, who are signed in."""
    from accounting.officers import POSITIONS, Officer  # noqa: PLC0415

    return {
        role: Officer(
            id=UUID(int=_NOBODY.int + place),
            name_th=position.th,
            roles=frozenset({role}),
            supervises=role in {"PROVINCE", "DISTRICT"},
        )
        for place, (role, position) in enumerate(POSITIONS.items(), start=1)
    }
