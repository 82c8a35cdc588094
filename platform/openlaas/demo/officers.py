"""The officers of the demo: one for each role of a body, and those of the centre."""

import csv
import hmac
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TypedDict

from openlaas.demo.names import officer_name

# A committee is three people, so that its signatures can be shown.
_COMMITTEES = frozenset({"CASH_COMMITTEE", "INSPECTION"})
_COMMITTEE_SIZE = 3
_GROUP = 5  # characters of a password between two hyphens
_GROUPS = 3

# Runs the platform; no office of the accounting law, so not among roles.csv.
OPERATOR = "OPERATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOfficer:
    """An officer to be stored, and where the appointment holds.

    Attributes:
        username: `<body_code>-<role in lower case>`, the second and third of a committee with `-2`
            and `-3`; `dla`, `province`, `district`, `oag` and `operator` at the centre.
        password: Given by the demo's secret and the user name; 17 characters.
        name_th: Title, first and family name, invented.
        roles: Keys of roles.csv, or `OPERATOR`.
        held_at: `body`, `district`, `province`, `audit`, `nation` (as in roles.csv) or `platform`.
        body_code: The body, for `body` only.
        province_code: The province, for `province`, and for `audit` the bodies assigned.
        district_code: The district, for `district` only.
    """

    username: str
    password: str
    name_th: str
    roles: tuple[str, ...]
    held_at: str
    body_code: str | None = None
    province_code: str | None = None
    district_code: str | None = None


class OfficerRecord(TypedDict):
    """An officer as clients of the demo read it."""

    username: str
    password: str
    token: str
    body_code: str | None
    roles: list[str]


class OfficersDocument(TypedDict):
    """The content of `officers.json`."""

    officers: list[OfficerRecord]
    centre: dict[str, OfficerRecord]


@cache
def body_roles() -> tuple[str, ...]:
    """Give the roles that an officer holds in a body, in the order of roles.csv."""
    text = (resources.files("tenants") / "data" / "roles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(row["key"] for row in rows if row["held_at"] == "body")


def password_of(username: str, *, secret: str) -> str:
    """Derive a demo password: three groups of five letters and digits, `abcde-fghij-klmno`."""
    digest = hmac.new(secret.encode(), username.encode(), sha256).digest()
    letters = b32encode(digest).decode().lower()
    return "-".join(letters[n * _GROUP : (n + 1) * _GROUP] for n in range(_GROUPS))


def officers_of_body(body_code: str, *, secret: str) -> list[DemoOfficer]:
    """Plan a body's officers: one for each role held in a body, three for each committee."""
    officers = []
    for role in body_roles():
        for number in range(1, (_COMMITTEE_SIZE if role in _COMMITTEES else 1) + 1):
            username = f"{body_code}-{role.lower()}" + (f"-{number}" if number > 1 else "")
            officers.append(
                _officer(username, role, secret=secret, held_at="body", body_code=body_code)
            )
    return officers


def officers_of_centre(*, province_code: str, district_code: str, secret: str) -> list[DemoOfficer]:
    """Plan the officers of the centre, with the province and district that some watch.

    The department has two: one proposes master data, the other approves it.
    """
    return [
        _officer("dla", "DLA", secret=secret, held_at="nation"),
        _officer("dla-2", "DLA", secret=secret, held_at="nation"),
        _officer(
            "province", "PROVINCE", secret=secret, held_at="province", province_code=province_code
        ),
        _officer(
            "district", "DISTRICT", secret=secret, held_at="district", district_code=district_code
        ),
        _officer("oag", "OAG", secret=secret, held_at="audit", province_code=province_code),
        _officer("operator", OPERATOR, secret=secret, held_at="platform"),
    ]


def officers_document(
    officers: Iterable[DemoOfficer],
    centre: Iterable[DemoOfficer],
    *,
    tokens: Mapping[str, str],
) -> OfficersDocument:
    """Build the document that tells clients how to sign in to the demo.

    Its shape, for every officer and with `body_code` null at the centre::

        {"officers": [{"username", "password", "token", "body_code", "roles"}, …],
         "centre": {"dla": {…}, "dla-2": {…}, "province": {…}, "district": {…}, "oag": {…}, …}}

    Args:
        officers: Those of the bodies.
        centre: Those of the centre.
        tokens: The API token issued to each user name.

    Raises:
        KeyError: an officer has no token.
    """
    return {
        "officers": [_record(officer, tokens) for officer in officers],
        "centre": {officer.username: _record(officer, tokens) for officer in centre},
    }


def _officer(
    username: str,
    role: str,
    *,
    secret: str,
    held_at: str,
    body_code: str | None = None,
    province_code: str | None = None,
    district_code: str | None = None,
) -> DemoOfficer:
    return DemoOfficer(
        username=username,
        password=password_of(username, secret=secret),
        name_th=officer_name(username),
        roles=(role,),
        held_at=held_at,
        body_code=body_code,
        province_code=province_code,
        district_code=district_code,
    )


def _record(officer: DemoOfficer, tokens: Mapping[str, str]) -> OfficerRecord:
    return {
        "username": officer.username,
        "password": officer.password,
        "token": tokens[officer.username],
        "body_code": officer.body_code,
        "roles": list(officer.roles),
    }
