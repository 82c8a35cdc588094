"""Whatever is sent, the API answers as its OpenAPI document says: by every operation and role.

Requests are made from the document by schemathesis, right ones and wrong ones; half of the right
ones are mixed with what an office would really send, so that successes are looked at too. The seed
is fixed. `make prove-api` sends 50,000 of them (tests/prove_api.py).
"""

import json
import os
import uuid
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest
import schemathesis
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

SEED = int(os.environ.get("OPENLAAS_CONTRACT_SEED", "2569"))
ROLES = ("anonymous", "ACCOUNTANT", "FIN_DIRECTOR", "INT_AUDIT", "LAO_ADMIN")
CENTRE = "DLA"  # asks the centre's operations besides; nothing there is the office's
OPERATOR = "OPERATOR"  # asks what may be asked of the fleet; what it sets is everybody's
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def operations() -> list[str]:
    """Name the operations; the document itself is made when a test runs."""
    from api.urls import urlpatterns

    return [
        f"{method.upper()} {pattern.pattern}"
        for pattern in urlpatterns
        for method in ("get", "post", "put", "delete")
        if (view := getattr(pattern.callback, "view_class", None)) is not None
        and hasattr(view, method)
        and view.__module__.startswith("api.")
        and view.__module__ != "api.schema"  # the document does not describe itself
    ]


