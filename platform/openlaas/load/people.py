"""Officers for a run, in bulk: eight people for each body, signed in, in one COPY a table.

Note [One password]
Argon2 for 176,000 officers would take 1.7 hours of a core. All share one password and so one
hash, which was computed once: checking it costs a sign-in as much as any other. Everybody else
acts by a token, as officers do who have signed in already.
"""

import json
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from loadtests.officers import ACCOUNTANT, VOUCHER_DESKS

ROLES = (ACCOUNTANT, "COLLECTOR", *VOUCHER_DESKS)
_NAME_TH = "นางสาวสมหญิง ใจดี"
_FIRST_DAY = date(2020, 1, 1)  # of the appointments; any day before the run
_LIFETIME = timedelta(hours=12)
_BODIES = "SELECT b.code, b.id FROM body b JOIN place p ON p.body_id = b.id WHERE p.use = 'live'"
_KNOWN = "SELECT username, id FROM officer WHERE username LIKE '%%-load-%%'"
_OFFICER = "COPY officer (id, username, password, name_th, created_at, failed_attempts) FROM STDIN"
_APPOINTMENT = """COPY appointment
  (id, officer_id, role, body_id, is_acting, order_no, from_date, created_at) FROM STDIN"""
_SIGN_IN = "COPY sign_in (token_sha256, officer_id, kind, created_at, expires_at) FROM STDIN"
Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An officer of the run."""

    username: str
    id: uuid.UUID
    body_code: str
    body_id: uuid.UUID
    role: str
    token: str
    page_token: str


def make_people(
    control: Connection, path: Path, *, bodies: int, with_pages: bool, now: datetime
) -> list[str]:
    """Make officers of the first bodies, or sign those in again who are there; write the file.

    Args:
        control: to the control plane, as its owner.
        path: where the officers file is written.
        bodies: how many have officers.
        with_pages: they are signed in to the portal too.
        now: from when their sign-ins hold, for half a day.

    Returns:
        The codes of the bodies.
    """
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - Django is set up now

    places = sorted(control.execute(_BODIES).fetchall())[:bodies]
    known: dict[str, uuid.UUID] = dict(control.execute(_KNOWN).fetchall())
    people = list(_people(places, known, with_pages=with_pages))
    password = secrets.token_urlsafe(12)
    hashed = make_password(password)
    new = [person for person in people if person.username not in known]
    with control.transaction(), control.cursor() as cursor:
        cursor.execute(
            "UPDATE officer SET password = %s WHERE username LIKE '%%-load-%%'", [hashed]
        )
        _copy(cursor, _OFFICER, ((p.id, p.username, hashed, _NAME_TH, now, 0) for p in new))
        _copy(
            cursor,
            _APPOINTMENT,
            ((uuid.uuid4(), p.id, p.role, p.body_id, False, "", _FIRST_DAY, now) for p in new),
        )
        _copy(cursor, _SIGN_IN, _sign_ins(people, now))
    control.execute("ANALYZE officer, appointment, sign_in")
    _write(path, people, password=password)
    return [code for code, _ in places]


def _people(
    places: Sequence[tuple[Any, ...]], known: dict[str, uuid.UUID], *, with_pages: bool
) -> Iterator[Person]:
    for code, body_id in places:
        for role in ROLES:
            username = f"{code}-load-{role.lower()}"
            yield Person(
                username=username,
                id=known.get(username) or uuid.uuid4(),
                body_code=code,
                body_id=body_id,
                role=role,
                token=secrets.token_urlsafe(32),
                page_token=secrets.token_urlsafe(32) if with_pages else "",
            )


def _sign_ins(people: Sequence[Person], now: datetime) -> Iterator[tuple[Any, ...]]:
    from tenants.officers.tokens import token_sha256  # noqa: PLC0415 - Django is set up now

    for person in people:
        for token, kind in ((person.token, "api"), (person.page_token, "portal")):
            if token:
                yield token_sha256(token), person.id, kind, now, now + _LIFETIME


def _copy(cursor: "psycopg.Cursor[Any]", statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _write(path: Path, people: Sequence[Person], *, password: str) -> None:
    """Write the officers file; the tokens in it open books, so it is the owner's alone."""
    document = {
        "officers": [
            {
                "username": person.username,
                "password": password,
                "token": person.token,
                "body_code": person.body_code,
                "roles": [person.role],
                "page_token": person.page_token,
            }
            for person in people
        ],
        "centre": {},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
