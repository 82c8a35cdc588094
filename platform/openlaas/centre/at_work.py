"""Who posts and who looks in the bench of the centre. Imported once Django is set up."""

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from django.utils import timezone

from accounting.fiscal_year import months
from accounting.journal.drafts import read_entry
from accounting.journal.known import Posting
from accounting.journal.operations import post_entries, post_entry
from accounting.officers import Officer
from loadtests.chances import chances
from loadtests.entries import balanced_entry
from openlaas.centre.nation import is_real
from tenants.directory.models import Body
from tenants.directory.queries import bodies_with_books
from tenants.directory.records import BodyRecord
from tenants.officers import appointments, sign_in
from tenants.officers.appointments import NewStaffMember
from tenants.officers.models import Officer as Account
from tenants.transactions import tenant_transaction

_OFFICER = Officer(
    id=UUID("00000000-0000-4000-8000-000000000000"),
    name_th="นางสาวสมหญิง ใจดี",
    roles=frozenset({"ACCOUNTANT"}),
)
_FIRST_DAY = date(2020, 1, 1)  # of the appointments; any day before the bench
_CASH = "1101010101.001"
_REVENUES = ("4401010104.001", "4401030106.001", "4401060102.001")
_LEAST_SATANG, _MOST_SATANG = 100_000, 900_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """An officer of the centre who is signed in, and where one of their bodies is."""

    token: str
    province: str
    district: str


def real_bodies() -> list[BodyRecord]:
    """Return the bodies whose books were really made."""
    return [body for body in bodies_with_books() if is_real(body.schema_name)]


def post_a_year(bodies: Sequence[BodyRecord], fiscal_year: int) -> None:
    """Post an entry in each month of the year to each body, a transaction a body."""
    random = chances("nation")
    for body in bodies:
        entries = [_entry(day, random) for day in months(fiscal_year)]
        postings = [Posting(draft=read_entry(entry)) for entry in entries]
        with tenant_transaction(body, statement_timeout_ms=0):
            post_entries(postings=postings, officer=_OFFICER)


def post_steadily(per_second: float, answered: list[float], ends: threading.Event) -> None:
    """Post to one body after the other, each entry at its moment, until told to end.

    Args:
        per_second: entries.
        answered: gets the moment at which each was acknowledged.
        ends: is looked at before each.
    """
    random, today, bodies = chances("fresh"), timezone.localdate(), real_bodies()
    started, number = time.monotonic(), 0
    while not ends.wait(max(0.0, started + number / per_second - time.monotonic())):
        draft = read_entry(balanced_entry(random, entry_date=today))
        with tenant_transaction(bodies[number % len(bodies)]):
            post_entry(draft=draft, officer=_OFFICER)
        answered.append(time.monotonic())
        number += 1


def sign_in_watchers() -> dict[str, Watching]:
    """Return an officer of the department and one of a province, by role."""
    body = Body.objects.exclude(district=None).order_by("code").first()
    assert body is not None  # the register has some
    areas = {"DLA": None, "PROVINCE": body.province_id}
    return {
        role: Watching(
            token=_signed_in(role, area),
            province=body.province_id,
            district=str(body.district_id),
        )
        for role, area in areas.items()
    }


def _signed_in(role: str, province: str | None) -> str:
    name, now = f"bench-{role.lower()}", timezone.now()
    known = Account.objects.filter(username=name).values_list("id", flat=True).first()
    if known is None:
        member = NewStaffMember(
            username=name,
            password=secrets.token_urlsafe(12),
            name_th="นางสาวสมหญิง ใจดี",
            roles=(role,),
            province_code=province,
        )
        ids = appointments.register_staff(staff=[member], from_date=_FIRST_DAY, now=now)
        known = ids[name]
    token, _ = sign_in.open_sign_in(officer_id=known, kind="api", now=now)
    return token


def _entry(day: date, random: Random) -> dict[str, object]:
    satang = random.randrange(_LEAST_SATANG, _MOST_SATANG)
    amount = f"{satang // 100}.{satang % 100:02d}"
    return {
        "entry_date": day.isoformat(),
        "description": "รับเงินรายได้จัดเก็บเอง",
        "lines": [
            {"account": _CASH, "debit": amount},
            {"account": random.choice(_REVENUES), "credit": amount},
        ],
    }