OPERATIONS = operations()
WANTED = int(os.environ.get("OPENLAAS_CONTRACT_REQUESTS", "0"))
CASES = -(-WANTED // (len(OPERATIONS) * len(ROLES))) or 6  # of each operation and role
QUIET = settings(
    max_examples=CASES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Office:
    """A body with something of everything, and what exists there by parameter of a path."""

    def __init__(self, api, body, officer_of):
        self.api, self.body, self.officer_of = api, body, officer_of
        self.tokens = {
            role: officer_of(body, role).token for role in (*ROLES[1:], CENTRE, OPERATOR)
        }
        officer_of(body, "LAO_ADMIN")  # one stays, whoever is ended
        self.known = defaultdict(list)
        self.numbers = iter(range(1, 10**6))
        self.known["body_code"] = self.known["body"] = [body.code]
        self.known["account"] = ["1101010101.001", "4401010104.001"]
        self.known["period"] = ["2027-07", "2027-08", "2027-09"]
        self.known["code"] = ["01"]
        self.known["province"] = [body.province_code]
        self.known["district"] = [body.district_code or f"{body.province_code}01"]
        self.known["attachment_no"] = ["1", "2"]
        self.known["announcement"] = self.known["question"] = ["1", "2"]
        for _ in range(3):
            self._post("ACCOUNTANT", "journal-entries", self.entry())
        self.known["number"] = [f"JV-0000{n}-70" for n in (1, 2, 3)]
        self.known["reference"] = list(self.known["number"])
        self._post("FIN_DIRECTOR", "divisions", {"code": "01", "name_th": "สำนักปลัด"})
        self.refill()

    def refill(self):
        """Make what steps use up."""
        voucher = self._post("ACCOUNTANT", "general-vouchers", self.entry())
        checked = self._post("ACCOUNTANT", "general-vouchers", self.entry())
        self._post("FIN_DIRECTOR", f"general-vouchers/{checked['id']}/check", {})
        self.known["document"] += [voucher["id"], checked["id"]]
        self.known["reference"].append(voucher["id"])
        for path in ("vendors", "taxpayers", "payees"):
            party = self.vendor() if path == "vendors" else self.taxpayer()
            self.known[path].append(self._post("ACCOUNTANT", path, party)["id"])
        officer = self.officer_of(self.body, "SUPPLY")
        self.known["username"].append(officer.username)
        made = self._post("LAO_ADMIN", "appointments", self.appointment())
        self.known["appointment_id"].append(made["id"])

    def _post(self, role, path, content):
        answer = self.api.post(f"bodies/{self.body.code}/{path}", content, token=self.tokens[role])
        assert answer.status_code in {200, 201}, answer.content
        return answer.json()

    def token_for(self, operation_id, role):
        if role == "anonymous":
            return None
        if operation_id == "auth_tokens_destroy":  # it is revoked
            return self.officer_of(self.body, role).token
        return self.tokens[role]

    def entry(self):
        lines = [
            {"account": "1101010101.001", "debit": "7.25"},
            {"account": "4401010104.001", "credit": "7.25"},
        ]
        return {"entry_date": "2026-10-05", "description": "รับเงิน", "lines": lines}

    def bulk(self):
        keys = [uuid.uuid4().hex, uuid.uuid4().hex]
        return {"entries": [{**self.entry(), "idempotency_key": key} for key in keys]}

    def vendor(self):
        digits = f"01055{next(self.numbers):07d}"
        total = sum(int(digit) * (13 - place) for place, digit in enumerate(digits))
        return {
            "sector": "own",
            "legal_form": "juristic",
            "name": "บริษัท ร่มไทร จำกัด",
            "tax_id": f"{digits}{(11 - total % 11) % 10}",
        }

    def taxpayer(self):
        return {"legal_form": "natural", "name": "นางมาลี มีที่ดิน", "address": "หมู่ 3"}

    def officer(self):
        return {
            "username": f"{self.body.code}-contract-{next(self.numbers)}",
            "name_th": "นายใหม่ มาดี",
            "roles": ["SUPPLY"],
            "from_date": date(2026, 10, 1).isoformat(),
        }

    def appointment(self):
        year = 2030 + next(self.numbers) % 300
        return {
            "username": self.known["username"][-1],
            "role": "UNIT_CLERK",
            "from_date": f"{year}-01-01",
            "to_date": f"{year}-12-31",
            "is_acting": True,
            "order_no": "คำสั่งที่ 1/2570",
        }

    def announcement(self):
        today = timezone.localdate().isoformat()
        return {"title": "แจ้งเวียน", "text": "ก\nข", "from_date": today, "until_date": today}

    def question(self):
        day = timezone.localdate().isoformat()
        return {"body": self.body.code, "subject": "ถาม", "text": "ก", "due_date": day}

    def usual(self, operation_id, path):
        """Return what an office would send, None where a generated request is as good."""
        number = next(self.numbers)
        usual = {
            "auth_tokens_create": lambda: {
                "username": self.known["username"][-1],
                "password": "thirteen white elephants",
            },
            "journal_entry_post": self.entry,
            "journal_entries_post_bulk": self.bulk,
            "general_voucher_draft": self.entry,
            "general_voucher_change": self.entry,
            "journal_entry_reverse": lambda: {"entry_date": "2026-11-01", "reason": "ผิดบัญชี"},
            "vendor_register": self.vendor,
            "vendor_change": self.vendor,
            "taxpayer_register": self.taxpayer,
            "taxpayer_change": self.taxpayer,
            "payee_register": self.taxpayer,
            "payee_change": self.taxpayer,
            "division_open": lambda: {"code": f"{number % 100:02d}", "name_th": f"กอง {number}"},
            "division_change": lambda: {"name_th": f"กองที่ {number}"},
            "officer_invite": self.officer,
            "appointment_make": self.appointment,
            "central_announce": self.announcement,
            "central_question_ask": self.question,
            "attachment_add": lambda: {"file": b"%PDF-1.7 " + str(number).encode()},
            "bodies_accounts_create": lambda: {
                "parent": "1101030101.001",
                "name_th": f"บัญชี {number}",
            },
        }.get(operation_id)
        if usual is None and path.endswith(("/cancel", "/return", "/reopen")):
            return {"note": "แก้ไข"} if "vouchers" in path else {"reason": "แก้ไข"}
        return usual() if usual else None


@pytest.fixture(scope="module")
def office(api, _unused_bodies, officer_of):
    return Office(api, next(_unused_bodies), officer_of)


@pytest.fixture(scope="module")
def document():
    """The document, made strict: an answer with a field that it does not tell is wrong too."""
    from openlaas.wsgi import application

    raw = schemathesis.openapi.from_wsgi("/api/v1/schema", application).raw_schema
    for shape in raw["components"]["schemas"].values():
        if shape.get("properties"):
            shape["additionalProperties"] = False
    strict = schemathesis.openapi.from_dict(raw)
    strict.app = application
    return strict


@pytest.fixture(scope="module")
def tally():
    """Count answers by operation, role and status; keep them for whoever asked for many."""
    counted = Counter()
    yield counted
    if kept := os.environ.get("OPENLAAS_CONTRACT_REPORT"):
        rows = [[*key, count] for key, count in sorted(counted.items())]
        Path(kept).write_text(json.dumps(rows), encoding="utf-8")


def adapted(case, office, data, *, is_right):
    """Name things that exist, and send what an office would: mostly, when the case is right."""
    path = case.operation.path
    for name in case.path_parameters:
        known = office.known[name] or office.known[path.split("/")[5] if "/" in path else ""]
        if known and data.draw(st.integers(0, 9)) < (9 if name == "body_code" else 8):
            case.path_parameters[name] = data.draw(st.sampled_from(known[-8:]))
    usual = office.usual(case.operation.definition.raw["operationId"], path) if is_right else None
    if usual is not None and data.draw(st.integers(0, 3)):
        sent = case.body if isinstance(case.body, dict) else {}
        kept = {name: value for name, value in sent.items() if data.draw(st.integers(0, 9)) == 0}
        case.body = {**usual, **kept}
        if "Idempotency-Key" in (case.headers or {}):
            case.headers["Idempotency-Key"] = uuid.uuid4().hex
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = data.draw(st.sampled_from(['"1"', '"2"', '"3"']))


def one_case(office, tally, operation, role, data):
    """Send one request and check its answer."""
    positive, negative = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
    mode = data.draw(st.sampled_from([positive, positive, negative]))
    case = data.draw(operation.as_strategy(generation_mode=mode))
    adapted(case, office, data, is_right=mode == positive)
    token = office.token_for(operation.definition.raw["operationId"], role)
    case.headers.pop("Authorization", None)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = case.call(headers=headers)
    tally[operation.label, role, answer.status_code] += 1
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_is_as_the_document_says(office, document, tally, operation):
    method, _, path = operation.partition(" ")
    wanted = document[f"/api/v1/{_documented(path)}"][method]
    office.refill()
    broken = {}

    def sender(role):
        def send(data):
            try:
                one_case(office, tally, wanted, role, data)
            except FailureGroup as group:
                broken.update({f"{role}: {one.title}": str(one) for one in group.exceptions})

        return send

    roles = (*ROLES, *_besides(method, path))
    for place, role in enumerate(roles):
        seed(SEED + place)(QUIET(given(st.data())(sender(role))))()
    assert not broken, "\n\n".join(f"{where}\n{what}" for where, what in broken.items())


def _besides(method, path):
    if path.startswith("central/"):
        return (CENTRE,)
    return (OPERATOR,) if path.startswith("fleet/") and method == "GET" else ()


def _documented(path):
    return path.replace("<uuid:", "{").replace("<str:", "{").replace("<int:", "{").replace(">", "}")
