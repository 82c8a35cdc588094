"""Make the peer's tenants: `python -m …make_tenants <count> <entries>`; print hosts and tokens.

Each schema is made by django-tenants itself, which runs the migrations in it: one to two seconds
each. That is why the peer has dozens of tenants and not a thousand.
"""

import contextlib
import csv
import json
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import django

from loadtests.entries import varied_entry

_CHART = Path(__file__).parents[3] / "accounting" / "data" / "chart_of_accounts.csv"
_FIRST_YEAR_CE, _YEARS = 2020, 12


def make_tenants(count: int, entries: int) -> list[dict[str, str]]:
    """Migrate, then make what is missing; return each tenant's host and its accountant's token.

    Each tenant is given entries until it has so many.
    """
    from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up by now
    from django.core.management import call_command  # noqa: PLC0415
    from rest_framework.authtoken.models import Token  # noqa: PLC0415

    from loadtests.peers.plain_django_tenants.offices import models  # noqa: PLC0415

    call_command("migrate_schemas", shared=True, verbosity=0)
    _load_chart()
    made = []
    for number in range(1, count + 1):
        office, is_new = models.Office.objects.get_or_create(
            schema_name=f"office_{number:03d}", defaults={"name": f"สำนักงาน {number}"}
        )
        host = f"office-{number:03d}.localhost"
        models.Domain.objects.get_or_create(domain=host, defaults={"tenant": office})
        if is_new:
            _open_books(office.schema_name)
        _fill(office.schema_name, entries)
        user, _ = User.objects.get_or_create(username=f"accountant-{number:03d}")
        models.Membership.objects.get_or_create(user=user, office=office, role="ACCOUNTANT")
        token, _ = Token.objects.get_or_create(user=user)
        made.append({"host": host, "token": token.key})
    return made


def _load_chart() -> None:
    from loadtests.peers.plain_django_tenants.offices.models import Account  # noqa: PLC0415

    with _CHART.open(encoding="utf-8", newline="") as lines:
        accounts = [
            Account(code=row["code"], name_th=row["name_th"], postable=row["postable"] == "1")
            for row in csv.DictReader(lines)
        ]
    Account.objects.bulk_create(accounts, ignore_conflicts=True)


def _open_books(schema: str) -> None:
    from django_tenants.utils import schema_context  # noqa: PLC0415

    from loadtests.peers.plain_django_tenants.ledger.models import Counter, Period  # noqa: PLC0415

    years = range(_FIRST_YEAR_CE, _FIRST_YEAR_CE + _YEARS)
    with schema_context(schema):
        Counter.objects.bulk_create(Counter(fiscal_year=year + 543, last_no=0) for year in years)
        Period.objects.bulk_create(
            Period(
                starts_on=date(year, month, 1),
                fiscal_year=year + 543 + (month >= 10),  # noqa: PLR2004 - the year starts in October
                is_open=True,
            )
            for year in years[:-1]
            for month in range(1, 13)
        )


def _fill(schema: str, wanted: int) -> None:
    """Post entries of the current year as a request would, with no request around them."""
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from django_tenants.utils import schema_context  # noqa: PLC0415

    from loadtests.peers.plain_django_tenants.ledger.models import JournalEntry  # noqa: PLC0415
    from loadtests.peers.plain_django_tenants.ledger.posting import post_entry  # noqa: PLC0415

    now = timezone.now()
    with schema_context(schema), transaction.atomic():
        for number in range(JournalEntry.objects.count(), wanted):
            raw = varied_entry(number, today=timezone.localdate(now))
            lines = [
                {"account": line["account"], **_sides(line), "memo": ""} for line in raw["lines"]
            ]
            day = date.fromisoformat(raw["entry_date"])
            facts = {**raw, "entry_date": day, "lines": lines}
            post_entry(facts, posted_by="นางสาวสมหญิง ใจดี", now=now)


def _sides(line: dict[str, str]) -> dict[str, Decimal]:
    return {side: Decimal(line.get(side, "0")) for side in ("debit", "credit")}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loadtests.peers.plain_django_tenants.settings")
    django.setup()
    with contextlib.redirect_stdout(sys.stderr):  # where migrations tell of themselves
        made = make_tenants(int(sys.argv[1]), int(sys.argv[2]))
    json.dump(made, sys.stdout)
