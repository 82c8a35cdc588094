"""Every operation of the API, with every key that does not fit: nothing of the other body shows.

The probes are made from the OpenAPI document, so an operation that is added is probed as well.
"""

import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from tenants.officers import appointments, sign_in
from tenants.officers.models import Appointment

log = logging.getLogger(__name__)

CANARY = "นกขมิ้นเหลืองอ่อน"
CANARY_AMOUNT = "7341952.68"
METHODS = ("get", "post", "put", "patch", "delete")
SOMEBODY = "01900000-0000-7000-8000-000000000000"
OTHER_PARAMETERS = {
    "account": "1101010101.001",
    "announcement": "1",
    "appointment_id": SOMEBODY,
    "attachment_no": "1",
    "bank_account": "006-1234567890",
    "body": "2110101",
    "book": "general",
    "code": "01",
    "district": "1101",
    "document": SOMEBODY,
    "item_id": SOMEBODY,
    "kind": "accounts",
    "line_id": SOMEBODY,
    "party_id": SOMEBODY,
    "period": "2026-10",
    "province": "11",
    "question": "1",
    "reference": "JV-00001-70",
    "username": "somebody",
    "version": "1",
    "what": "reports",
}
# What every report asks for, so that a probe is not turned away for want of it.
REPORT = (
    "fiscal_year=2570&date=2026-10-05&from=2026-10-01&to=2026-10-31"
    "&known_from=2026-10-01T00:00:00Z&known_to=2026-10-31T00:00:00Z"
)


@dataclass(frozen=True)
class World:
    """A, who asks; B, whose books must not show; and the keys that A may try."""

    mine: object
    theirs: object
    number: str
    tokens: dict[str, str]
    needles: tuple[bytes, ...]


@pytest.fixture(scope="module")
def world(_unused_bodies, officer_of, api, entry) -> World:
    mine, theirs = next(_unused_bodies), next(_unused_bodies)
    owner_of_books = officer_of(theirs)
    secret = entry(CANARY_AMOUNT, description=CANARY, reference=CANARY)
    posted = api.post(
        f"bodies/{theirs.code}/journal-entries",
        secret,
        token=owner_of_books.token,
        key="canary-key",
    )
    assert posted.status_code == 201
    api.post(f"bodies/{mine.code}/journal-entries", entry(), token=officer_of(mine).token)
    document = posted.json()
    needles = (
        *(CANARY, quote(CANARY), CANARY_AMOUNT, document["hash"], theirs.full_name_th),
        *(theirs.schema_name, str(owner_of_books.id), owner_of_books.username),
    )
    return World(
        mine=mine,
        theirs=theirs,
        number=document["number"].replace("/", "-"),
        tokens=keys_that_do_not_fit(mine, theirs, officer_of),
        needles=tuple(
            form for needle in needles for form in (needle.encode(), ascii(needle)[1:-1].encode())
        ),
    )


def keys_that_do_not_fit(mine, theirs, officer_of) -> dict[str, str]:
    now = timezone.now()
    revoked, ended, left, portal = (officer_of(theirs) for _ in range(4))
    sign_in.end_all_sign_ins(officer_id=revoked.id, now=now)
    yesterday = timezone.localdate(now) - timedelta(days=1)
    appointment = Appointment.objects.get(officer_id=ended.id)
    appointments.end_appointment(appointment_id=appointment.id, to_date=yesterday)
    sign_in.sign_out(sha256=_sha256(left.token), now=now)
    portal_token, _ = sign_in.open_sign_in(officer_id=portal.id, kind="portal", now=now)
    return {
        "an accountant of another body": officer_of(mine).token,
        "an auditor of another body": officer_of(mine, "INT_AUDIT").token,
        "an administrator of another body": officer_of(mine, "LAO_ADMIN").token,
        "nobody": "",
        "a revoked token": revoked.token,
        "a token given back": left.token,
        "an ended appointment": ended.token,
        "a token of the portal": portal_token,
        "an invention": "x" * 43,
        "the hash that is stored": _sha256(officer_of(theirs).token),
    }


def _sha256(token: str) -> str:
    from tenants.officers.tokens import token_sha256

    return token_sha256(token)


@dataclass(frozen=True)
class Operation:
    """A method and a path with its parameters unfilled."""

    method: str
    path: str

    def filled(self, code: str, number: str) -> str:
        path = self.path.removeprefix("/api/v1/")
        filled = path.replace("{body_code}", code).replace("{number}", number)
        for name, value in OTHER_PARAMETERS.items():
            filled = filled.replace(f"{{{name}}}", value)
        assert "{" not in filled, f"tell the probes how to fill {self.path}"
        return filled


