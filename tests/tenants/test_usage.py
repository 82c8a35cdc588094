"""What a request asked is counted where it is sent, and told without anybody's data."""

import re

import pytest
from django.db import connections
from django.test import Client

from tenants.transactions import round_trips, tenant_transaction
from tenants.usage import TEXTS, fingerprint_of, usage


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM b WHERE c = 'สมชาย'", "SELECT a FROM b WHERE c = 'O''Neil'"),
        ("SELECT a FROM b LIMIT 50", "SELECT a FROM b\n  LIMIT 7"),
        ("SELECT a FROM b WHERE c IN (%s, %s)", "SELECT a FROM b WHERE c IN (%s,%s,%s,%s)"),
    ],
)
def test_one_question_with_other_values_is_the_same(one, other):
    assert fingerprint_of(one) == fingerprint_of(other)


def test_another_question_is_another():
    assert fingerprint_of("SELECT a FROM b") != fingerprint_of("SELECT c FROM b")
    assert fingerprint_of('SELECT 1 FROM "tenants_body" x').startswith("select-tenants_body-")


def test_literals_are_not_kept():
    name = fingerprint_of(
        "SELECT id FROM parties WHERE name = 'นางสาวสมหญิง' AND tax = 1234567890123"
    )
    assert TEXTS[name] == "SELECT id FROM parties WHERE name = ? AND tax = ?"


def test_every_message_to_a_cell_is_counted(body):
    usage().clear()
    with tenant_transaction(body):
        with connections["tenant"].cursor() as cursor:
            cursor.execute("SELECT %s::int", [7])
            cursor.execute("SELECT %s::int", [8])
        sent = round_trips()
    assert (sent, usage().messages) == (2, 3), "and COMMIT"
    (asked,) = [name for name in usage().questions if name.startswith("select-")]
    assert usage().questions[asked].calls == 2
    assert usage().questions["commit"].calls == 1


def test_a_posting_is_told_by_its_scripts(body, officer_of, api, entry):
    token = officer_of(body).token
    api.post(f"bodies/{body.code}/journal-entries", entry(), token=token)
    told = set(usage().questions)
    assert any("known" in name for name in told)
    assert any(name.startswith("posting") and name.endswith("+commit") for name in told)


def test_metrics_name_endpoints_and_questions_and_nobody(body, officer_of, api, entry):
    officer = officer_of(body)
    written = entry(description="ค่าเช่าลับมาก")
    api.post(f"bodies/{body.code}/journal-entries", written, token=officer.token)
    told = Client().get("/metrics").content.decode()
    endpoint = 'endpoint="POST /api/v1/bodies/<str:body_code>/journal-entries"'
    assert re.search(
        rf'openlaas_requests_total\{{{re.escape(endpoint)},outcome="2xx"\}} [1-9]', told
    )
    for part in ("queue", "pool", "cell", "control", "cpu", "interpreter"):
        assert f'openlaas_request_part_seconds_total{{{endpoint},part="{part}"}}' in told
    assert f"openlaas_question_seconds_total{{{endpoint},question=" in told
    assert f"openlaas_request_seconds_bucket{{{endpoint}" in told
    for secret in ("ค่าเช่าลับมาก", officer.token, body.code):
        assert secret not in told
