"""Storing the demonstration: officers, and each body's books, posted by the same operation as all.

Everything can be run again: what is there is left alone, and a body's books are posted whole, in
one transaction, or not at all.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from accounting import money
from accounting.journal import drafts, operations, queries
from accounting.officers import Officer
from openlaas.demo.entries import DemoEntry, year_of_entries
from openlaas.demo.officers import (
    DemoOfficer,
    officers_document,
    officers_of_body,
    officers_of_centre,
)
from openlaas.demo.units import DemoBody, DemoUnit, demo_units
from tenants.directory import queries as directory
from tenants.directory.records import BodyRecord
from tenants.officers.appointments import NewStaffMember, register_staff
from tenants.officers.sign_in import open_sign_in
from tenants.provisioning import bodies as provisioning
from tenants.provisioning.register import TRAINING_BODY_CODE, register_unit
from tenants.transactions import tenant_transaction

PROVINCE, DISTRICT = "11", "1101"  # สมุทรปราการ: 49 bodies
SEED = 2569
UNIT_SHARE = 4  # a unit has a quarter of its parent's documents
TOKEN_LIFETIME = timedelta(days=365)
_APPOINTED_ON = date(2025, 10, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlace:
    """A body or unit of the demonstration, and the units under it."""

    body: BodyRecord
    units: tuple[DemoUnit, ...]


def provision_places(*, now: datetime, after_each: Callable[[str], None]) -> list[str]:
    """Register the demo's units and give every body and unit its books; return their codes."""
    codes = provisioning.codes_of_province(PROVINCE)
    provisioning.provision(codes=codes, now=now, after_each=after_each)
    for unit in _units(codes):
        register_unit(
            parent_code=unit.parent_code,
            number=int(unit.code.partition("-")[2]),
            kind=unit.kind,
            name_th=unit.name_th,
        )
    others = [TRAINING_BODY_CODE, *(unit.code for unit in _units(codes))]
    provisioning.provision(codes=others, now=now, after_each=after_each)
    return [*codes, *others]


def places(codes: Iterable[str]) -> list[DemoPlace]:
    """Return the demo's bodies with their units, by code."""
    wanted = set(codes)
    everybody = directory.bodies_with_books()
    records = [body for body in everybody if body.code in wanted]
    # Which body has which units depends on all the province's bodies, not on those asked for.
    units = _units(
        b.code
        for b in everybody
        if b.province_code == PROVINCE and b.parent_code is None and not b.is_training
    )
    return [
        DemoPlace(body=body, units=tuple(u for u in units if u.parent_code == body.code))
        for body in records
    ]


def with_documents(places: Sequence[DemoPlace], *, bodies: int) -> list[DemoPlace]:
    """Return the bodies whose books come from documents: the training body, then the last ones.

    They have no units, whose books tell of support that the body's would have to pay.
    """
    alone = [one for one in places if not one.units and one.body.parent_code is None]
    return sorted(alone, key=lambda one: (not one.body.is_training, -int(one.body.code)))[:bodies]


def register_officers(*, codes: Sequence[str], now: datetime) -> list[DemoOfficer]:
    """Make the officers of every body and of the centre; return them all."""
    secret = settings.SECRET_KEY
    officers = [o for code in codes for o in officers_of_body(code, secret=secret)]
    officers += officers_of_centre(province_code=PROVINCE, district_code=DISTRICT, secret=secret)
    register_staff(staff=[_staff_member(o) for o in officers], from_date=_APPOINTED_ON, now=now)
    return officers


def write_officers_file(officers: Sequence[DemoOfficer], *, now: datetime) -> Path:
    """Sign every officer in to the API and write ``build/demo/officers.json``."""
    ids = register_staff(
        staff=[_staff_member(o) for o in officers], from_date=_APPOINTED_ON, now=now
    )
    tokens = {
        officer.username: open_sign_in(
            officer_id=ids[officer.username], kind="api", now=now, lifetime=TOKEN_LIFETIME
        )[0]
        for officer in officers
    }
    local = [officer for officer in officers if officer.body_code]
    centre = [officer for officer in officers if not officer.body_code]
    path: Path = settings.BUILD_DIR / "demo" / "officers.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    document = officers_document(local, centre, tokens=tokens)
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def has_entries(body: BodyRecord) -> bool:
    """Tell whether anything was posted into a body's books."""
    with tenant_transaction(body, read_only=True):
        return bool(json.loads(queries.entry_list(limit=1))["items"])


def post_books(place: DemoPlace, *, accountant: Officer, documents: int, today: date) -> int:
    """Post the body's two years, unless it has entries already; return how many were posted.

    Raises:
        AccountingError: a generated entry breaks a rule of the journal; nothing was posted.
    """
    if has_entries(place.body):
        return 0
    is_unit = place.body.parent_code is not None
    entries = year_of_entries(
        body_code=place.body.code,
        kind=place.body.kind,
        seed=SEED,
        count=documents // UNIT_SHARE if is_unit else documents,
        today=today,
        units=place.units,
    )
    posted = 0
    with tenant_transaction(place.body):
        for entry in entries:
            operations.post_entry(draft=_draft(entry), officer=accountant)
            posted += 1
    return posted


def _units(codes: Iterable[str]) -> list[DemoUnit]:
    wanted = set(codes)
    return demo_units(
        DemoBody(code=body.code, kind=body.kind, full_name_th=body.full_name_th)
        for body in directory.bodies_with_books()
        if body.code in wanted
    )


def _staff_member(officer: DemoOfficer) -> NewStaffMember:
    return NewStaffMember(
        username=officer.username,
        password=officer.password,
        name_th=officer.name_th,
        roles=officer.roles,
        body_code=officer.body_code,
        province_code=officer.province_code,
        district_code=officer.district_code,
    )


def _draft(entry: DemoEntry) -> drafts.EntryDraft:
    """Return a generated entry as the API would have read it, so that it is checked like any."""
    return drafts.read_entry(
        {
            "entry_date": entry.entry_date.isoformat(),
            "description": entry.description,
            "reference": entry.reference,
            "lines": [
                {
                    "account": line.account,
                    "debit": money.text(line.debit) if line.debit else None,
                    "credit": money.text(line.credit) if line.credit else None,
                    "memo": line.memo,
                }
                for line in entry.lines
            ],
        }
    )