def operations(api) -> list[Operation]:
    import yaml

    document = yaml.safe_load(api.get("schema").content)
    return [
        Operation(method, path)
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def forged_headers(theirs) -> dict[str, dict[str, str]]:
    code, schema = theirs.code, theirs.schema_name
    return {
        "no header": {},
        "X-Tenant": {
            "X-Tenant": code,
            "X-Tenant-Id": code,
            "X-Body-Code": code,
            "X-Schema": schema,
        },
        "Host": {"Host": f"{code}.localhost", "X-Forwarded-Host": f"{code}.openlaas.th"},
        "X-Original-URL": {
            "X-Original-URL": f"/api/v1/bodies/{code}",
            "X-Rewrite-URL": f"/api/v1/bodies/{code}",
            "X-HTTP-Method-Override": "GET",
        },
        "Cookie": {"Cookie": f"body={code}; tenant={code}; sessionid={code}"},
        "X-Forwarded-For": {"X-Forwarded-For": "127.0.0.1", "X-Real-Ip": "127.0.0.1"},
    }


def ways_to_write(code: str) -> dict[str, str]:
    return {
        "plain": code,
        "percent": "".join(f"%{ord(letter):02X}" for letter in code),
        "a first letter": f"%{ord(code[0]):02x}{code[1:]}",
        "a unit": f"{code}-01",
        "blanks": f"{code}%20",
        "through a folder": f"{code}%2F..%2F{code}",
    }


def probes(api, world: World, *, all_pairs: bool) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield a name and a request for every operation, key, header and spelling.

    Without ``all_pairs`` each operation is tried with each key, header and spelling, but of the
    pairs of a header and a spelling it is tried with a sixth, the next operation with the next.
    """
    body = {
        "entry_date": "2026-10-05",
        "description": "x",
        "lines": [
            {"account": "1101010101.001", "debit": "1.00"},
            {"account": "4401010104.001", "credit": "1.00"},
        ],
    }
    for places in itertools.product(
        enumerate(found for found in operations(api) if "{body_code}" in found.path),
        enumerate(world.tokens.items()),
        enumerate(forged_headers(world.theirs).items()),
        enumerate(ways_to_write(world.theirs.code).items()),
    ):
        if not all_pairs and sum(number for number, _ in places) % 6:
            continue
        operation, (who, token), (how, headers), (spelled, code) = (one for _, one in places)
        path = operation.filled(code, world.number)
        name = f"{operation.method} {operation.path} by {who}, {how}, {spelled}"
        if operation.method == "get":
            query = f"?{REPORT}&body_code={code}&tenant={code}"
            yield name, lambda p=path + query, t=token, h=headers: api.get(p, token=t, **h)
        else:
            send = {"post": api.post, "put": api.put}[operation.method]
            yield name, lambda p=path, t=token, h=headers, s=send: s(p, body, token=t, **h)


@pytest.fixture(scope="module")
def rows_of(as_owner) -> Callable[[object], dict[str, object]]:
    """Everything that a body's schema and the outbox hold of it."""

    def read(body: object) -> dict[str, object]:
        with as_owner(body) as owner:
            tables = owner.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
            ).fetchall()
            rows = {
                table: owner.execute(f"SELECT t::text FROM {table} t ORDER BY 1").fetchall()
                for (table,) in tables
            }
            rows["outbox"] = owner.execute(
                "SELECT t::text FROM shared.outbox t WHERE body_code = %s ORDER BY 1", [body.code]
            ).fetchall()
            return rows

    return read


def shown(answer) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return headers.encode() + b"\n\n" + answer.content


def test_no_probe_gets_in_sees_or_changes_anything(api, world, rows_of, full_size):
    before = rows_of(world.theirs), rows_of(world.mine)
    count, faults = 0, []
    for name, send in probes(api, world, all_pairs=full_size):
        answer = send()
        count += 1
        if answer.status_code not in {401, 403, 404}:
            faults.append(f"{name}: {answer.status_code}")
        seen = shown(answer)
        faults += [f"{name}: shows {needle!r}" for needle in world.needles if needle in seen]
    log.info("%s probes, %s leaks", count, len(faults))
    assert faults == []
    assert count >= 2_000
    assert (rows_of(world.theirs), rows_of(world.mine)) == before


def test_who_is_inside_one_body_sees_none_of_another(api, world, rows_of):
    """The same forgeries on A's own paths: A's own rows, and nothing of B."""
    before = rows_of(world.theirs)
    token, code = world.tokens["an accountant of another body"], world.theirs.code
    for operation in operations(api):
        if operation.method != "get":
            continue
        for how, headers in forged_headers(world.theirs).items():
            for query in (
                "",
                f"&body_code={code}",
                f"&body={code}&schema={world.theirs.schema_name}",
            ):
                path = operation.filled(world.mine.code, world.number)
                answer = api.get(f"{path}?{REPORT}{query}", token=token, **headers)
                assert answer.status_code in {200, 403, 404}, f"{operation} {how}"
                for needle in world.needles:
                    assert needle not in shown(answer), f"{operation} {how}"
    assert rows_of(world.theirs) == before


def test_a_key_of_another_body_brings_none_of_its_answers(api, world, entry):
    """The other body's Idempotency-Key and request, sent to one's own body."""
    secret = entry(CANARY_AMOUNT, description=CANARY, reference=CANARY)
    answer = api.post(
        f"bodies/{world.mine.code}/journal-entries",
        secret,
        token=world.tokens["an accountant of another body"],
        key="canary-key",
    )
    assert answer.status_code == 201
    assert "Idempotency-Hit" not in answer
    assert answer.json()["event_no"] == 2


def expected_of(operation: Operation) -> int:
    """What an accountant gets: officers are the administrator's, and SOMEBODY is nobody.

    The centre's figures are there only for those who watch over an area, the fleet for operators.
    """
    if "/central/" in operation.path or "/fleet/" in operation.path:
        return 404
    if any(f"/{part}" in operation.path for part in ("officers", "appointments")):
        return 403
    nothing_there = (
        *("{bank_account}", "{document}", "{line_id}", "{party_id}", "{code}", "{attachment_no}"),
        "{item_id}",
    )
    return 404 if any(name in operation.path for name in nothing_there) else 200


def test_a_token_works_where_it_belongs(api, world, officer_of):
    """Without this, probes that fail for another reason would prove nothing."""
    token = officer_of(world.theirs).token
    for operation in operations(api):
        if operation.method == "get":
            path = operation.filled(world.theirs.code, world.number)
            answer = api.get(f"{path}?{REPORT}", token=token)
            assert answer.status_code == expected_of(operation), operation
    page = api.get(f"bodies/{world.theirs.code}/journal-entries", token=token)
    assert any(needle in shown(page) for needle in world.needles)
